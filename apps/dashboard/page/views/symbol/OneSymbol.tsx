/** A symbol that bars are stored of, in one of its timeframes, with a longer one over it. */
import { useAnswer } from "../../answers.ts"
import { zone } from "../../now.ts"
import { Card } from "../../parts/Card.tsx"
import { Choice } from "../../parts/Field.tsx"
import { Shown } from "../../parts/Shown.tsx"
import { Tag } from "../../parts/Tag.tsx"
import { Time } from "../../parts/Times.tsx"
import { place, setFilters } from "../../Place.ts"
import { dayText } from "../../texts.ts"
import { isTimeframe, timeframeMs } from "../../timeframes.ts"
import { Decision } from "./Decision.tsx"
import { LevelsTable } from "./LevelsTable.tsx"
import { SymbolChart } from "./SymbolChart.tsx"
import type { Known } from "./SymbolChooser.tsx"
import { SymbolSignals } from "./SymbolSignals.tsx"

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

export const OneSymbol = ({ known }: { readonly known: Known }) => {
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
      <SymbolSignals symbol={symbol} />
    </div>
  )
}
