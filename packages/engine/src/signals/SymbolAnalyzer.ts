/**
 * The state of one symbol in one schedule: its geometries, its zones and its live signal.
 *
 * Higher and lower bars are pushed as they close; `pushTrading` then takes the trading bar that closes no
 * earlier, judges the live signal on it, and notes which known zones it touched. `decide` may be called after
 * it; what it proposes lives only once `accept` says that it was kept.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { Rules } from "@dgas/domain/Rules"
import type { SignalType } from "@dgas/domain/Signal"
import { EXHAUST } from "../geometry/Patterns.ts"
import { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"
import { type Decision, type SignalDraft, stopped } from "./Decision.ts"
import { entryDecision, type EntryFacts, entryFacts } from "./Entry.ts"
import { OutcomeMachine } from "./OutcomeMachine.ts"
import { ZoneMap } from "./Zones.ts"

export interface LiveSignal {
  readonly id: string
  readonly type: "LONG" | "SHORT"
  readonly machine: OutcomeMachine
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
  private closedLive: LiveSignal | null = null

  constructor(rules: Rules, options: { readonly tick: number | null; readonly lower: boolean }) {
    this.rules = rules
    this.tick = options.tick
    this.higher = new TimeframeGeometry(rules)
    this.trading = new TimeframeGeometry(rules)
    this.lower = options.lower ? new TimeframeGeometry(rules) : null
  }

  pushHigher(bar: Bar): void {
    this.higher.push(bar)
  }

  pushLower(bar: Bar): void {
    this.lower?.push(bar)
  }

  pushTrading(bar: Bar, finer: ReadonlyArray<Bar> = []): void {
    this.trading.push(bar)
    const touched = this.zones.touched(bar.high, bar.low, bar.close, this.rules.zoneWeight)
    this.sinceTouchUp = touched.up ? 0 : this.sinceTouchUp + 1
    this.sinceTouchDown = touched.down ? 0 : this.sinceTouchDown + 1
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

  /** The live signal that ended on the last bar by its own stop, target or time, if one did. */
  get ended(): LiveSignal | null {
    return this.closedLive
  }

  decide(): Decision {
    const { higher, rules, trading } = this
    const warm = Math.min(trading.bars, higher.bars)
    if (warm < rules.warmUpBars) {
      return stopped(
        "WARMING_UP",
        `${trading.bars} trading and ${higher.bars} higher bars, needs ${rules.warmUpBars} of each`
      )
    }
    if (this.live !== null) {
      const exit = this.exitDraft(this.live)
      if (exit !== null) return { gate: null, detail: exit.reason, draft: exit }
      return stopped("LIVE_SIGNAL", `${this.live.type} ${this.live.id} is ${this.live.machine.status}`)
    }
    // As after an EXIT: a position that this very bar closed is not opened again on it.
    if (this.closedLive !== null) {
      return stopped("LIVE_SIGNAL", `${this.closedLive.type} ${this.closedLive.id} ended on this bar`)
    }
    return entryDecision(this, this.facts())
  }

  facts(): EntryFacts {
    return entryFacts(this)
  }

  /** A proposal was kept: an entry lives from now on, an exit ends the signal that lived. */
  accept(id: string, draft: SignalDraft): void {
    if (draft.type === "LONG" || draft.type === "SHORT") {
      this.live = {
        id,
        type: draft.type,
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

  private exitDraft(live: LiveSignal): SignalDraft | null {
    const { rules, trading } = this
    const direction = live.type === "LONG" ? 1 : -1
    const reasons: Array<readonly [number, string]> = []
    if (this.higher.machine.direction === -direction) {
      reasons.push([rules.exitHigherTurned, "HIGHER_TURNED"])
    }
    if (live.machine.status === "filled") {
      if (trading.patterns.barsSince(EXHAUST, -direction as -1 | 1) === 0) reasons.push([rules.exitExhaust, "EXHAUST"])
      const against = direction === 1 ? this.sinceTouchDown : this.sinceTouchUp
      if (against === 0) reasons.push([rules.exitZoneTouch, "ZONE_TOUCH"])
    }
    if (reasons.length === 0) return null
    reasons.sort((a, b) => b[0] - a[0])
    const facts = this.facts()
    const type: SignalType = live.type === "LONG" ? "EXIT_LONG" : "EXIT_SHORT"
    const events = reasons.map(([, name]) => name)
    return {
      type,
      entryPrice: trading.close,
      stopLoss: trading.close,
      targetPrice: trading.close,
      riskRewardRatio: null,
      confidence: reasons[0]![0],
      signalStrength: facts.strength,
      timeframeAlignment: facts.alignment,
      tier: null,
      events,
      zone: null,
      reason: `${events.join(" and ")} against the ${live.type} that ${
        live.machine.status === "filled" ? "is filled" : "has not filled yet"
      }`,
      closes: live.id
    }
  }
}
