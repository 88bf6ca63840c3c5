/** Why there was a signal, or none, at the last bar close: the gates, zones and what each timeframe showed. */
import { useAnswer } from "../../answers.ts"
import type { AnswerOf } from "../../client.ts"
import { instantOfLocal, localText } from "../../localText.ts"
import { Card } from "../../parts/Card.tsx"
import { DateInput } from "../../parts/DateInput.tsx"
import { GatePath } from "../../parts/GatePath.tsx"
import { Shown } from "../../parts/Shown.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"
import { directionText } from "../../parts/Words.tsx"
import { hashOf, origin, place, setFilters } from "../../Place.ts"
import { numberText, plural, priceText, words } from "../../texts.ts"

type Analysis = AnswerOf<"getAnalysis">
type Frame = Analysis["timeframes"][number]
type Zone = Analysis["zones"][number]

const frameColumns = (tick: number | null): ReadonlyArray<Column<Frame>> => [
  { title: "bars", cell: ({ timeframe }) => <strong>{timeframe}</strong> },
  { title: "state", cell: ({ state }) => words(state) },
  { title: "direction", cell: ({ direction }) => directionText(direction) },
  { title: "for", numeric: true, cell: ({ barsInState }) => plural(barsInState, "bar") },
  { title: "confidence", numeric: true, cell: ({ stateConfidence }) => numberText(stateConfidence) },
  { title: "dotted line", numeric: true, cell: ({ dottedLine }) => priceText(dottedLine, tick) },
  { title: "block level", numeric: true, cell: ({ blockLevel }) => priceText(blockLevel, tick) },
  {
    title: "patterns",
    wide: true,
    cell: ({ patterns }) => patterns.length === 0 ? "none" : patterns.map(({ pattern }) => words(pattern)).join(", ")
  }
]

const zoneColumns = (tick: number | null): ReadonlyArray<Column<Zone>> => [
  { title: "zone", cell: ({ side }) => side === 1 ? "support" : side === -1 ? "resistance" : "pivot" },
  { title: "from", numeric: true, cell: ({ low }) => priceText(low, tick) },
  { title: "to", numeric: true, cell: ({ high }) => priceText(high, tick) },
  { title: "levels", numeric: true, cell: ({ levels }) => levels },
  { title: "weight", numeric: true, cell: ({ weight }) => numberText(weight) }
]

const Found = ({ analysis }: { readonly analysis: Analysis }) => {
  const { alignment, gates, runId, schedule, signalId, slotAt, stored, tick, timeframes, today, zones } = analysis
  return (
    <>
      <p>
        <strong>{stored}</strong>{" "}
        <span class="soft">
          at the bar close <Time at={slotAt} /> of {schedule}
        </span>{" "}
        <a href={hashOf("runs", runId)}>the run</a>
        {signalId !== null && (
          <>
            {" "}
            <a href={hashOf("signals", signalId)}>the signal</a>
          </>
        )}
      </p>
      {today !== null && (
        <div class="trouble">
          <strong>The bars say something else today.</strong> {today}
        </div>
      )}
      <div class="beside even">
        <div>
          <h3>Gates</h3>
          <GatePath steps={gates} />
        </div>
        <div>
          <h3>Timeframes{alignment === null ? "" : `, alignment ${numberText(alignment)}`}</h3>
          <Table
            label="Timeframes"
            columns={frameColumns(tick)}
            rows={timeframes}
            keyOf={({ timeframe }) => timeframe}
            empty="Nothing of its timeframes is known."
          />
          <h3>Zones</h3>
          <Table
            label="Zones"
            cards={false}
            columns={zoneColumns(tick)}
            rows={zones}
            keyOf={({ high, low }) => `${low} ${high}`}
            empty="No levels lie close enough together to be a zone."
          />
        </div>
      </div>
    </>
  )
}

export const Decision = ({ symbol }: { readonly symbol: string }) => {
  const at = place.value.filters["at"] ?? ""
  const from = origin.value
  const given = instantOfLocal(at)
  const answer = useAnswer("getAnalysis", {
    query: { symbol, ...given === null ? {} : { at: given }, ...from === "ALL" ? {} : { origin: from } }
  })
  return (
    <Card
      title={at === "" ? "The last decision" : "The decision at that time"}
      wide
      actions={
        <DateInput
          label="as of"
          type="datetime-local"
          value={given === null ? "" : localText(Date.parse(given))}
          onChoose={(text) => setFilters({ at: instantOfLocal(text) ?? "" })}
        />
      }
    >
      <Shown
        answer={answer}
        gone={`No ${from === "ALL" ? "live" : from} run has looked at ${symbol}${at === "" ? " yet" : " up to then"}.`}
      >
        {(analysis) => <Found analysis={analysis} />}
      </Shown>
    </Card>
  )
}
