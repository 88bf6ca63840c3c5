/**
 * The state of one symbol in one schedule: its geometries, its zones and its live signal.
 *
 * Higher and lower bars are pushed as they close; `pushTrading` then takes the trading bar that closes no
 * earlier, judges the live signal on it, and notes which known zones it touched. `decide` may be called after
 * it; what it proposes lives only once `accept` says that it was kept.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { Gate } from "@dgas/domain/Gate"
import type { Rules } from "@dgas/domain/Rules"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { EXHAUST } from "../geometry/Patterns.ts"
import {
  checkMade,
  isSnapshot,
  restoreInto,
  type Snapshot,
  SnapshotInvalid,
  snapshotOf,
  type SnapshotValue
} from "../geometry/Snapshot.ts"
import { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"
import { type Decision, type GateCheck, type SignalDraft, stopped } from "./Decision.ts"
import { emptyFacts, entryChecks, entryDraft, entryFinding, failedGate, measureEntry } from "./Entry.ts"
import { type LevelMeeting, type LevelSubscription, LevelWatch } from "./LevelWatch.ts"
import { OutcomeMachine } from "./OutcomeMachine.ts"
import { ZoneMap } from "./Zones.ts"

// A default that is made anew would be garbage on every bar.
const noBars: ReadonlyArray<Bar> = []

export interface LiveSignal {
  readonly id: string
  readonly type: "LONG" | "SHORT"
  /** Splits and rolls for which its prices were adjusted since it was given, in words; empty for none. */
  readonly adjustedFor: string
  readonly machine: OutcomeMachine
}

const Price = Schema.Finite
const decodeLive = Schema.decodeUnknownOption(Schema.Struct({
  id: Schema.String,
  type: Schema.Literals(["LONG", "SHORT"]),
  adjustedFor: Schema.String,
  machine: Schema.Struct({
    order: Schema.Struct({
      direction: Schema.Literals([-1, 1]),
      entry: Price,
      stop: Price,
      target: Price,
      costPct: Schema.optionalKey(Schema.Finite)
    })
  })
}))

/** `tick` is the smallest price step, null when not known; `alerts` are the levels to watch. */
export interface SymbolOptions {
  readonly tick: number | null
  readonly lower: boolean
  readonly alerts?: ReadonlyArray<LevelSubscription>
}

export class SymbolAnalyzer {
  readonly rules: Rules
  readonly higher: TimeframeGeometry
  readonly trading: TimeframeGeometry
  readonly lower: TimeframeGeometry | null
  readonly zones = new ZoneMap()
  readonly tick: number | null
  live: LiveSignal | null = null
  /** Trading bars since a known zone was touched: `up` after a touch from above that held, `down` mirrored; 0 on the bar itself. */
  sinceTouchUp = Infinity
  sinceTouchDown = Infinity
  /** What `gate` measured last. */
  readonly facts = emptyFacts()
  private closedLive: LiveSignal | null = null

  private readonly watch: LevelWatch

  constructor(rules: Rules, options: SymbolOptions) {
    this.rules = rules
    this.tick = options.tick
    this.watch = new LevelWatch(rules, options.alerts ?? [])
    this.higher = new TimeframeGeometry(rules)
    this.trading = new TimeframeGeometry(rules)
    this.lower = options.lower ? new TimeframeGeometry(rules) : null
  }

  pushHigher(bar: Bar): void {
    this.higher.push(bar)
  }

  pushLower(bar: Bar): void {
    if (this.lower === null) return
    this.lower.push(bar)
    this.watch.observeLower(this.lower)
  }

  pushTrading(bar: Bar, finer: ReadonlyArray<Bar> = noBars): void {
    this.trading.push(bar)
    const touched = this.zones.touched(bar.high, bar.low, bar.close, this.rules.zoneWeight)
    this.sinceTouchUp = touched.up ? 0 : this.sinceTouchUp + 1
    this.sinceTouchDown = touched.down ? 0 : this.sinceTouchDown + 1
    this.watch.observeTrading(this.higher, this.trading, this.zones)
    this.zones.build(this.rules, this.higher, this.trading, this.lower)
    this.closedLive = null
    if (this.live !== null) {
      this.live.machine.feed(bar, finer)
      if (this.live.machine.status === "final") {
        this.closedLive = this.live
        this.live = null
      }
    }
  }

  /** What price did in the last trading bar at the levels that are watched. */
  levelMeetings(): ReadonlyArray<LevelMeeting> {
    return this.watch.meetings()
  }

  /** Everything seen and accepted so far as plain JSON, see `Snapshot`. */
  snapshot(): Snapshot {
    return { ...snapshotOf(this), made: this.made }
  }

  /** Goes on from a snapshot of an analyzer of the same rules and options. Throws `SnapshotInvalid`. */
  restore(snapshot: Snapshot): void {
    checkMade(snapshot, this.made)
    this.live = null
    this.closedLive = null
    restoreInto(this, { ...snapshot, live: null, closedLive: null })
    this.live = this.revived(snapshot["live"])
    this.closedLive = this.revived(snapshot["closedLive"])
  }

  private get made(): string {
    const { lower, rules, tick } = this
    return JSON.stringify({ rules, tick, lower: lower !== null, alerts: this.watch.subscriptions })
  }

  private revived(kept: SnapshotValue | undefined): LiveSignal | null {
    if (kept === null) return null
    const decoded = decodeLive(kept)
    if (!isSnapshot(kept) || Option.isNone(decoded)) {
      throw new SnapshotInvalid({ field: "live", found: JSON.stringify(kept) ?? "missing" })
    }
    const { adjustedFor, id, machine: { order }, type } = decoded.value
    const live = { id, type, adjustedFor, machine: new OutcomeMachine(order, this.rules) }
    restoreInto(live, kept)
    return live
  }

  /** Forgets every bar and signal. */
  reset(): void {
    const { lower, rules, tick } = this
    this.restore(
      new SymbolAnalyzer(rules, { tick, lower: lower !== null, alerts: this.watch.subscriptions }).snapshot()
    )
  }

  /** The live signal that ended on the last bar by its own stop, target or time, if one did. */
  get ended(): LiveSignal | null {
    return this.closedLive
  }

  /**
   * The first gate that stops the symbol at its last bar, null when it has something to say. Allocates nothing; what it
   * measures stays in `facts` until the next call.
   */
  gate(): Gate | null {
    if (this.trading.bars < this.rules.warmUpBars || this.higher.bars < this.rules.warmUpBars) return "WARMING_UP"
    if (this.live !== null) return this.exitConfidence(this.live) > 0 ? null : "LIVE_SIGNAL"
    // As after an EXIT: a position that this very bar closed is not opened again on it.
    if (this.closedLive !== null) return "LIVE_SIGNAL"
    return failedGate(this, measureEntry(this, this.facts))
  }

  /** The gates in order up to the first that fails, each with what it found. */
  checks(): ReadonlyArray<GateCheck> {
    const { closedLive, live } = this
    const gate = this.gate()
    const needed = this.rules.warmUpBars
    const warm = {
      gate: "WARMING_UP" as const,
      passed: gate !== "WARMING_UP",
      // How many more there are depends on how long the process has run, and has no part in the decision.
      found: Math.min(this.trading.bars, this.higher.bars, needed),
      needed,
      detail: gate === "WARMING_UP"
        ? `${this.trading.bars} trading and ${this.higher.bars} higher bars, needs ${needed} of each`
        : `at least ${needed} bars of each timeframe`
    }
    if (!warm.passed) return [warm]
    const one = live ?? closedLive
    const alone = {
      gate: "LIVE_SIGNAL" as const,
      passed: gate !== "LIVE_SIGNAL",
      found: one === null ? 0 : 1,
      needed: 0,
      detail: one === null
        ? "no signal lives"
        : `${one.type} ${one.id} ${
          live === null ? "ended on this bar" : `is ${one.machine.status}${gate === null ? ", and is to be left" : ""}`
        }`
    }
    return one === null ? [warm, alone, ...entryChecks(this, this.facts)] : [warm, alone]
  }

  /** What stops the symbol at its last bar, in words with the numbers, or what it proposes. */
  decide(): Decision {
    const gate = this.gate()
    if (gate !== null) return stopped(gate, this.detailOf(gate))
    const draft = this.live === null ? entryDraft(this, this.facts) : this.exitDraft(this.live)
    return { gate: null, detail: draft?.reason ?? "", draft }
  }

  private detailOf(gate: Gate): string {
    return gate === "WARMING_UP" || gate === "LIVE_SIGNAL"
      ? this.checks().at(-1)!.detail
      : entryFinding(this, this.facts, gate).detail
  }

  /** A proposal was kept: an entry lives from now on, an exit ends the signal that lived. */
  accept(id: string, draft: Pick<SignalDraft, "type" | "entryPrice" | "stopLoss" | "targetPrice">): void {
    if (draft.type === "LONG" || draft.type === "SHORT") {
      this.live = {
        id,
        type: draft.type,
        adjustedFor: "",
        machine: new OutcomeMachine(
          {
            direction: draft.type === "LONG" ? 1 : -1,
            entry: draft.entryPrice,
            stop: draft.stopLoss,
            target: draft.targetPrice
          },
          this.rules
        )
      }
    } else {
      this.live?.machine.closeAt(draft.entryPrice)
      this.live = null
    }
  }

  /** Confidence of the strongest reason to leave, 0 when there is none. */
  private exitConfidence(live: LiveSignal): number {
    const { rules } = this
    return Math.max(
      this.higherTurned(live) ? rules.exitHigherTurned : 0,
      this.exhausted(live) ? rules.exitExhaust : 0,
      this.touchedAgainst(live) ? rules.exitZoneTouch : 0
    )
  }

  private higherTurned({ type }: LiveSignal): boolean {
    return this.higher.machine.direction === (type === "LONG" ? -1 : 1)
  }

  private exhausted({ machine, type }: LiveSignal): boolean {
    return machine.status === "filled" && this.trading.patterns.has(EXHAUST, type === "LONG" ? -1 : 1, 1)
  }

  private touchedAgainst({ machine, type }: LiveSignal): boolean {
    return machine.status === "filled" && (type === "LONG" ? this.sinceTouchDown : this.sinceTouchUp) === 0
  }

  private exitDraft(live: LiveSignal): SignalDraft {
    const { rules, trading } = this
    const events = ([
      [this.higherTurned(live) ? rules.exitHigherTurned : 0, "HIGHER_TURNED"],
      [this.exhausted(live) ? rules.exitExhaust : 0, "EXHAUST"],
      [this.touchedAgainst(live) ? rules.exitZoneTouch : 0, "ZONE_TOUCH"]
    ] as const).filter(([confidence]) => confidence > 0).toSorted((a, b) => b[0] - a[0]).map(([, name]) => name)
    const facts = measureEntry(this, this.facts)
    return {
      type: live.type === "LONG" ? "EXIT_LONG" : "EXIT_SHORT",
      entryPrice: trading.close,
      stopLoss: trading.close,
      targetPrice: trading.close,
      riskRewardRatio: null,
      confidence: this.exitConfidence(live),
      signalStrength: facts.strength,
      timeframeAlignment: facts.alignment,
      tier: null,
      positionFactor: null,
      score: null,
      events,
      zone: null,
      reason: `${events.join(" and ")} against the ${live.type} that ${
        live.machine.status === "filled" ? "is filled" : "has not filled yet"
      }${live.adjustedFor === "" ? "" : `; its prices were adjusted for ${live.adjustedFor}`}`,
      closes: live.id
    }
  }
}
