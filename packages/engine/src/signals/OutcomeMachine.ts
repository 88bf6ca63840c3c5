/**
 * What becomes of one signal, bar by bar.
 *
 * Fed the bars after the signal, it says waiting, filled, or how it ended. Time is counted in bars of the
 * trading timeframe, never in hours. Gaps fill at the open, a stop and a target in one bar are decided by
 * finer bars where there are any and else count as the stop. Everything is after the costs given, 0 by default.
 */
import type { ExitReason, Outcome } from "@dgas/domain/Outcome"
import type { Rules } from "@dgas/domain/Rules"

/** What one bar of prices must tell. */
export interface Prices {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

export interface Order {
  readonly direction: -1 | 1
  readonly entry: number
  readonly stop: number
  readonly target: number
  /** Spread and fee of the round trip, in percent of the fill price. */
  readonly costPct?: number
}

/** `r`, `mfe` and `mae` are in units of the planned risk; high, low and close are over the holding period. */
export interface OrderResult {
  readonly outcome: Outcome
  readonly exitReason: ExitReason | null
  readonly filled: boolean
  readonly ambiguous: boolean
  readonly fillPrice: number
  readonly exitPrice: number
  readonly pnlPct: number
  readonly r: number
  readonly mfe: number
  readonly mae: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly barsHeld: number
}

/** What a fill at one price and an exit at another come to after the order's costs. */
export const resultOf = ({ costPct = 0, direction, entry, stop }: Order, fill: number, exit: number) => {
  const gain = (exit - fill) * direction - costPct / 100 * fill
  return { pnlPct: gain / fill * 100, r: gain / Math.abs(entry - stop) }
}

const noResult = { pnlPct: 0, r: 0 }

const noPrices: ReadonlyArray<Prices> = []

export class OutcomeMachine {
  status: "waiting" | "filled" | "final" = "waiting"
  readonly order: Order
  private readonly rules: Rules
  private waited = 0
  private held = 0
  private fill = NaN
  private exit = NaN
  private high = NaN
  private low = NaN
  private close = NaN
  private reason: ExitReason | null = null
  private ambiguous = false

  constructor(order: Order, rules: Rules) {
    this.order = order
    this.rules = rules
  }

  /** Takes the next bar; `finer` are the bars inside it, oldest first, when they are stored. */
  feed(bar: Prices, finer: ReadonlyArray<Prices> = noPrices): void {
    if (this.status === "final") return
    if (this.status === "waiting") {
      this.waited++
      if (this.fills(bar)) this.fillOn(bar, finer)
      else if (this.waited >= this.rules.fillBars) this.end("UNFILLED", NaN)
      return
    }
    this.held++
    this.observe(bar)
    this.judge(bar, finer)
    if (this.status === "filled" && this.held >= this.rules.holdBars) this.end("TIME", bar.close)
  }

  /** An EXIT signal, or the higher timeframe before the fill, ends it at `price`. */
  closeAt(price: number): void {
    if (this.status === "waiting") this.end("UNFILLED", NaN)
    else if (this.status === "filled") this.end("EXIT", price)
  }

  /** Signed so that a better price for the trade is larger. */
  private toward(price: number): number {
    return price * this.order.direction
  }

  private fills(bar: Prices): boolean {
    return this.toward(this.order.direction === 1 ? bar.low : bar.high) <= this.toward(this.order.entry)
  }

  private fillOn(bar: Prices, finer: ReadonlyArray<Prices>): void {
    const { direction, entry, stop, target } = this.order
    const atOpen = this.toward(bar.open) <= this.toward(entry)
    this.status = "filled"
    this.fill = atOpen ? bar.open : entry
    this.observe(bar)
    const worst = direction === 1 ? bar.low : bar.high
    const best = direction === 1 ? bar.high : bar.low
    const stopped = this.toward(worst) <= this.toward(stop)
    const reached = atOpen && this.toward(best) >= this.toward(target)
    this.settle(stopped, reached, finer, this.toward(this.fill) <= this.toward(stop) ? this.fill : stop)
  }

  private judge(bar: Prices, finer: ReadonlyArray<Prices>): void {
    const { direction, stop, target } = this.order
    if (this.toward(bar.open) <= this.toward(stop)) return this.end("STOP", bar.open)
    if (this.toward(bar.open) >= this.toward(target)) return this.end("TARGET", bar.open)
    const stopped = this.toward(direction === 1 ? bar.low : bar.high) <= this.toward(stop)
    const reached = this.toward(direction === 1 ? bar.high : bar.low) >= this.toward(target)
    this.settle(stopped, reached, finer, stop)
  }

  /** Of stop and target in one bar the finer bars tell which came first; where they do not, the stop counts. */
  private settle(stopped: boolean, reached: boolean, finer: ReadonlyArray<Prices>, stoppedAt: number): void {
    if (stopped && reached) {
      for (const part of finer) {
        this.judge(part, noPrices)
        if (this.status === "final") return
      }
      this.ambiguous = true
    }
    if (stopped) this.end("STOP", stoppedAt)
    else if (reached) this.end("TARGET", this.order.target)
  }

  private observe(bar: Prices): void {
    if (!(bar.high <= this.high)) this.high = bar.high
    if (!(bar.low >= this.low)) this.low = bar.low
    this.close = bar.close
  }

  private end(reason: ExitReason, price: number): void {
    this.status = "final"
    this.reason = reason
    this.exit = price
  }

  result(): OrderResult {
    const { direction, entry, stop } = this.order
    const filled = !Number.isNaN(this.fill)
    const risk = Math.abs(entry - stop)
    const at = this.status === "final" ? this.exit : this.close
    const best = direction === 1 ? this.high : this.low
    const worst = direction === 1 ? this.low : this.high
    return {
      outcome: this.status !== "final"
        ? "PENDING"
        : this.reason === "TARGET"
        ? "WIN"
        : this.reason === "STOP"
        ? "LOSS"
        : "NEUTRAL",
      exitReason: this.reason,
      filled,
      ambiguous: this.ambiguous,
      fillPrice: this.fill,
      exitPrice: at,
      ...(filled ? resultOf(this.order, this.fill, at) : noResult),
      mfe: filled ? Math.max((best - this.fill) * direction, 0) / risk : 0,
      mae: filled ? Math.max((this.fill - worst) * direction, 0) / risk : 0,
      high: this.high,
      low: this.low,
      close: this.close,
      barsHeld: this.held
    }
  }
}
