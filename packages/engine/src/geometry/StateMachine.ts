/**
 * The five market states of one timeframe, from the sides of successive closes.
 *
 * Three closes in a row on one side make a trend; the first close off that side interrupts it; three in a row
 * end the congestion as an exit (same side) or a reversal (other side). The direction of the interrupted trend
 * is kept through the whole congestion, and through a one-bar exit or reversal that breaks on the next bar.
 */
import type { Direction, MarketState } from "@dgas/domain/MarketState"

export type Side = -1 | 0 | 1

export const directionOf = (side: Side): Direction => side === 1 ? "UP" : side === -1 ? "DOWN" : "NEUTRAL"

export class StateMachine {
  state: MarketState = "CONGESTION_ACTION"
  direction: Side = 0
  /** Bars in the present state, counted from 1 once a bar has been pushed. */
  barsInState = 0
  /** Length of the present run of closes on one side. */
  run = 0
  /** Highest high of the interrupted up trend (lowest low of a down trend); NaN outside congestion. */
  dottedLine = NaN
  /** Low of the first bar that closed on the other side of the dot (its high, after a down trend); NaN outside congestion. */
  blockLevel = NaN
  private side: Side = 0
  private dots = 0
  private interrupted: Side = 0
  private runHigh = NaN
  private runLow = NaN
  private trendHigh = NaN
  private trendLow = NaN
  private congestionBlock = NaN

  /** `side` of the bar's close; `hasDot` false while no dot is plotted yet, and then the side is 0. */
  push(side: Side, hasDot: boolean, high: number, low: number): void {
    if (side !== 0 && side === this.side) {
      this.run++
      if (high > this.runHigh) this.runHigh = high
      if (low < this.runLow) this.runLow = low
    } else {
      this.run = side === 0 ? 0 : 1
      this.runHigh = high
      this.runLow = low
      this.side = side
    }
    if (this.dots < 3) {
      if (hasDot) this.dots++
      if (this.dots < 3) {
        this.barsInState++
        return
      }
    }
    if (this.state === "TREND" && side === this.direction) {
      this.extend(high, low)
      this.barsInState++
    } else {
      this.step(side, high, low)
    }
  }

  /** Every bar but one that only goes on with a trend. */
  private step(side: Side, high: number, low: number): void {
    const before = this.state
    switch (before) {
      case "TREND":
      case "CONGESTION_EXIT":
      case "REVERSAL":
        if (side === this.direction) {
          this.confirm()
          this.extend(high, low)
          this.state = "TREND"
        } else {
          this.enter(side, high, low)
        }
        break
      default:
        if (this.run >= 3) this.leave(side)
        else {
          this.state = "CONGESTION_ACTION"
          this.block(side, high, low)
        }
    }
    this.barsInState = this.state === before ? this.barsInState + 1 : 1
    const congested = this.state === "CONGESTION_ENTRANCE" || this.state === "CONGESTION_ACTION"
    this.dottedLine = !congested || this.interrupted === 0
      ? NaN
      : this.interrupted === 1
      ? this.trendHigh
      : this.trendLow
    this.blockLevel = congested ? this.congestionBlock : NaN
  }

  /** The close that breaks a trend, or a one-bar exit or reversal, which then never was a trend. */
  private enter(side: Side, high: number, low: number): void {
    if (this.state === "TREND") {
      this.interrupted = this.direction
      this.congestionBlock = NaN
    }
    this.state = "CONGESTION_ENTRANCE"
    this.direction = this.interrupted
    this.block(side, high, low)
  }

  private leave(side: Side): void {
    if (this.interrupted === 0) {
      this.state = "TREND"
      this.direction = side
      this.confirm()
    } else {
      this.state = side === this.interrupted ? "CONGESTION_EXIT" : "REVERSAL"
      this.direction = side
    }
  }

  /** A trend is established or goes on after an exit: an exit extends the old trend, anything else starts one. */
  private confirm(): void {
    if (this.state === "CONGESTION_EXIT") {
      this.extend(this.runHigh, this.runLow)
    } else {
      this.trendHigh = this.runHigh
      this.trendLow = this.runLow
    }
  }

  private extend(high: number, low: number): void {
    if (!(high <= this.trendHigh)) this.trendHigh = high
    if (!(low >= this.trendLow)) this.trendLow = low
  }

  private block(side: Side, high: number, low: number): void {
    if (this.interrupted !== 0 && side === -this.interrupted && Number.isNaN(this.congestionBlock)) {
      this.congestionBlock = side === -1 ? low : high
    }
  }
}
