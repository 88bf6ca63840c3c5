/** Signals, newest first, by what one looks for. All filters stand in the address. */
import { searchOf } from "../client.ts"
import { instantOfDay } from "../localText.ts"
import { usePages } from "../pages.ts"
import { Card } from "../parts/Card.tsx"
import { Export } from "../parts/Export.tsx"
import { Choice, Input } from "../parts/Field.tsx"
import { More } from "../parts/More.tsx"
import { SearchInput } from "../parts/SearchInput.tsx"
import { fullColumns, SignalTable } from "../parts/SignalTable.tsx"
import { origin, place, setFilters } from "../Place.ts"
import { signalTypes } from "../signalTypes.ts"

const any = ["", "any"] as const
const dayMs = 86_400_000
const yearMs = 366 * dayMs

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
      <Input label="From day" type="date" value={of("since")} onInput={set("since")} />
      <Input label="Until day" type="date" value={of("until")} onInput={set("until")} />
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

/** The file is of 366 days at most: those that are filtered by, else as many before the newest row. */
const csvHrefOf = (query: Query, newest: string | undefined): string => {
  const { since } = query as { readonly since?: string }
  const until = (query as { readonly until?: string }).until
  const end = until ?? (newest === undefined ? undefined : new Date(Date.parse(newest) + 1).toISOString())
  const start = since ?? (end === undefined ? undefined : new Date(Date.parse(end) - yearMs).toISOString())
  return `/v1/signals.csv${searchOf({ ...query, since: start, until: end })}`
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
        <Export name="signals" rows={rows} csvHref={csvHrefOf(query, rows[0]?.signalTimestamp)} />
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
