/** A symbol under contract, alone and behind its feed: it decides at each trading bar and accepts what it proposes. */
import { restoreInto, type Snapshot, snapshotOf } from "@dgas/engine/geometry/Snapshot"
import { timeframeView } from "@dgas/engine/signals/analyze"
import type { Decision } from "@dgas/engine/signals/Decision"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { eventsOf, recentOf } from "./GeometrySubjects.ts"
import { eager, meetings, resultOf, subscriptions, zonesOf } from "./SignalSubjects.ts"
import { Bundle, type Instance, partOf, type Plain, type Subject } from "./Subject.ts"

/** A symbol that decides at each trading bar and accepts whatever it proposes. */
class Trader {
  readonly symbol: SymbolAnalyzer
  decision: Decision | null = null

  constructor(symbol: SymbolAnalyzer) {
    this.symbol = symbol
  }

  decide(): void {
    this.decision = this.symbol.decide()
    const { draft } = this.decision
    if (draft !== null) this.symbol.accept(`${draft.type} at ${this.symbol.trading.closeTime}`, draft)
  }

  shown(): Plain {
    const { ended, higher, live, lower, trading, zones } = this.symbol
    const frames = [higher, trading, ...lower === null ? [] : [lower]]
    return {
      // Gate, draft and checks are plain data by construction; only their interfaces are not.
      decision: JSON.parse(JSON.stringify(this.decision)),
      checks: JSON.parse(JSON.stringify(this.symbol.checks())),
      frames: frames.map((frame) => JSON.parse(JSON.stringify(timeframeView(frame)))),
      zones: zonesOf(zones),
      live: live === null ? null : { id: live.id, result: resultOf(live.machine) },
      ended: ended === null ? null : { id: ended.id, result: resultOf(ended.machine) },
      meetings: this.symbol.levelMeetings().map((meeting) => ({ ...meeting }))
    }
  }

  recent(): Plain {
    const { higher, lower, trading, zones } = this.symbol
    return {
      frames: [higher, trading, ...lower === null ? [] : [lower]].map(recentOf),
      zones: zonesOf(zones)
    }
  }

  events(): ReadonlyArray<unknown> {
    const { higher, lower, trading } = this.symbol
    const draft = this.decision?.draft ?? null
    return [
      ...[higher, trading, ...lower === null ? [] : [lower]].flatMap(eventsOf),
      ...this.symbol.levelMeetings(),
      ...draft === null ? [] : [draft]
    ]
  }

  snapshot(): Snapshot {
    return { symbol: this.symbol.snapshot(), decision: JSON.stringify(this.decision) }
  }

  restore(snapshot: Snapshot): void {
    this.symbol.restore(partOf(snapshot, "symbol"))
    this.decision = JSON.parse(String(snapshot["decision"]))
  }
}

const analyzer = (): Instance => {
  const trader = new Trader(
    new SymbolAnalyzer(eager, { tick: null, lower: false, alerts: subscriptions(["higher", "trading"]) })
  )
  const { symbol } = trader
  const bundle = new Bundle(4)
  return {
    push: (bar) => {
      const above = bundle.push(bar)
      if (above !== null) symbol.pushHigher(above)
      symbol.pushTrading(bar)
      trader.decide()
    },
    shown: () => trader.shown(),
    recent: () => trader.recent(),
    events: () => trader.events(),
    snapshot: () => ({ ...trader.snapshot(), bundle: snapshotOf(bundle) }),
    restore: (snapshot) => {
      trader.restore(snapshot)
      restoreInto(bundle, partOf(snapshot, "bundle"))
    },
    reset: () => {
      symbol.reset()
      trader.decision = null
      restoreInto(bundle, snapshotOf(new Bundle(4)))
    },
    late: (bar) => [
      () => symbol.pushTrading(bar),
      ...symbol.higher.bars === 0 ? [] : [() => symbol.pushHigher({ ...bar, openTime: symbol.higher.openTime })]
    ]
  }
}

const always = calendarOf("24/7")

const feed = (lower: boolean): Instance => {
  const alerts = subscriptions(lower ? ["higher", "trading", "lower"] : ["higher", "trading"])
  const parts = () => {
    const grids = lower
      ? { trading: barGrid(always, "5m", "session"), higher: barGrid(always, "15m", "session") }
      : { trading: null, higher: barGrid(always, "5m", "session") }
    const own = new SymbolFeed(new SymbolAnalyzer(eager, { tick: null, lower, alerts }), grids)
    return { own, trader: new Trader(own.analyzer) }
  }
  const { own, trader } = parts()
  const restore = (snapshot: Snapshot) => {
    // First the symbol, so that a live signal has its machine; then what the feed itself holds.
    trader.restore(snapshot)
    restoreInto(own, partOf(snapshot, "feed"))
  }
  const snapshot = (from: ReturnType<typeof parts>) => ({ ...from.trader.snapshot(), feed: snapshotOf(from.own) })
  return {
    push: (bar) => {
      const before = own.analyzer.trading.closeTime
      own.advance([bar], bar.closeTime)
      if (own.analyzer.trading.closeTime !== before) trader.decide()
    },
    shown: () => trader.shown(),
    recent: () => trader.recent(),
    events: () => trader.events(),
    snapshot: () => snapshot({ own, trader }),
    restore,
    reset: () => restore(snapshot(parts())),
    late: (bar) => [() => own.advance([bar], bar.closeTime)]
  }
}

const decisions = ["WARMING_UP", "LIVE_SIGNAL", "NO_PATTERN", "NOT_PERMITTED"]
  .concat(["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"].map((type) => `"type":"${type}"`))

export const symbolSubjects: ReadonlyArray<Subject> = [
  { name: "SymbolAnalyzer", make: analyzer, window: 28, defined: 28, shows: [...decisions, ...meetings] },
  { name: "SymbolFeed", make: () => feed(false), window: 35, defined: 35, shows: [...decisions, ...meetings] },
  {
    name: "SymbolFeed with a lower timeframe",
    make: () => feed(true),
    window: 105,
    defined: 105,
    shows: [...decisions, ...meetings, `"frame":"lower"`]
  }
]
