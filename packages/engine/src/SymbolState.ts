/**
 * Where one symbol of one schedule stands between two slots: what its analyzer has seen, which bars wait for
 * their slot, and how far its source was read.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { Instrument } from "@dgas/domain/Instrument"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { StoredSignal } from "@dgas/domain/Signal"
import type { InputTrail } from "./InputTrail.ts"
import { atPresentPrices, eventsText, productOf } from "./PriceBasis.ts"
import { OutcomeMachine } from "./signals/OutcomeMachine.ts"
import { SymbolAnalyzer } from "./signals/SymbolAnalyzer.ts"
import { SymbolFeed } from "./SymbolFeed.ts"
import { alertsOf, type Watch } from "./Watch.ts"

/** A bar as a source gave it; the source is null where it is not known. */
export interface ReadBar {
  readonly bar: Bar
  readonly source: string | null
}

/** Bars that are read again, to notice when they are revised. */
const rereadBars = 3

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
  /** Whether bars up to its last slot changed or came since, so that it must be built anew. */
  stale = false
  /** The slot up to which it has seen its bars. */
  seenUntil = -Infinity
  readonly trail: InputTrail
  /** Splits and rolls that were taken out of the bars it was built from. */
  readonly events: ReadonlyArray<PriceEvent>
  /** The base bars that were read last, oldest first, at the prices of their source. */
  private recent: ReadonlyArray<ReadBar>
  /** The stored entry that may still live, at the prices of now. */
  private resume: StoredSignal | null
  /** The entry that it was built with, at the prices that it was given at. */
  readonly entry: StoredSignal | null
  /** Splits and rolls that this entry has lived through. */
  readonly lived: ReadonlyArray<PriceEvent>

  constructor(watch: Watch, instrument: Instrument, instrumentId: number, start: {
    readonly bars: ReadonlyArray<Bar>
    readonly readUntil: number
    readonly trail: InputTrail
    /** The stored entry that may still live, at the prices that it was given at. */
    readonly entry: StoredSignal | null
    readonly events?: ReadonlyArray<PriceEvent>
    readonly lived?: ReadonlyArray<PriceEvent>
  }) {
    this.instrument = instrument
    this.instrumentId = instrumentId
    this.readUntil = start.readUntil
    this.trail = start.trail
    this.events = start.events ?? []
    this.recent = []
    this.enqueue(start.bars)
    this.entry = start.entry
    this.lived = start.lived ?? []
    this.resume = start.entry === null ? null : scaled(start.entry, productOf(this.lived))
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

  /** Bars of their slots to come. */
  enqueue(bars: ReadonlyArray<Bar>, source: string | null = null): void {
    for (const bar of atPresentPrices(this.instrument.basis, bars, this.events)) this.waiting.push(bar)
    if (bars.length === 0) return
    this.recent = [...this.recent, ...bars.slice(-rereadBars).map((bar) => ({ bar, source }))].slice(-rereadBars)
  }

  /** Open time from which bars are read again. */
  get rereadFrom(): number {
    return this.recent[0]?.bar.openTime ?? this.readUntil
  }

  /**
   * Which of `bars`, read again, are other than they were, or were not there. A source is compared with itself alone: where
   * another one had to be asked, its prices differ, and that is no revision.
   */
  revised(bars: ReadonlyArray<Bar>, source: string, alone: boolean): ReadonlyArray<Bar> {
    return bars.filter((bar) => {
      const known = this.recent.find((one) => one.bar.openTime === bar.openTime)
      if (known === undefined) return bar.openTime > this.rereadFrom && bar.openTime < this.readUntil
      if (known.source !== source && !(known.source === null && alone)) return false
      return !samePrices(known.bar, bar) || known.bar.volume !== bar.volume
    })
  }

  /**
   * Takes revised bars in the place of what was read, and comes back with those whose prices are other. With one of them it
   * must be built anew; no decision looks at volumes.
   */
  revise(bars: ReadonlyArray<Bar>, source: string): ReadonlyArray<Bar> {
    if (bars.length === 0) return bars
    const moved = bars.filter((bar) => {
      const known = this.recent.find((one) => one.bar.openTime === bar.openTime)
      return known === undefined || !samePrices(known.bar, bar)
    })
    const given = new Map(bars.map((bar) => [bar.openTime, bar]))
    this.recent = this.recent.map((one) => {
      const bar = given.get(one.bar.openTime)
      return bar === undefined ? one : { bar, source }
    })
    if (moved.length > 0) this.stale = true
    return moved
  }

  /** Whether a bar, read for the first time, lies in a trading bar that was decided on without it. */
  decidedWithout({ closeTime }: Bar): boolean {
    return closeTime <= this.seenUntil && closeTime <= this.analyzer.trading.closeTime
  }

  /** Knows of the last bars what the state in whose place it stands knew: from which source they were. */
  inherit({ recent }: SymbolState): void {
    const known = new Map(recent.map((one) => [one.bar.openTime, one.source]))
    this.recent = this.recent.map((one) => ({ bar: one.bar, source: known.get(one.bar.openTime) ?? one.source }))
  }

  /** Shows the analyzer every bar that had closed at `slotAt`, and none that had not. */
  advance(slotAt: number): void {
    if (this.resume !== null) {
      const entry = this.resume
      this.resume = null
      this.feed.advance(this.take(entry.signalTimestamp), entry.signalTimestamp)
      this.analyzer.live = revived(entry, this.analyzer, eventsText(this.lived))
    }
    this.feed.advance(this.take(slotAt), slotAt)
    this.seenUntil = slotAt
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

const samePrices = (a: Bar, b: Bar) =>
  a.closeTime === b.closeTime && a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close

const scaled = (entry: StoredSignal, factor: number): StoredSignal => ({
  ...entry,
  entryPrice: entry.entryPrice * factor,
  stopLoss: entry.stopLoss * factor,
  targetPrice: entry.targetPrice * factor
})

const revived = (entry: StoredSignal, analyzer: SymbolAnalyzer, adjustedFor: string) => {
  const type = entry.type === "LONG" ? "LONG" as const : "SHORT" as const
  const order = {
    direction: type === "LONG" ? 1 as const : -1 as const,
    entry: entry.entryPrice,
    stop: entry.stopLoss,
    target: entry.targetPrice
  }
  return { id: entry.id, type, adjustedFor, machine: new OutcomeMachine(order, analyzer.rules) }
}
