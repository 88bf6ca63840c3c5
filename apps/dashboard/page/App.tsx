/** The page around its views: where to go, whose signals are shown, whether what is shown is live. */
import { useEffect, useRef } from "preact/hooks"
import { caller, callerFailure, isOver, isRefused } from "./caller.ts"
import { connectionText, connectionTone, hasReplays } from "./connectionText.ts"
import { connectionNow, tell, unknown } from "./live.ts"
import { unseen } from "./news.ts"
import { zone } from "./now.ts"
import { Trouble } from "./parts/Shown.tsx"
import { hashOf, type Origin, origin, origins, place, setFilters, type View, views } from "./Place.ts"
import { said } from "./said.ts"
import { scrolledTo } from "./scrolled.ts"
import { isOutdated } from "./version.ts"
import { Calibration } from "./views/Calibration.tsx"
import { Deliveries } from "./views/Deliveries.tsx"
import { DeliveryView } from "./views/DeliveryView.tsx"
import { Overview } from "./views/Overview.tsx"
import { Runs } from "./views/Runs.tsx"
import { RunView } from "./views/RunView.tsx"
import { Settings } from "./views/Settings.tsx"
import { Signals } from "./views/Signals.tsx"
import { SignalView } from "./views/SignalView.tsx"
import { SymbolView } from "./views/SymbolView.tsx"

const titles: Readonly<Record<View, string>> = {
  overview: "Overview",
  signals: "Signals",
  symbol: "Symbol",
  calibration: "Calibration",
  runs: "Runs and slots",
  deliveries: "Deliveries",
  settings: "Settings"
}

const short: { readonly [Name in View]?: string } = { runs: "Runs" }

/** Of one thing in a view; elsewhere its own name stands over it. */
const singles: { readonly [Name in View]?: string } = { signals: "Signal", runs: "Run", deliveries: "Message" }

const Shell = ({ id, view }: { readonly view: View; readonly id: string | null }) => {
  switch (view) {
    case "overview":
      return <Overview />
    case "signals":
      return id === null ? <Signals /> : <SignalView key={id} id={id} />
    case "symbol":
      return <SymbolView id={id} />
    case "calibration":
      return <Calibration />
    case "runs":
      return id === null ? <Runs /> : <RunView key={id} id={id} />
    case "deliveries":
      return id === null ? <Deliveries /> : <DeliveryView key={id} id={id} />
    case "settings":
      return <Settings />
  }
}

const originTexts: Readonly<Record<Origin, string>> = { LIVE: "live", REPLAY: "replay", DEMO: "demo", ALL: "all" }

const Header = () => (
  <header class="top">
    <a class="brand" href={hashOf("overview")}>dgas</a>
    <nav aria-label="Views">
      {views.map((view) => (
        <a key={view} href={hashOf(view)} aria-current={place.value.view === view ? "page" : undefined}>
          {short[view] ?? titles[view]}
        </a>
      ))}
    </nav>
    <div class="status">
      <div class="choices" role="group" aria-label="Origin of what is shown">
        {origins.map((one) => (
          <button
            key={one}
            type="button"
            class="quiet"
            aria-pressed={origin.value === one}
            onClick={() => setFilters({ origin: one })}
          >
            {originTexts[one]}
          </button>
        ))}
      </div>
      <span class={`connection ${connectionTone.value}`}>
        {connectionText}
      </span>
      {hasReplays.value && (
        <button type="button" class="quiet" onClick={() => tell(unknown)}>
          Read again
        </button>
      )}
    </div>
  </header>
)

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

const notSignedIn =
  "This page is not signed in. Make a link on the machine that runs dgas, and open it here: bun run report keys link"

/** What is not loaded for lack of rights is said once, in the place of the view. */
const Content = () => {
  const failure = callerFailure.value
  const { id, view } = place.value
  if (isRefused(failure)) {
    return (
      <section class="card wide">
        <h2>Not signed in</h2>
        <p>{notSignedIn}</p>
      </section>
    )
  }
  return (
    <>
      {failure !== null && <Trouble failure={failure} first />}
      {failure === null && connectionNow.value.refusal !== null && (
        <div class="trouble">
          <strong>What is shown may be old.</strong> {connectionNow.value.refusal.message}
        </div>
      )}
      {isOver.value && (
        <div class="trouble" role="alert">
          <strong>The sign-in of this page is over.</strong>{" "}
          It may read, and change nothing. Make another link on the machine that runs dgas: bun run report keys link
        </div>
      )}
      {view === null
        ? (
          <section class="card wide">
            <h2>No such view</h2>
            <p>
              There is nothing at this address. <a href={hashOf("overview")}>Overview</a>
            </p>
          </section>
        )
        : <Shell view={view} id={id} />}
    </>
  )
}

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
