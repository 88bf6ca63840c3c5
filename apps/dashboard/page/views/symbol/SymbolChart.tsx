/** The newest bars of one timeframe, with the levels of the next bar at the right. */
import { useAnswer } from "../../answers.ts"
import { PriceChart, type PriceLine } from "../../charts/Price.ts"
import type { AnswerOf } from "../../client.ts"
import { levelNames } from "../../levelNames.ts"
import { Shown } from "../../parts/Shown.tsx"
import { priceDecimals } from "../../texts.ts"

type Levels = AnswerOf<"getLevels">["items"][number]

const shownBars = "150"

/** Of seventeen names at one axis none could be read: these are the ones that price is measured by. */
const drawn = ["projectedDot", "envelopeTop", "envelopeBottom"] as const

const linesOf = (levels: Levels | null): ReadonlyArray<PriceLine> =>
  drawn.flatMap((name) => {
    const found = levels?.levels.find(({ level }) => level === name)
    if (found === undefined || found.price === null) return []
    return [{
      price: found.price,
      title: levelNames[name].toLowerCase(),
      tone: name === "projectedDot" ? "dot" as const : "envelope" as const,
      dashed: true
    }]
  })

export const SymbolChart = ({ levels, source, symbol, timeframe }: {
  readonly symbol: string
  readonly source: string
  readonly timeframe: Levels["timeframe"]
  readonly levels: Levels | null
}) => {
  const answer = useAnswer("listGeometry", { query: { symbol, source, timeframe, limit: shownBars } })
  return (
    <Shown answer={answer} gone={`No bars of ${symbol} are stored.`}>
      {({ items }) => {
        const last = items.at(-1)
        if (last === undefined) return <p class="empty">No bars of {timeframe} are stored.</p>
        return (
          <PriceChart
            label={`The last ${items.length} bars of ${timeframe} of ${symbol}, with dot and envelope; the last close is ${last.close}. The levels of the next bar stand beside it as a table.`}
            bars={items}
            decimals={priceDecimals(last.close, levels?.tick ?? null)}
            lines={[...linesOf(levels), { price: last.close, title: "close", tone: "soft", dashed: true }]}
            areas={[]}
            marks={[]}
            shown={90}
            tall
          />
        )
      }}
    </Shown>
  )
}
