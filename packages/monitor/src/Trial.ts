/**
 * One entry on its way through the bars after it: the machine that the analyzer has for its live signal, told of the exit
 * that closes it.
 *
 * On the bar at whose close an exit was given stop and target come first, as they did when it was given. All prices are
 * those of the signal; whoever feeds it has taken out what was split since.
 */
import { isFinal, type OutcomeUpdate } from "@dgas/domain/Outcome"
import type { Rules } from "@dgas/domain/Rules"
import { type Order, OutcomeMachine } from "@dgas/engine/signals/OutcomeMachine"
import type { TradingBar } from "./TradingBars.ts"

/** `signalTimestamp` is the close of the bar that completed it, epoch milliseconds. */
export interface Entry {
  readonly id: string
  readonly type: "LONG" | "SHORT"
  readonly signalTimestamp: number
  readonly entryPrice: number
  readonly stopLoss: number
  readonly targetPrice: number
}

export interface Leave {
  readonly at: number
  readonly price: number
}

export class Trial {
  private readonly entry: Entry
  private readonly leave: Leave | null
  private readonly order: Order
  private readonly machine: OutcomeMachine
  private decidedAt: number | null = null

  constructor(entry: Entry, terms: { readonly rules: Rules; readonly costPct: number; readonly leave: Leave | null }) {
    this.entry = entry
    this.leave = terms.leave
    this.order = {
      direction: entry.type === "LONG" ? 1 : -1,
      entry: entry.entryPrice,
      stop: entry.stopLoss,
      target: entry.targetPrice,
      costPct: terms.costPct
    }
    this.machine = new OutcomeMachine(this.order, terms.rules)
  }

  get ended(): boolean {
    return this.decidedAt !== null
  }

  take({ bar, finer }: TradingBar): void {
    this.leaveBefore(bar.closeTime)
    if (this.ended) return
    this.machine.feed(bar, finer)
    if (this.machine.status === "final") this.decidedAt = bar.closeTime
    else this.leaveBefore(bar.closeTime + 1)
  }

  /** An exit given before `instant` ends it, whether or not the bars until then are there. */
  leaveBefore(instant: number): void {
    const { leave } = this
    if (this.ended || leave === null || leave.at >= instant) return
    this.machine.closeAt(leave.price)
    this.decidedAt = leave.at
  }

  /** What became of it by now. */
  outcome(seen: { readonly barsMissing: number; readonly evaluatedAt: number }): OutcomeUpdate {
    const { decidedAt, order: { costPct = 0 } } = this
    const result = this.machine.result()
    const final = isFinal(result.outcome)
    const { filled } = result
    const r = final ? finite(result.r) : null
    return {
      signalId: this.entry.id,
      outcome: result.outcome,
      exitReason: result.exitReason,
      filled,
      ambiguous: result.ambiguous,
      fillPrice: finite(result.fillPrice),
      exitPrice: final ? finite(result.exitPrice) : null,
      actualHigh: finite(result.high),
      actualLow: finite(result.low),
      actualClose: finite(result.close),
      pnlPct: final ? finite(result.pnlPct) : null,
      r,
      // The machine counts a bar in doubt as the stop.
      rIfLoss: r,
      rIfWin: result.ambiguous ? this.atTarget(result.fillPrice) : r,
      mfe: filled ? finite(result.mfe) : null,
      mae: filled ? finite(result.mae) : null,
      barsHeld: result.barsHeld,
      costPct,
      decidedAt,
      ...seen
    }
  }

  private atTarget(fill: number): number | null {
    const { costPct = 0, direction, entry, stop, target } = this.order
    return finite(((target - fill) * direction - costPct / 100 * fill) / Math.abs(entry - stop))
  }
}

const finite = (value: number): number | null => Number.isFinite(value) ? value : null
