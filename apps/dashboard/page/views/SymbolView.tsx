/** One symbol: its bars with dot and envelope, the levels of the next bar with how often such ones held, and the last decision. */
import { useAnswer } from "../answers.ts"
import type { AnswerOf } from "../client.ts"
import { zone } from "../now.ts"
import { usePages } from "../pages.ts"
import { Card } from "../parts/Card.tsx"
import { Choice } from "../parts/Field.tsx"
import { SearchInput } from "../parts/SearchInput.tsx"
import { Shown, Trouble, Waiting } from "../parts/Shown.tsx"
import { shortColumns, SignalTable } from "../parts/SignalTable.tsx"
import { Tag } from "../parts/Tag.tsx"
import { Time } from "../parts/Times.tsx"
import { goTo, hashOf, origin, place, setFilters } from "../Place.ts"
import { dayText } from "../texts.ts"
import { isTimeframe, timeframeMs } from "../timeframes.ts"
import { Decision } from "./symbol/Decision.tsx"
import { LevelsTable } from "./symbol/LevelsTable.tsx"
import { SymbolChart } from "./symbol/SymbolChart.tsx"

type Symbols = AnswerOf<"listSymbols">["items"]
type Known = Symbols[number]

/** The timeframe of the address, else the shortest of at least 30 minutes: what is watched is seldom shorter. */
const timeframeOf = ({ timeframes }: Known) => {
  const said = place.value.filters["timeframe"]
  if (isTimeframe(said) && timeframes.some(({ timeframe }) => timeframe === said)) return said
  const byLength = timeframes.map(({ timeframe }) => timeframe).toSorted((a, b) => timeframeMs[a] - timeframeMs[b])
  return byLength.find((timeframe) => timeframeMs[timeframe] >= timeframeMs["30m"]) ?? byLength[0] ?? null
}

/** The timeframe over the one that is shown: that of the address, else the next longer one; null for none. */
const longerOf = (longer: Known["timeframes"][number]["timeframe"][]) => {
  const said = place.value.filters["over"]
  return said === "none" ? null : longer.find((timeframe) => timeframe === said) ?? longer[0] ?? null
}

const SignalsOf = ({ symbol }: { readonly symbol: string }) => {
  const { failure, rows } = usePages("listSignals", { symbol, origin: origin.value }, ({ id }) => id)
  return (
    <Card title="Its signals" wide actions={<a href={hashOf("signals", null, { symbol })}>All of {symbol}</a>}>
      {failure !== null && <Trouble failure={failure} />}
      {rows === null
        ? failure === null && <Waiting />
        : (
          <SignalTable
            label={`Signals of ${symbol}`}
            columns={shortColumns.filter(({ title }) => title !== "symbol")}
            rows={rows.slice(0, 10)}
            empty={`No ${origin.value === "ALL" ? "" : `${origin.value} `}signals of ${symbol} are stored.`}
          />
        )}
    </Card>
  )
}

const One = ({ known }: { readonly known: Known }) => {
  const { symbol } = known
  const timeframe = timeframeOf(known)
  const levels = useAnswer(
    "getLevels",
    timeframe === null ? null : { query: { symbol, source: known.source, timeframe } }
  )
  const stored = known.timeframes.find((one) => one.timeframe === timeframe)
  if (timeframe === null || stored === undefined) {
    return (
      <Card title={symbol} wide>
        <p class="empty">No bars of {symbol} are stored yet.</p>
      </Card>
    )
  }
  const frames = known.timeframes.map((one) => one.timeframe).toSorted((a, b) => timeframeMs[a] - timeframeMs[b])
  const longerFrames = frames.slice(frames.indexOf(timeframe) + 1)
  const longer = longerOf(longerFrames)
  const found = levels.value?.items.find((one) => one.timeframe === timeframe) ?? null
  return (
    <div class="grid">
      <Card
        title={`${symbol}, ${timeframe}`}
        wide
        actions={
          <>
            <div class="choices" role="group" aria-label="Timeframe">
              {frames.map((one) => (
                <button
                  key={one}
                  type="button"
                  class="quiet"
                  aria-pressed={one === timeframe}
                  onClick={() => setFilters({ timeframe: one })}
                >
                  {one}
                </button>
              ))}
            </div>
            {longerFrames.length > 0 && (
              <Choice
                label="with"
                value={longer ?? "none"}
                choices={[...longerFrames.map((one) => [one, one] as const), ["none", "nothing"]]}
                onChoose={(over) => setFilters({ over })}
              />
            )}
          </>
        }
      >
        <p class="headline">
          {known.simulated && <Tag tone="warn">simulated prices, of no market</Tag>}
          <span class="soft">
            {known.source}, {known.calendar}, prices {known.basis}; bars since{" "}
            {dayText(stored.firstOpenTime)}, the last closed <Time at={stored.lastCloseTime} /> ({zone})
          </span>
        </p>
        <div class="beside">
          <SymbolChart symbol={symbol} source={known.source} timeframe={timeframe} longer={longer} levels={found} />
          <div>
            <h3>Levels of the next bar</h3>
            <Shown answer={levels} gone={`There are no levels of ${symbol} yet.`}>
              {() =>
                found === null
                  ? <p class="empty">There are too few bars of {timeframe} for levels.</p>
                  : <LevelsTable levels={found} />}
            </Shown>
          </div>
        </div>
      </Card>
      <Decision symbol={symbol} />
      <SignalsOf symbol={symbol} />
    </div>
  )
}

const nameOf = ({ source, symbol }: Known) => `${source}/${symbol}`

/** Of a symbol that several sources have the address also names the source. */
const hashTo = (known: Known, all: ReadonlyArray<Known>) =>
  hashOf(
    "symbol",
    known.symbol,
    all.filter(({ symbol }) => symbol === known.symbol).length > 1 ? { source: known.source } : {}
  )

const Chooser = ({ items, known }: { readonly items: Symbols; readonly known: Known | undefined }) => {
  const all = known === undefined || items.includes(known) ? items : [known, ...items]
  return (
    <div class="filters">
      <Choice
        label="Symbol"
        value={known === undefined ? "" : nameOf(known)}
        choices={[
          ...known === undefined ? [["", "choose one"] as const] : [],
          ...all.map((one) => [nameOf(one), `${one.symbol}, ${one.simulated ? "simulated" : one.source}`] as const)
        ]}
        onChoose={(name) => {
          const chosen = all.find((one) => nameOf(one) === name)
          if (chosen !== undefined) goTo(hashTo(chosen, all))
        }}
      />
      <SearchInput
        label="Search"
        value={place.value.filters["search"] ?? ""}
        onSearch={(search) => setFilters({ search })}
      />
    </div>
  )
}

export const SymbolView = ({ id }: { readonly id: string | null }) => {
  const { search = "", source = "" } = place.value.filters
  const answer = useAnswer("listSymbols", { query: { limit: "200", ...search === "" ? {} : { search } } })
  // The one of the address may be behind the first 200.
  const named = useAnswer("listSymbols", id === null ? null : { query: { limit: "50", search: id } })
  const isMeant = (one: Known) => one.symbol === id && (source === "" || one.source === source)
  return (
    <Shown answer={answer}>
      {({ items }) => {
        const known = id === null
          ? items.find(({ timeframes }) => timeframes.length > 0) ?? items[0]
          : items.find(isMeant) ?? named.value?.items.find(isMeant)
        if (items.length === 0 && known === undefined && search === "") {
          return (
            <Card title="Symbols" wide>
              <p class="empty">No symbols are known yet: they are stored with their first bars.</p>
            </Card>
          )
        }
        return (
          <>
            <Chooser items={items} known={known} />
            {known !== undefined
              ? <One key={nameOf(known)} known={known} />
              : id === null
              ? (
                <Card title="Symbols" wide>
                  <p class="empty">No symbol has that in its name.</p>
                </Card>
              )
              : named.loading
              ? <Waiting />
              : (
                <Card title={id} wide>
                  <p class="empty">There is no symbol {id} in this database.</p>
                </Card>
              )}
          </>
        )
      }}
    </Shown>
  )
}
