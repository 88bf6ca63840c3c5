/**
 * Where one symbol of one schedule stands between two slots: what its analyzer has seen, which bars wait for
 * their slot, and how far its source was read.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { Instrument } from "@dgas/domain/Instrument"
import type { StoredSignal } from "@dgas/domain/Signal"
import type { InputTrail } from "./InputTrail.ts"
import { OutcomeMachine } from "./signals/OutcomeMachine.ts"
import { SymbolAnalyzer } from "./signals/SymbolAnalyzer.ts"
import { SymbolFeed } from "./SymbolFeed.ts"
import { alertsOf, type Watch } from "./Watch.ts"

export class SymbolState {
  readonly instrument: Instrument
  readonly instrumentId: number
  readonly feed: SymbolFeed
  /** Base bars that were read and whose slot has not come, oldest first. */
  private waiting: Array<Bar> = []
  /** Base bars with an open time below this were read. */
  readUntil: number
  /** Why the last read failed; null when it did not. */
  failure: string | null = null
  readonly trail: InputTrail
  private resume: StoredSignal | null

  constructor(watch: Watch, instrument: Instrument, instrumentId: number, start: {
    readonly bars: ReadonlyArray<Bar>
    readonly readUntil: number
    readonly trail: InputTrail
    /** The stored entry that may still live. */
    readonly entry: StoredSignal | null
  }) {
    this.instrument = instrument
    this.instrumentId = instrumentId
    this.waiting = [...start.bars]
    this.readUntil = start.readUntil
    this.trail = start.trail
    this.resume = start.entry
    const lower = watch.schedule.lower !== null
    this.feed = new SymbolFeed(
      new SymbolAnalyzer(watch.rules, {
        tick: instrument.tick,
        lower,
        alerts: alertsOf(watch, instrument.symbol)
      }),
      { trading: lower ? watch.tradingGrid : null, higher: watch.higherGrid }
    )
  }

  get analyzer(): SymbolAnalyzer {
    return this.feed.analyzer
  }

  enqueue(bars: ReadonlyArray<Bar>): void {
    for (const bar of bars) this.waiting.push(bar)
  }

  /** Shows the analyzer every bar that had closed at `slotAt`, and none that had not. */
  advance(slotAt: number): void {
    if (this.resume !== null) {
      const entry = this.resume
      this.resume = null
      this.feed.advance(this.take(entry.signalTimestamp), entry.signalTimestamp)
      this.analyzer.live = revived(entry, this.analyzer)
    }
    this.feed.advance(this.take(slotAt), slotAt)
  }

  /** What another worker stored at the slot that `advance` came to. */
  adopt(signal: StoredSignal): void {
    this.analyzer.accept(signal.id, signal)
  }

  /** The slot that `advance` came to is over. */
  pass(slotAt: number): void {
    this.trail.pass(slotAt)
  }

  private take(until: number): ReadonlyArray<Bar> {
    let count = 0
    while (count < this.waiting.length && this.waiting[count]!.closeTime <= until) count++
    const taken = this.waiting.splice(0, count)
    for (const bar of taken) this.trail.add(bar)
    return taken
  }
}

const revived = (entry: StoredSignal, analyzer: SymbolAnalyzer) => {
  const type = entry.type === "LONG" ? "LONG" as const : "SHORT" as const
  const order = {
    direction: type === "LONG" ? 1 as const : -1 as const,
    entry: entry.entryPrice,
    stop: entry.stopLoss,
    target: entry.targetPrice
  }
  return { id: entry.id, type, machine: new OutcomeMachine(order, analyzer.rules) }
}
