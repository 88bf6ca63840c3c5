/**
 * What is to be told, before a channel gives it its own shape: texts and numbers that are the same everywhere.
 *
 * Texts are rendered: prices with the instrument's tick, times in the reader's zone. Numbers stand beside them for
 * programs. Instants are epoch milliseconds.
 */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { Origin } from "@dgas/domain/Origin"
import type { ExitReason, Outcome } from "@dgas/domain/Outcome"
import type { SignalType, Tier } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"

export type AlertKind =
  | "signals"
  | "exit"
  | "levels"
  | "digest"
  | "late"
  | "corrected"
  | "adjusted"
  | "outcome"
  | "alarm"
  | "sample"

/** A price as people read it, and as it is. */
export interface ShownPrice {
  readonly text: string
  readonly value: number
}

/** How a signal ended. Null are those that it does not have: of one without a fill the prices, of one that goes on the end. */
export interface AlertEnd {
  readonly outcome: Outcome
  readonly exitReason: ExitReason | null
  readonly filled: boolean
  readonly fillPrice: ShownPrice | null
  readonly exitPrice: ShownPrice | null
  /** In units of the planned risk, after costs. */
  readonly r: number | null
  /** Close of the bar that decided it. */
  readonly decidedAt: number | null
}

export interface AlertOutcome extends AlertEnd {
  /** One bar held stop and target; it counts as the stop. `rIfLoss` and `rIfWin` are what it could have been. */
  readonly ambiguous: boolean
  readonly rIfLoss: number | null
  readonly rIfWin: number | null
  /** In percent of the fill price, as are the costs of the round trip. */
  readonly pnlPct: number | null
  readonly costPct: number
  readonly barsHeld: number
  /** In the alert's zone, without its name. */
  readonly decidedAtText: string | null
  /** `WIN of +1.98 R` */
  readonly result: string
  /** What ended it, at which prices, and of a correction what it was and is. */
  readonly text: string
  /** Of a correction: how it was told to have ended. */
  readonly was: AlertEnd | null
}

export interface AlertSignal {
  readonly id: string
  readonly schedule: string
  readonly symbol: string
  readonly type: SignalType
  readonly timeframe: Timeframe
  /** Close of the bar that completed it. */
  readonly barClose: number
  /** In the alert's zone, without its name. */
  readonly barCloseText: string
  readonly entry: ShownPrice
  /** Null of an exit, as are target and reward / risk. */
  readonly stop: ShownPrice | null
  readonly target: ShownPrice | null
  readonly riskReward: number | null
  /** A score from 0 to 1, not a probability. */
  readonly confidence: number
  readonly tier: Tier | null
  readonly reason: string
  /** What base rates say of its entry, or null. */
  readonly howOften: string | null
  /** The probability that it ends above 0 once filled, with its interval and what that is made of; null where outcomes do not tell. */
  readonly odds: string | null
  /** The entry that an exit closes. */
  readonly closesSignalId: string | null
  /** What became of it, where that is what is told; else null. */
  readonly outcome: AlertOutcome | null
  readonly origin: Origin
}

export interface AlertEvent {
  readonly id: string
  readonly schedule: string
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly barClose: number
  readonly barCloseText: string
  readonly level: string
  readonly kind: LevelEvent["kind"]
  /** `98.10`, or `97.00 to 98.10` for a zone. */
  readonly place: string
  readonly low: number
  readonly high: number
  readonly from: "above" | "below" | "inside"
  readonly close: ShownPrice
  readonly howOften: string | null
}

export interface Alert {
  /** Of the outbox message: receivers drop repeats by it. */
  readonly id: string
  readonly kind: AlertKind
  readonly severity: "info" | "warning" | "critical"
  /** One line that says what, where and when. */
  readonly title: string
  /** What it is about beside rows: of a notice what was and what is now, of an alarm what is wrong and what to do. */
  readonly lines: ReadonlyArray<string>
  /** Null of an alarm. */
  readonly schedule: string | null
  /** Trading timeframe of the schedule. */
  readonly timeframe: Timeframe | null
  /** Bar close of the run; null of an alarm. */
  readonly slotAt: number | null
  /** How late, milliseconds; null when in time. */
  readonly lateMs: number | null
  /** IANA zone in which its times are told. */
  readonly zone: string
  readonly signals: ReadonlyArray<AlertSignal>
  readonly events: ReadonlyArray<AlertEvent>
  readonly footer: string
}
