/**
 * What changes the prices of an instrument without a trade: a split, a dividend, or the roll of a future.
 *
 * Bars that open before `at` have the old prices and those from then on the new ones, so an event inside a window is not
 * a move of price. Used of series whose basis is `raw` or `split`: prices of basis `total` have none of them left.
 */
import * as Schema from "effect/Schema"

export const PriceEventKind = Schema.Literals(["split", "dividend", "roll"])
export type PriceEventKind = typeof PriceEventKind.Type

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

export const PriceEvent = Schema.Struct({
  kind: PriceEventKind,
  /** Open time of the first bar at the new prices, epoch milliseconds. */
  at: Schema.Int,
  /**
   * What earlier prices are multiplied by to compare with later ones. A split of 7:1 has 1/7; a roll the first price of the
   * new contract over the last of the old one at the same instant; a dividend 1, as raw and split prices keep it.
   */
  factor: Positive,
  /** Of a dividend: for each share, in the currency of the prices. */
  amount: Schema.NullOr(Positive),
  /** For people, like `7:1 split`. */
  detail: Schema.String
})
export type PriceEvent = typeof PriceEvent.Type

/** An event whose place in a calendar is not settled yet. */
export type UndatedEvent = Omit<PriceEvent, "at">

/** `shares` new ones for each `held` old ones: 7 for 1, or 1 for 10 of a reverse split. */
export const splitOf = (shares: number, held: number): UndatedEvent => ({
  kind: "split",
  factor: held / shares,
  amount: null,
  detail: `${shares}:${held} split`
})

export const dividendOf = (amount: number): UndatedEvent => ({
  kind: "dividend",
  factor: 1,
  amount,
  detail: `dividend of ${amount}`
})

/** `factor` is the first price of the new contract over the last of the old one at the same instant. */
export const rollOf = (factor: number): UndatedEvent => ({ kind: "roll", factor, amount: null, detail: "roll" })

const ratio = /^\s*(\d+(?:\.\d+)?)\s*[:/]\s*(\d+(?:\.\d+)?)\s*$/

/** The split that a text like `7:1`, `7/1` or `7.000000/1.000000` tells, new shares first; null when it tells none. */
export const parseSplit = (text: string): UndatedEvent | null => {
  const parts = ratio.exec(text)
  const [shares, held] = [Number(parts?.[1]), Number(parts?.[2])]
  return shares > 0 && held > 0 && shares !== held && Number.isFinite(held / shares) && held / shares > 0
    ? splitOf(shares, held)
    : null
}
