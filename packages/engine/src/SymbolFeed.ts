/**
 * Brings the bars of one symbol to its analyzer in the order in which they closed.
 *
 * Base bars (of the lower timeframe when the schedule has one, else of the trading timeframe) go in; trading
 * and higher bars are built from them by session. Of bars that close at one instant the lower goes first, then
 * the higher, then the trading bar, so that a decision knows everything that had closed by then and nothing else.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { BarGrid } from "@dgas/market/BarGrid"
import { Resampler } from "@dgas/market/Resampler"
import type { SymbolAnalyzer } from "./signals/SymbolAnalyzer.ts"

/** `trading` is null when the base bars are the trading bars. */
export interface FeedGrids {
  readonly trading: BarGrid | null
  readonly higher: BarGrid
}

/** Closed bars as the store had them, each ascending. */
export interface StoredBars {
  readonly higher: ReadonlyArray<Bar>
  readonly trading: ReadonlyArray<Bar>
  readonly lower: ReadonlyArray<Bar>
}

const never: ReadonlyArray<Bar> = []

export class SymbolFeed {
  readonly analyzer: SymbolAnalyzer
  /** Trading and higher bars that were built since the last `takeBuilt`. */
  private built: { trading: Array<Bar>; higher: Array<Bar> } = { trading: [], higher: [] }
  private readonly trading: Resampler | null
  private readonly higher: Resampler
  private finer: Array<Bar> = []
  private last = -Infinity

  constructor(analyzer: SymbolAnalyzer, grids: FeedGrids, options: { readonly resumed: boolean }) {
    this.analyzer = analyzer
    // A resumed series continues after stored bars, so its first bucket is whole even when it starts with a hole.
    const dropPartialFirst = !options.resumed
    this.trading = grids.trading === null ? null : new Resampler(grids.trading, { dropPartialFirst })
    this.higher = new Resampler(grids.higher, { dropPartialFirst })
  }

  /** Open time of the last base bar taken, -Infinity before the first. */
  get lastOpenTime(): number {
    return this.last
  }

  /** Rebuilds the analyzer's state from stored bars, without a decision; called once, before any `advance`. */
  warm(stored: StoredBars): void {
    let higher = 0
    let lower = 0
    const until = (time: number) => {
      while (lower < stored.lower.length && stored.lower[lower]!.closeTime <= time) {
        this.analyzer.pushLower(stored.lower[lower++]!)
      }
      while (higher < stored.higher.length && stored.higher[higher]!.closeTime <= time) {
        this.analyzer.pushHigher(stored.higher[higher++]!)
      }
    }
    for (const bar of stored.trading) {
      until(bar.closeTime)
      this.analyzer.pushTrading(bar)
    }
    until(Infinity)
    const higherClose = stored.higher.at(-1)?.closeTime ?? -Infinity
    const tradingClose = stored.trading.at(-1)?.closeTime ?? -Infinity
    for (const bar of this.trading === null ? stored.trading : stored.lower) {
      if (bar.openTime >= higherClose) this.higher.push(bar)
      if (this.trading !== null && bar.openTime >= tradingClose) {
        this.trading.push(bar)
        this.finer.push(bar)
      }
      this.last = bar.openTime
    }
  }

  /** Takes closed base bars in ascending order, then closes every bar whose slot is over at `asOf`. */
  advance(bars: ReadonlyArray<Bar>, asOf: number): void {
    for (const bar of bars) {
      this.flush(bar.openTime)
      this.higher.push(bar)
      if (this.trading !== null) {
        this.trading.push(bar)
        this.finer.push(bar)
        this.analyzer.pushLower(bar)
        this.flush(bar.closeTime)
      } else {
        this.flush(bar.closeTime)
        this.analyzer.pushTrading(bar)
      }
      this.last = bar.openTime
    }
    this.flush(asOf)
  }

  private flush(asOf: number): void {
    const higher = this.higher.flush(asOf)
    const trading = this.trading === null ? never : this.trading.flush(asOf)
    if (higher.length === 0 && trading.length === 0) return
    let next = 0
    for (const bar of trading) {
      while (next < higher.length && higher[next]!.closeTime <= bar.closeTime) this.pushHigher(higher[next++]!)
      this.analyzer.pushTrading(bar, this.finer.filter((part) => part.openTime >= bar.openTime && part.closeTime <= bar.closeTime))
      this.built.trading.push(bar)
    }
    while (next < higher.length) this.pushHigher(higher[next++]!)
    if (trading.length > 0) {
      const until = trading.at(-1)!.closeTime
      this.finer = this.finer.filter((part) => part.openTime >= until)
    }
  }

  private pushHigher(bar: Bar): void {
    this.analyzer.pushHigher(bar)
    this.built.higher.push(bar)
  }

  /** The bars that were built since the last call, for the store. */
  takeBuilt(): { readonly trading: ReadonlyArray<Bar>; readonly higher: ReadonlyArray<Bar> } {
    const built = this.built
    this.built = { trading: [], higher: [] }
    return built
  }
}
