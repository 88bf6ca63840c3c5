/** The view of the address, under what is to be said of the page as a whole. */
import { callerFailure, isOver, isRefused } from "./caller.ts"
import { connectionNow } from "./live.ts"
import { Trouble } from "./parts/Shown.tsx"
import { hashOf, place, type View } from "./Place.ts"
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

const notSignedIn =
  "This page is not signed in. Make a link on the machine that runs dgas, and open it here: bun run report keys link"

/** What is not loaded for lack of rights is said once, in the place of the view. */
export const Content = () => {
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
