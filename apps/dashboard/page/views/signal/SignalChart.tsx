/** The bars around a signal, with its prices from its bar close to where it was decided. */
import { useAnswer } from "../../answers.ts"
import { behind, type Zone } from "../../behind.ts"
import { type GeometryBar, type PriceArea, PriceChart, type PriceMark } from "../../charts/Price.ts"
import { now } from "../../now.ts"
import { Shown } from "../../parts/Shown.tsx"
import { countText, numberText, priceDecimals, signedText, words } from "../../texts.ts"
import type { Detail } from "../SignalView.tsx"
import { factorAt, presentPrices } from "./presentPrices.ts"
import { mostBars, spanOf } from "./span.ts"

/** Bars before the signal that are shown at first. */
const lead = 40

const openOf = (bar: GeometryBar | undefined): number | null => bar === undefined ? null : Date.parse(bar.openTime)

const zoneAreas = (zones: ReadonlyArray<Zone>, from: number | null): ReadonlyArray<PriceArea> =>
  zones.map(({ high, low }) => ({ from, to: null, low, high, tone: "zone" }))

/** From the bar of the signal on: what was to be won above or below what was to be lost. */
const planAreas = (signal: Detail, from: number | null, to: number | null): ReadonlyArray<PriceArea> => {
  const { entryPrice, stopLoss, targetPrice } = signal
  const area = (other: number, tone: "up" | "down"): PriceArea => ({
    from,
    to,
    low: Math.min(entryPrice, other),
    high: Math.max(entryPrice, other),
    tone
  })
  return [area(targetPrice, "up"), area(stopLoss, "down")]
}

const marksOf = (signal: Detail, bars: ReadonlyArray<GeometryBar>): ReadonlyArray<PriceMark> => {
  const isLong = signal.type === "LONG" || signal.type === "EXIT_SHORT"
  const atClose = (instant: string | null) => bars.findIndex(({ closeTime }) => closeTime === instant)
  const signalled = atClose(signal.signalTimestamp)
  const decided = atClose(signal.decidedAt)
  const filled = decided < 0 || signal.fillPrice === null ? -1 : decided - (signal.barsHeld ?? 0)
  const mark = (index: number, text: string, tone: PriceMark["tone"], place: PriceMark["place"]) => {
    const at = openOf(bars[index])
    return at === null ? [] : [{ at, text, tone, place }]
  }
  return [
    ...mark(signalled, words(signal.type), isLong ? "up" : "down", isLong ? "below" : "above"),
    ...filled >= 0 && filled !== decided ? mark(filled, "filled", "accent", isLong ? "below" : "above") : [],
    ...signal.exitReason === null
      ? []
      : mark(
        decided,
        `${words(signal.exitReason)}${
          signal.r === null || signal.exitReason === "UNFILLED" ? "" : ` ${signedText(signal.r)} R`
        }`,
        (signal.r ?? 0) > 0 ? "up" : "down",
        isLong ? "above" : "below"
      )
  ]
}

const linesOf = ({ entryPrice, stopLoss, targetPrice, type }: Detail) =>
  type.startsWith("EXIT")
    ? [{ price: entryPrice, title: "exit", tone: "accent" as const, dashed: true }]
    : [
      { price: targetPrice, title: "target", tone: "up" as const, dashed: true },
      { price: entryPrice, title: "entry", tone: "accent" as const, dashed: false },
      { price: stopLoss, title: "stop", tone: "down" as const, dashed: true }
    ]

export const SignalChart = ({ signal }: { readonly signal: Detail }) => {
  const span = spanOf(signal, now.value)
  const answer = useAnswer("listGeometry", {
    query: { symbol: signal.symbol, ...signal.source === null ? {} : { source: signal.source }, ...span }
  })
  return (
    <Shown answer={answer} gone="The bars of this signal are not stored any more, so there is no chart of it.">
      {({ items }) => {
        if (items.length === 0) return <p class="empty">No bars of that time are stored, so there is no chart.</p>
        const from = openOf(items.find(({ closeTime }) => closeTime === signal.signalTimestamp))
        const to = openOf(items.find(({ closeTime }) => closeTime === signal.decidedAt))
        const factor = factorAt(items, signal.signalTimestamp)
        const drawn = presentPrices(signal, behind(signal.patternContext).zones, factor)
        const isExit = signal.type.startsWith("EXIT")
        return (
          <>
            <PriceChart
              label={`${items.length} bars of ${signal.timeframe} of ${signal.symbol} around the signal, with dot, envelope, zones, entry, stop and target. The numbers stand beside it.`}
              bars={items}
              decimals={priceDecimals(signal.entryPrice, signal.tick)}
              lines={linesOf(drawn.signal)}
              areas={[
                ...zoneAreas(drawn.zones, from),
                ...isExit || from === null ? [] : planAreas(drawn.signal, from, to)
              ]}
              marks={marksOf(signal, items)}
              shown={items.length -
                Math.max(0, items.findIndex(({ closeTime }) => closeTime === signal.signalTimestamp) - lead)}
            />
            {from === null && (
              <p>
                {items.length < mostBars
                  ? "The bar that it was given at is not among the stored ones."
                  : `It was held over more bars than are drawn, ${
                    countText(mostBars)
                  }: the bar that it was given at lies before them.`}
              </p>
            )}
            <p class="soft">
              Bands from the signal on are its zones{isExit ? "." : ", and what was to be won and lost."}
              {factor !== 1 &&
                ` There was a split or roll since: all prices here are those of the signal's day times ${
                  numberText(factor, 4)
                }.`}
            </p>
          </>
        )
      }}
    </Shown>
  )
}
