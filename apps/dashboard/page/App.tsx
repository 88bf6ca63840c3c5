/** The page around its views: its title, where reading begins, and what is said of all of it. */
import { useEffect, useRef } from "preact/hooks"
import { caller } from "./caller.ts"
import { Content } from "./Content.tsx"
import { Header } from "./Header.tsx"
import { unseen } from "./news.ts"
import { zone } from "./now.ts"
import { hashOf, origin, place } from "./Place.ts"
import { said } from "./said.ts"
import { scrolledTo } from "./scrolled.ts"
import { isOutdated } from "./version.ts"
import { originTexts, singles, titles } from "./viewNames.ts"

const Footer = () => (
  <footer>
    <p>
      Computed from past prices, no investment advice. Confidence is a score, not a probability.
    </p>
    <p>
      Times in {zone}. <a href="/docs">API</a>
      {caller.value !== null && <>{" "}dgas {caller.value.version}</>}
    </p>
  </footer>
)

export const App = () => {
  const { id, view } = place.value
  const title = view === null ? "No such view" : titles[view]
  const heading = view === null || id === null ? title : singles[view] ?? id
  const isShown = useRef(false)
  const news = unseen.value === 0 ? "" : `(${unseen.value}) `
  useEffect(() => {
    document.title = `${news}${id === null ? "" : `${id} · `}${title} · dgas`
  }, [news, title, id])
  useEffect(() => {
    scrollTo(0, scrolledTo())
    // The link that was followed is gone with its view: go on from the new one, and not from the begin of the page.
    if (isShown.current && document.activeElement === document.body) {
      document.querySelector("main")?.focus({ preventScroll: true })
    }
    isShown.current = true
  }, [title, id])
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          document.querySelector("main")?.focus()
        }}
      >
        Skip to the content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        {isOutdated.value && (
          <p class="notice">
            <span>A new version of this page is here.</span>
            <button type="button" onClick={() => location.reload()}>Load it</button>
          </p>
        )}
        <div class="heading">
          <div>
            {id !== null && view !== null && view !== "symbol" && <a href={hashOf(view)}>{titles[view]}</a>}
            <h1>{heading}{origin.value === "LIVE" ? "" : ` (${originTexts[origin.value]})`}</h1>
          </div>
          <p class="soft">Times in {zone}</p>
        </div>
        <Content />
      </main>
      <Footer />
      <p class="hidden" role="status">{said}</p>
    </>
  )
}
