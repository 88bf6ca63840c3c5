/**
 * What a person says became of an entry, as an outcome: R and percent follow from the prices, after the costs of now.
 *
 * What is said must be possible for the order: its target is reached at the target or better, its stop at the stop or worse.
 * Whoever left elsewhere says EXIT.
 */
import type { CorrectedOutcome } from "@dgas/db/SignalWords"
import type { ExitReason } from "@dgas/domain/Outcome"
import { type Order, resultOf } from "@dgas/engine/signals/OutcomeMachine"
import type { Entry } from "./Trial.ts"

/** `decidedAt` in epoch milliseconds. Prices are those of the day of the signal, whatever was split since. */
export interface Said {
  readonly exitReason: ExitReason
  readonly fillPrice: number | null
  readonly exitPrice: number | null
  readonly decidedAt: number
}

/** A part of it that does not fit, and what would. */
export interface Mistake {
  readonly where: keyof Said
  readonly expected: string
}

/** None where it fits the entry; `now` in epoch milliseconds. */
export const mistakesOf = (entry: Entry, said: Said, now: number): ReadonlyArray<Mistake> => [
  ...priceMistakes(entry, said),
  ...said.decidedAt <= entry.signalTimestamp
    ? [{ where: "decidedAt" as const, expected: "an instant after the close of the signal's bar" }]
    : said.decidedAt > now
    ? [{ where: "decidedAt" as const, expected: "an instant that has been" }]
    : []
]

/** What is further from the entry, as a factor, is a slip of a key: an order fills near its price, and may be held long. */
const farthest = { fillPrice: 1.5, exitPrice: 20 } as const

const rounded = (price: number): number => Number(price.toPrecision(4))

const priceMistakes = (
  { entryPrice, stopLoss, targetPrice, type }: Entry,
  { exitPrice, exitReason, fillPrice }: Said
): ReadonlyArray<Mistake> => {
  const prices = [{ where: "fillPrice", price: fillPrice }, { where: "exitPrice", price: exitPrice }] as const
  if (exitReason === "UNFILLED") {
    return prices.flatMap(({ price, where }) =>
      price === null ? [] : [{ where, expected: "null: what did not fill has no prices" }]
    )
  }
  if (fillPrice === null || exitPrice === null) {
    return prices.flatMap(({ price, where }) => price === null ? [{ where, expected: "a price" }] : [])
  }
  const far = prices.filter(({ price, where }) =>
    price === null || price > entryPrice * farthest[where] || price < entryPrice / farthest[where]
  )
  if (far.length > 0) {
    return far.map(({ where }) => ({
      where,
      expected: `a price from ${rounded(entryPrice / farthest[where])} to ${
        rounded(entryPrice * farthest[where])
      }, as the entry is at ${entryPrice}`
    }))
  }
  const direction = type === "LONG" ? 1 : -1
  const beyond = (price: number) => (exitPrice - price) * direction
  const side = (best: boolean) => best === (type === "LONG") ? "least" : "most"
  return exitReason === "TARGET" && beyond(targetPrice) < 0
    ? [{ where: "exitPrice", expected: `at ${side(true)} the target ${targetPrice}, or exitReason EXIT` }]
    : exitReason === "STOP" && beyond(stopLoss) > 0
    ? [{ where: "exitPrice", expected: `at ${side(false)} the stop ${stopLoss}, or exitReason EXIT` }]
    : []
}

/** Of what fits. `costPct` is that of the round trip in percent of the fill price. */
export const correctedOutcome = (entry: Entry, said: Said, costPct: number): CorrectedOutcome => {
  const { decidedAt, exitPrice, exitReason, fillPrice } = said
  const order: Order = {
    direction: entry.type === "LONG" ? 1 : -1,
    entry: entry.entryPrice,
    stop: entry.stopLoss,
    target: entry.targetPrice,
    costPct
  }
  const filled = fillPrice !== null && exitPrice !== null
  return {
    signalId: entry.id,
    outcome: exitReason === "TARGET" ? "WIN" : exitReason === "STOP" ? "LOSS" : "NEUTRAL",
    exitReason,
    filled,
    fillPrice,
    exitPrice,
    ...filled ? resultOf(order, fillPrice, exitPrice) : { pnlPct: 0, r: 0 },
    costPct,
    decidedAt
  }
}
