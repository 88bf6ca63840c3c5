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
import { BarOutOfOrder } from "./geometry/TimeframeGeometry.ts"
import type { SymbolAnalyzer } from "./signals/SymbolAnalyzer.ts"

/** `trading` is null when the base bars are the trading bars. */
export interface FeedGrids {
  readonly trading: BarGrid | null
  readonly higher: BarGrid
}

const never: ReadonlyArray<Bar> = []

export class SymbolFeed {
  readonly analyzer: SymbolAnalyzer
  /** Trading and higher bars that were built since the last `takeBuilt`. */
  private built: { trading: Array<Bar>; higher: Array<Bar> } = { trading: [], higher: [] }
  private readonly trading: Resampler | null
  private readonly higher: Resampler
  private finer: Array<Bar> = []

  constructor(analyzer: SymbolAnalyzer, grids: FeedGrids) {
    this.analyzer = analyzer
    // History is cut somewhere, so the first bucket may be, and half a bar would be a wrong bar.
    this.trading = grids.trading === null ? null : new Resampler(grids.trading, { dropPartialFirst: true })
    this.higher = new Resampler(grids.higher, { dropPartialFirst: true })
  }

  /**
   * Takes closed base bars in ascending order, then closes every bar whose slot is over at `asOf`. Throws `BarOutOfOrder`
   * for a bar that does not open after the last one; then that bar has changed nothing.
   */
  advance(bars: ReadonlyArray<Bar>, asOf: number): void {
    for (const bar of bars) {
      const last = (this.analyzer.lower ?? this.analyzer.trading).openTime
      if (!(bar.openTime > last)) throw new BarOutOfOrder({ openTime: bar.openTime, lastOpenTime: last })
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
      const parts = this.finer.filter((part) => part.openTime >= bar.openTime && part.closeTime <= bar.closeTime)
      this.analyzer.pushTrading(bar, parts)
      this.built.trading.push(bar)
    }
    while (next < higher.length) this.pushHigher(higher[next++]!)
    if (trading.length > 0) {
      const until = trading.at(-1)!.closeTime
      if (this.finer.at(-1)!.openTime < until) this.finer.length = 0
      else this.finer = this.finer.filter((part) => part.openTime >= until)
    }
  }

  private pushHigher(bar: Bar): void {
    this.analyzer.pushHigher(bar)
    this.built.higher.push(bar)
  }

  /**
   * The higher and the trading bar in progress after the last `advance`, for people to look at: the analyzer is shown
   * neither. `base` is the base bar in progress, when there is one.
   */
  forming(base: Bar | null = null): { readonly higher: Bar | null; readonly trading: Bar | null } {
    return {
      higher: this.higher.forming(base),
      trading: this.trading === null ? base : this.trading.forming(base)
    }
  }

  /** The bars that were built since the last call, for the store. */
  takeBuilt(): { readonly trading: ReadonlyArray<Bar>; readonly higher: ReadonlyArray<Bar> } {
    const built = this.built
    this.built = { trading: [], higher: [] }
    return built
  }
}
