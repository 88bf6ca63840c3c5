/** Asks for the server in the folder given and prints what came back. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { ensure } from "../../src/EmbeddedPostgres.ts"

const { started, url } = await Effect.runPromise(ensure({ dir: process.argv[2]! }))
process.stdout.write(JSON.stringify({ started, url: Redacted.value(url) }))
