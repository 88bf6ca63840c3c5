/**
 * The bars by which a signal is judged, each with the finer ones inside it.
 *
 * As the analyzer is fed: trading bars are built from the base bars of the schedule's lower timeframe as far as these are
 * there, and are the base bars themselves, without finer ones, where the schedule has no lower timeframe. A slot without
 * any bar gives none and does not count.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { BarGrid } from "@dgas/market/BarGrid"
import { Resampler } from "@dgas/market/Resampler"

export interface TradingBar {
  readonly bar: Bar
  readonly finer: ReadonlyArray<Bar>
}

const noBars: ReadonlyArray<Bar> = []

export class TradingBars {
  private readonly resampler: Resampler | null
  private parts: Array<Bar> = []

  /** `grid` is that of the trading timeframe, null where base bars are trading bars. */
  constructor(grid: BarGrid | null) {
    // The first bar after a signal begins a slot, and what is missing of it is missing for the analyzer too.
    this.resampler = grid === null ? null : new Resampler(grid, { dropPartialFirst: false })
  }

  /** Takes the next base bar, and gives the trading bars that are whole with it. */
  push(base: Bar): ReadonlyArray<TradingBar> {
    if (this.resampler === null) return [{ bar: base, finer: noBars }]
    const before = this.flush(base.openTime)
    this.resampler.push(base)
    this.parts.push(base)
    return [...before, ...this.flush(base.closeTime)]
  }

  /** Trading bars whose time was over at `asOf`, although not all of their base bars came. */
  flush(asOf: number): ReadonlyArray<TradingBar> {
    const built = this.resampler?.flush(asOf) ?? noBars
    const until = built.at(-1)?.closeTime
    if (until === undefined) return []
    const whole = built.map((bar) => ({
      bar,
      finer: this.parts.filter((part) => part.openTime >= bar.openTime && part.closeTime <= bar.closeTime)
    }))
    this.parts = this.parts.filter((part) => part.openTime >= until)
    return whole
  }
}
