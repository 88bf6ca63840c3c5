/** The newest bars of one timeframe, those of a longer one over them, and the levels of the next bar of both at the right. */
import { useMemo } from "preact/hooks"
import { useAnswer } from "../../answers.ts"
import { type GeometryBar, PriceChart, type PriceLine } from "../../charts/Price.ts"
import type { AnswerOf } from "../../client.ts"
import { levelNames } from "../../levelNames.ts"
import { stepsOver } from "../../longer.ts"
import { Shown } from "../../parts/Shown.tsx"
import { priceDecimals } from "../../texts.ts"

type Levels = AnswerOf<"getLevels">["items"][number]
type Frame = Levels["timeframe"]

const shownBars = "150"

/** Of seventeen names at one axis none could be read: these are the ones that price is measured by. */
const drawn = ["projectedDot", "envelopeTop", "envelopeBottom"] as const

/** Of the longer bars: on a phone there is little place. */
const shortNames = { projectedDot: "dot", envelopeTop: "top", envelopeBottom: "bottom" } as const

const priceOf = (levels: Levels | null, name: typeof drawn[number]): number | null =>
  levels?.levels.find(({ level }) => level === name)?.price ?? null

const linesOf = (levels: Levels | null): ReadonlyArray<PriceLine> =>
  drawn.flatMap((name) => {
    const price = priceOf(levels, name)
    return price === null ? [] : [{
      price,
      title: levelNames[name].toLowerCase(),
      tone: name === "projectedDot" ? "dot" as const : "envelope" as const,
      dashed: true
    }]
  })

const longerLinesOf = (levels: Levels | null): ReadonlyArray<PriceLine> =>
  drawn.flatMap((name) => {
    const price = priceOf(levels, name)
    if (price === null || levels === null) return []
    return [{
      price,
      title: `${levels.timeframe} ${shortNames[name]}`,
      tone: "zone" as const,
      dashed: true
    }]
  })

const Drawn = ({ bars, levels, longer, longerBars, longerLevels, symbol, timeframe }: {
  readonly bars: ReadonlyArray<GeometryBar>
  readonly levels: Levels | null
  readonly longer: Frame | null
  readonly longerBars: ReadonlyArray<GeometryBar>
  readonly longerLevels: Levels | null
  readonly symbol: string
  readonly timeframe: Frame
}) => {
  const steps = useMemo(() => stepsOver(bars, longerBars), [bars, longerBars])
  const close = bars.at(-1)?.close ?? 0
  const over = longer === null ? "" : ` and those of ${longer} over them`
  return (
    <div>
      <PriceChart
        label={`The last ${bars.length} bars of ${timeframe} of ${symbol}, with dot and envelope${over}; the last close is ${close}. The levels of the next bar stand beside it as a table.`}
        bars={bars}
        decimals={priceDecimals(close, levels?.tick ?? null)}
        lines={[
          ...linesOf(levels),
          ...longerLinesOf(longerLevels),
          { price: close, title: "close", tone: "soft", dashed: true }
        ]}
        areas={[]}
        marks={[]}
        steps={steps}
        shown={90}
        tall
      />
      {longer !== null && (
        <p class="soft">In steps: dot and envelope of {longer}, as they were known when each bar began.</p>
      )}
      {bars.some(({ factor }) => factor !== 1)
        && (
          <p class="soft">
            Bars and levels from before a split or roll are shown at the prices of after it; a decision and a signal
            keep those of their day.
          </p>
        )}
    </div>
  )
}

const none: ReadonlyArray<GeometryBar> = []

export const SymbolChart = ({ levels, longer, source, symbol, timeframe }: {
  readonly symbol: string
  readonly source: string
  readonly timeframe: Frame
  /** Null for no other bars over those of `timeframe`. */
  readonly longer: Frame | null
  readonly levels: Levels | null
}) => {
  const answer = useAnswer("listGeometry", { query: { symbol, source, timeframe, limit: shownBars } })
  const over = useAnswer(
    "listGeometry",
    longer === null ? null : { query: { symbol, source, timeframe: longer, limit: shownBars } }
  )
  const longerLevels = useAnswer("getLevels", longer === null ? null : { query: { symbol, source, timeframe: longer } })
  return (
    <Shown answer={answer} gone={`No bars of ${symbol} are stored.`}>
      {({ items }) =>
        items.length === 0 ? <p class="empty">No bars of {timeframe} are stored.</p> : (
          <Drawn
            bars={items}
            levels={levels}
            longer={longer}
            longerBars={over.value?.items ?? none}
            longerLevels={longerLevels.value?.items.find((one) => one.timeframe === longer) ?? null}
            symbol={symbol}
            timeframe={timeframe}
          />
        )}
    </Shown>
  )
}
