/**
 * Builds the bars of a longer timeframe from closed bars of a shorter one, one at a time.
 *
 * What comes out depends on the bars and on `asOf` alone, not on how often `flush` was called. A slot is closed
 * when its time is over, whether or not its last base bar came; a base bar that comes after that changes
 * nothing, since what was built of it may have been read. A slot without any base bar gives no bar.
 */
import type { Bar } from "@dgas/domain/Bar"
import { type BarGrid, type Slot, tradingStart } from "./BarGrid.ts"

export interface ResamplerOptions {
  /** Whether to drop the first bucket when its first bar does not open where the slot begins to trade. */
  readonly dropPartialFirst: boolean
}

const none: ReadonlyArray<Bar> = []

export class Resampler {
  private readonly grid: BarGrid
  private checksFirst: boolean
  private built: Array<Bar> = []
  /** The open bucket: its slot, whether it is one to drop, and its values so far. */
  private openTime = 0
  private closeTime = Number.NEGATIVE_INFINITY
  private filling = false
  private partial = false
  private lastOpenTime = Number.NEGATIVE_INFINITY
  private open = 0
  private high = 0
  private low = 0
  private close = 0
  private volume = 0

  constructor(grid: BarGrid, options: ResamplerOptions) {
    this.grid = grid
    this.checksFirst = options.dropPartialFirst
  }

  /**
   * Takes one closed bar. Bars come in ascending order. Throws `RangeError` for one that is out of order in its
   * slot or lies in no session: validation has let neither through.
   */
  push(bar: Bar): void {
    if (bar.closeTime <= this.closeTime) {
      if (this.filling) this.add(bar)
      return
    }
    this.finish()
    const slot = this.slotOf(bar)
    this.openTime = slot.openTime
    this.closeTime = slot.closeTime
    this.partial = this.beginsCut(bar, slot)
    this.checksFirst = false
    this.filling = true
    this.lastOpenTime = bar.openTime
    this.open = bar.open
    this.high = bar.high
    this.low = bar.low
    this.close = bar.close
    this.volume = bar.volume
  }

  /** Every built bar whose slot closed at or before `asOf`, ascending; each is given once. */
  flush(asOf: number): ReadonlyArray<Bar> {
    if (this.filling && this.closeTime <= asOf) this.finish()
    if (this.built.length === 0) return none
    const due = this.built
    if (due[due.length - 1]!.closeTime <= asOf) {
      this.built = []
      return due
    }
    this.built = due.filter((bar) => bar.closeTime > asOf)
    return due.filter((bar) => bar.closeTime <= asOf)
  }

  /**
   * The bar in progress after the last `flush`, for people to look at: what is built knows nothing of it. `last` is a
   * later base bar that is itself in progress. Null when nothing is in progress, and for a first bucket to drop.
   */
  forming(last: Bar | null = null): Bar | null {
    const { close, closeTime, high, low, open, openTime, volume } = this
    if (last !== null && last.closeTime > closeTime) {
      const slot = this.slotOf(last)
      return this.beginsCut(last, slot) ? null : { ...last, openTime: slot.openTime, closeTime: slot.closeTime }
    }
    if (!this.filling || this.partial) return null
    if (last === null) return { openTime, closeTime, open, high, low, close, volume }
    return {
      openTime,
      closeTime,
      open,
      high: Math.max(high, last.high),
      low: Math.min(low, last.low),
      close: last.close,
      volume: volume + last.volume
    }
  }

  private slotOf(bar: Bar): Slot {
    // The last instant of a bar is in its session; the first need not be when the clock cuts the bars.
    const slot = this.grid.slotAt(bar.closeTime - 1)
    if (slot === undefined) {
      throw new RangeError(`bar of ${new Date(bar.openTime).toISOString()} lies in no ${this.grid.timeframe} slot`)
    }
    return slot
  }

  /** Whether `bar` would begin a first bucket that history cut. */
  private beginsCut(bar: Bar, slot: Slot): boolean {
    return this.checksFirst && bar.openTime > tradingStart(this.grid, slot)
  }

  private add(bar: Bar): void {
    if (bar.closeTime <= this.openTime) return
    if (bar.openTime <= this.lastOpenTime) {
      throw new RangeError(
        `bar of ${new Date(bar.openTime).toISOString()} came after the one of ${
          new Date(this.lastOpenTime).toISOString()
        }: bars must ascend`
      )
    }
    this.lastOpenTime = bar.openTime
    if (bar.high > this.high) this.high = bar.high
    if (bar.low < this.low) this.low = bar.low
    this.close = bar.close
    this.volume += bar.volume
  }

  private finish(): void {
    if (!this.filling) return
    this.filling = false
    if (this.partial) return
    const { close, closeTime, high, low, open, openTime, volume } = this
    this.built.push({ openTime, closeTime, open, high, low, close, volume })
  }
}
