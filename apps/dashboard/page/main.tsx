/** Starts the page. */
import { render } from "preact"
import { App } from "./App.tsx"
import { keepAsking } from "./caller.ts"
import { tellNews } from "./news.ts"
import { connect } from "./tabs.ts"
import { keepCheckingVersion } from "./version.ts"

const place = document.getElementById("page")
place?.replaceChildren()
if (place !== null) render(<App />, place)
keepAsking()
tellNews()
keepCheckingVersion()
connect()
