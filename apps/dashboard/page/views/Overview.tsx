/** How things are: the worker, what it found last, whether all is well, and whether promises are kept. */
import { useAnswer } from "../answers.ts"
import { usePages } from "../pages.ts"
import { Card } from "../parts/Card.tsx"
import { Shown, Trouble, Waiting } from "../parts/Shown.tsx"
import { shortColumns, SignalTable } from "../parts/SignalTable.tsx"
import { hashOf, origin } from "../Place.ts"
import { Health } from "./overview/Health.tsx"
import { Promises } from "./overview/Promises.tsx"
import { WorkerCard } from "./overview/WorkerCard.tsx"

const latest = 12

/** Without signals there is a reason, which depends on whose they would be. */
const emptyText = () =>
  origin.value === "LIVE"
    ? "No live signals yet. They appear here as soon as the worker (bun run scheduler) finds one. Those of a replay or of the demo are shown when the origin above says so."
    : `No signals of origin ${origin.value} are stored.`

const LatestSignals = () => {
  const { failure, rows } = usePages("listSignals", { origin: origin.value }, ({ id }) => id)
  return (
    <Card title="Latest signals" wide actions={<a href={hashOf("signals")}>All signals</a>}>
      {failure !== null && <Trouble failure={failure} />}
      {rows === null
        ? failure === null && <Waiting />
        : (
          <SignalTable
            label="Latest signals"
            columns={shortColumns}
            rows={rows.slice(0, latest)}
            empty={emptyText()}
          />
        )}
    </Card>
  )
}

/** What depends on the clock alone, as a worker that fell silent, is looked at once a minute. */
const minuteMs = 60_000

export const Overview = () => {
  const scheduler = useAnswer("getScheduler", {}, minuteMs)
  const health = useAnswer("getHealth", {}, minuteMs)
  const performance = useAnswer("getPerformance", { query: {} })
  return (
    <div class="grid">
      <Card title="Worker" actions={<a href={hashOf("runs")}>Runs and slots</a>}>
        <Shown answer={scheduler}>{(found) => <WorkerCard scheduler={found} />}</Shown>
      </Card>
      <Card title="Health">
        <Shown answer={health}>{(found) => <Health health={found} />}</Shown>
      </Card>
      <LatestSignals />
      <Card title="Promises" wide>
        <Shown answer={performance}>{(found) => <Promises performance={found} />}</Shown>
      </Card>
    </div>
  )
}
