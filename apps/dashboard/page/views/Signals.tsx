/** Signals, newest first, by what one looks for. All filters stand in the address. */
import { instantOfDay } from "../localText.ts"
import { usePages } from "../pages.ts"
import { Card } from "../parts/Card.tsx"
import { DateInput } from "../parts/DateInput.tsx"
import { Export } from "../parts/Export.tsx"
import { Choice } from "../parts/Field.tsx"
import { More } from "../parts/More.tsx"
import { ScheduleChoice } from "../parts/ScheduleChoice.tsx"
import { SearchInput } from "../parts/SearchInput.tsx"
import { fullColumns, SignalTable } from "../parts/SignalTable.tsx"
import { origin, place, setFilters } from "../Place.ts"
import { signalsFile } from "../signalsFile.ts"
import { signalTypes } from "../signalTypes.ts"

const any = ["", "any"] as const

type Query = NonNullable<Parameters<typeof usePages<"listSignals">>[1]>

/** What the address filters by, as the API is asked. */
const queryOf = (filters: Readonly<Record<string, string>>): Query => {
  const { minConfidence, outcome, schedule, since, symbol, tier, type, until } = filters
  const given: Record<string, string | undefined> = {
    symbol,
    schedule,
    type,
    tier,
    outcome,
    minConfidence,
    since: instantOfDay(since) ?? undefined,
    until: instantOfDay(until, 1) ?? undefined
  }
  const known = Object.entries(given).filter(([, value]) => value !== undefined && value !== "")
  return { origin: origin.value, ...Object.fromEntries(known) }
}

const Filters = () => {
  const { filters } = place.value
  const set = (name: string) => (value: string) => setFilters({ [name]: value })
  const of = (name: string) => filters[name] ?? ""
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <SearchInput label="Symbol" value={of("symbol")} onSearch={set("symbol")} />
      <ScheduleChoice value={of("schedule")} onChoose={set("schedule")} />
      <Choice label="Type" value={of("type")} onChoose={set("type")} choices={[any, ...signalTypes]} />
      <Choice
        label="Tier"
        value={of("tier")}
        onChoose={set("tier")}
        choices={[any, ["HIGH", "high"], ["MEDIUM", "medium"], ["LOW", "low"]]}
      />
      <Choice
        label="Outcome"
        value={of("outcome")}
        onChoose={set("outcome")}
        choices={[any, ["WIN", "win"], ["LOSS", "loss"], ["NEUTRAL", "neutral"], ["PENDING", "pending"]]}
      />
      <Choice
        label="Confidence from"
        value={of("minConfidence")}
        onChoose={set("minConfidence")}
        choices={[any, ...["0.5", "0.6", "0.7", "0.8", "0.9"].map((least) => [least, least] as const)]}
      />
      <DateInput label="From day" value={of("since")} onChoose={set("since")} />
      <DateInput label="Until day" value={of("until")} onChoose={set("until")} />
      <button
        type="button"
        class="quiet"
        onClick={() =>
          setFilters({
            symbol: "",
            schedule: "",
            type: "",
            tier: "",
            outcome: "",
            minConfidence: "",
            since: "",
            until: ""
          })}
      >
        Clear
      </button>
    </form>
  )
}

export const Signals = () => {
  const query = queryOf(place.value.filters)
  const pages = usePages("listSignals", query, ({ id }) => id)
  const { rows } = pages
  const isFiltered = Object.keys(query).length > 1
  return (
    <Card
      title="Signals"
      wide
      actions={rows !== null && (
        <Export name="signals" rows={rows} csvHref={signalsFile(query, rows[0]?.signalTimestamp)} />
      )}
    >
      <Filters />
      {rows !== null && (
        <SignalTable
          label="Signals"
          columns={fullColumns}
          rows={rows}
          empty={pages.hasMore
            ? "None of the newest signals fits these filters; More looks further back."
            : isFiltered
            ? "No signal fits these filters."
            : `No ${origin.value === "ALL" ? "" : `${origin.value} `}signals are stored yet.`}
        />
      )}
      <More pages={pages} word="signal" />
    </Card>
  )
}
