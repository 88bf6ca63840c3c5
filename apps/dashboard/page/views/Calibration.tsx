/** How far signals and their confidence deserve belief. */
import { useAnswer } from "../answers.ts"
import { EquityCurve } from "../charts/EquityCurve.tsx"
import { Reliability } from "../charts/Reliability.tsx"
import type { AnswerOf } from "../client.ts"
import { Card } from "../parts/Card.tsx"
import { DateInput } from "../parts/DateInput.tsx"
import { Export } from "../parts/Export.tsx"
import { Choice } from "../parts/Field.tsx"
import { ScheduleChoice } from "../parts/ScheduleChoice.tsx"
import { SearchInput } from "../parts/SearchInput.tsx"
import { Shown } from "../parts/Shown.tsx"
import { origin, place, setFilters } from "../Place.ts"
import { EdgeFacts } from "./calibration/EdgeFacts.tsx"
import { GroupTable } from "./calibration/GroupTable.tsx"
import { Maps } from "./calibration/Maps.tsx"
import { ScoresTable } from "./calibration/ScoresTable.tsx"

type Report = AnswerOf<"getCalibration">

const groups = [
  ["byConfidence", "confidence"],
  ["byType", "type"],
  ["byTier", "tier"],
  ["bySymbol", "symbol"],
  ["byTimeframe", "timeframe"],
  ["byState", "state"],
  ["byPattern", "pattern"]
] as const

const Groups = ({ report }: { readonly report: Report }) => {
  const said = place.value.filters["by"]
  const [key, word] = groups.find(([, name]) => name === said) ?? groups[0]
  return (
    <Card
      title={`By ${word}`}
      wide
      actions={
        <>
          <Choice
            label="by"
            value={word}
            choices={groups.map(([, name]) => [name, name] as const)}
            onChoose={(by) => setFilters({ by })}
          />
          <Export name={`calibration-by-${word}`} rows={report[key]} />
        </>
      }
    >
      <GroupTable word={word} groups={report[key]} overall={report.overall} />
      <p class="soft">{report.denominator}</p>
    </Card>
  )
}

const Found = ({ report }: { readonly report: Report }) => {
  const { byConfidence, overall, probability, scope, scores } = report
  if (overall.counts.signals === 0) {
    return (
      <Card title="Calibration" wide>
        <p class="empty">
          No{" "}
          {origin.value === "ALL" ? "" : `${origin.value} `}entries are stored that this could be said of. Outcomes are
          known some bars after a signal; rates are shown from 30 fills on.
        </p>
      </Card>
    )
  }
  return (
    <>
      <Card title="Confidence, as if it were a probability">
        <Reliability buckets={byConfidence} score="confidence" />
      </Card>
      <Card title="How good a probability it would be">
        <ScoresTable scores={scores} word="confidence" />
        <p class="soft">{scope.join(" ")}</p>
      </Card>
      <Groups report={report} />
      <Card title="The probabilities that were given">
        {probability.given === 0
          ? (
            <p class="empty">
              No signal was given a probability yet: that begins once 200 fills of its schedule have an outcome.
            </p>
          )
          : <Reliability buckets={probability.buckets} score="probability" />}
      </Card>
      <Card title="How good these were">
        {probability.given > 0 && <ScoresTable scores={probability.scores} word="probability" />}
        <Maps maps={report.maps} />
      </Card>
    </>
  )
}

const Edge = ({ edge }: { readonly edge: AnswerOf<"getEdge"> }) => (
  <>
    <EdgeFacts edge={edge} />
    {edge.equity === null
      ? <p class="empty">No fills yet, so there is no curve.</p>
      : <EquityCurve equity={edge.equity} />}
    {edge.faults.map((fault) => <div class="trouble" key={fault}>{fault}</div>)}
  </>
)

export const Calibration = () => {
  const { schedule = "", since = "", symbol = "" } = place.value.filters
  // Evidence is of whole days in UTC.
  const isDay = /^\d{4}-\d\d-\d\d$/.test(since)
  const query = {
    origin: origin.value,
    ...schedule === "" ? {} : { schedule },
    ...symbol === "" ? {} : { symbol },
    ...isDay ? { since } : {}
  }
  const calibration = useAnswer("getCalibration", { query })
  const edge = useAnswer("getEdge", { query })
  return (
    <>
      <div class="filters">
        <ScheduleChoice value={schedule} onChoose={(name) => setFilters({ schedule: name })} />
        <SearchInput label="Symbol" value={symbol} onSearch={(text) => setFilters({ symbol: text })} />
        <DateInput label="From day (UTC)" value={since} onChoose={(text) => setFilters({ since: text })} />
      </div>
      <div class="grid">
        <Shown answer={calibration}>{(report) => <Found report={report} />}</Shown>
        <Card
          title="Edge"
          wide
          actions={edge.value?.equity != null && <Export name="equity" rows={edge.value.equity.curve} />}
        >
          <Shown answer={edge}>{(found) => <Edge edge={found} />}</Shown>
        </Card>
      </div>
    </>
  )
}
