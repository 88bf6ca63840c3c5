/**
 * Prices from before a split or roll, brought to those after it.
 *
 * Stored bars stay as their source gave them. A state is made from bars at the prices of its slot: every split or roll
 * until then is taken out of the bars that closed before it, so it is no move of price, at whatever slot one looks.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { PriceBasis } from "@dgas/domain/Instrument"
import type { PriceEvent } from "@dgas/domain/PriceEvent"

/** What a price from before all of `events` is multiplied by after them. */
export const productOf = (events: ReadonlyArray<PriceEvent>): number =>
  events.reduce((factor, event) => factor * event.factor, 1)

const scaled = (bar: Bar, prices: number, volume: number): Bar => ({
  openTime: bar.openTime,
  closeTime: bar.closeTime,
  open: bar.open * prices,
  high: bar.high * prices,
  low: bar.low * prices,
  close: bar.close * prices,
  volume: bar.volume * volume
})

/** Ascending `bars` at the prices after the last of `events`, which ascend too. */
export const adjusted = (bars: ReadonlyArray<Bar>, events: ReadonlyArray<PriceEvent>): ReadonlyArray<Bar> => {
  const first = bars[0]
  if (first === undefined || !events.some(({ at }) => at >= first.closeTime)) return bars
  const result: Array<Bar> = []
  let prices = 1
  let volume = 1
  let next = events.length - 1
  for (let index = bars.length - 1; index >= 0; index--) {
    const bar = bars[index]!
    for (; next >= 0 && events[next]!.at >= bar.closeTime; next--) {
      const { factor, kind } = events[next]!
      prices *= factor
      // More shares of the same worth were traded; a roll goes on with as many contracts.
      if (kind === "split") volume /= factor
    }
    result.push(prices === 1 && volume === 1 ? bar : scaled(bar, prices, volume))
  }
  return result.toReversed()
}

/** `bars` of a basis as a state is to see them. The stored bars of basis `split` were restated by then, see `RefreshBars`. */
export const atPresentPrices = (
  basis: PriceBasis,
  bars: ReadonlyArray<Bar>,
  events: ReadonlyArray<PriceEvent>
): ReadonlyArray<Bar> => basis === "raw" ? adjusted(bars, events) : bars

/** What `atPresentPrices` multiplies the prices of a bar with; 1 where it leaves them. */
export const presentFactor = (basis: PriceBasis, bar: Bar, events: ReadonlyArray<PriceEvent>): number =>
  basis === "raw" ? productOf(events.filter(({ at }) => at >= bar.closeTime)) : 1

export const sameEvents = (a: ReadonlyArray<PriceEvent>, b: ReadonlyArray<PriceEvent>): boolean =>
  a.length === b.length && a.every((event, index) => event.at === b[index]!.at && event.factor === b[index]!.factor)

/** Like "7:1 split on 2014-06-09", for people. */
export const eventsText = (events: ReadonlyArray<PriceEvent>): string =>
  events.map(({ at, detail, kind }) => `${detail === "" ? kind : detail} on ${new Date(at).toISOString().slice(0, 10)}`)
    .join(", ")
