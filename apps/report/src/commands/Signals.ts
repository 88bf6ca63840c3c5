/** `report signals`: the latest signals with prices, score and reason, newest first. */
import { SignalStore } from "@dgas/db/SignalStore"
import type { Outcome } from "@dgas/domain/Outcome"
import type { StoredSignal } from "@dgas/domain/Signal"
import type { SignalNotice } from "@dgas/domain/SignalNotice"
import { durationText, isoText } from "@dgas/domain/TimeText"
import { reasonOf, signalCells, signalColumns } from "@dgas/notify/SignalTable"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, type Format, print } from "../Rows.ts"
import { emptyText, type OriginFlag, recentOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly symbol: Option.Option<string>
  readonly schedule: Option.Option<string>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
  readonly minConfidence: number
  readonly status: Option.Option<Outcome>
}

/** Share of the usual position that the tier deserves; null for an exit. */
const positionFactorOf = ({ patternContext }: StoredSignal): number | null => {
  const factor = patternContext["positionFactor"]
  return typeof factor === "number" ? factor : null
}

/** A signal and what became known of it since. */
interface Row extends StoredSignal {
  readonly notices: ReadonlyArray<SignalNotice>
}

/** Why it was given, and what has to be known besides. */
const remarks = (signal: Row): string =>
  [
    reasonOf(signal),
    ...signal.probability === null || signal.odds === null ? [] : [signal.odds],
    ...signal.lateMs === null ? [] : [`LATE by ${durationText(signal.lateMs)}`],
    ...signal.notices.map(({ detail, kind }) => `${kind}: ${detail}`)
  ].join("; ")

const columns: ReadonlyArray<Column<Row>> = [
  { name: "signalTimestamp", value: (signal) => isoText(signal.signalTimestamp) },
  { name: "symbol", value: (signal) => signal.symbol },
  { name: "type", value: (signal) => signal.type },
  { name: "entryPrice", value: (signal) => signal.entryPrice },
  { name: "stopLoss", value: (signal) => signal.stopLoss },
  { name: "targetPrice", value: (signal) => signal.targetPrice },
  { name: "riskRewardRatio", value: (signal) => signal.riskRewardRatio },
  { name: "confidence", value: (signal) => signal.confidence },
  { name: "probability", value: (signal) => signal.probability },
  { name: "calibration", value: (signal) => signal.calibration },
  { name: "odds", value: (signal) => signal.odds },
  { name: "tier", value: (signal) => signal.tier },
  { name: "positionFactor", value: positionFactorOf },
  { name: "reason", value: reasonOf },
  { name: "signalStrength", value: (signal) => signal.signalStrength },
  { name: "timeframeAlignment", value: (signal) => signal.timeframeAlignment },
  { name: "htfTrend", value: (signal) => signal.htfTrend },
  { name: "tradingTfState", value: (signal) => signal.tradingTfState },
  { name: "confluenceZonesCount", value: (signal) => signal.confluenceZonesCount },
  { name: "lateMs", value: (signal) => signal.lateMs },
  {
    name: "notices",
    value: ({ notices }) => notices.map(({ detail, kind }) => `${kind}: ${detail}`).join("; "),
    json: ({ notices }) => notices.map(({ detail, kind }) => ({ kind, detail }))
  },
  { name: "outcome", value: (signal) => signal.outcome },
  { name: "exitReason", value: (signal) => signal.exitReason },
  { name: "pnlPct", value: (signal) => signal.pnlPct },
  { name: "actualHigh", value: (signal) => signal.actualHigh },
  { name: "actualLow", value: (signal) => signal.actualLow },
  { name: "actualClose", value: (signal) => signal.actualClose },
  { name: "evaluatedAt", value: (signal) => signal.evaluatedAt === null ? null : isoText(signal.evaluatedAt) },
  { name: "closesSignalId", value: (signal) => signal.closesSignalId },
  { name: "notificationSent", value: (signal) => signal.notificationSent },
  {
    name: "notificationChannels",
    value: (signal) => signal.notificationChannels.join(" "),
    json: (signal) => signal.notificationChannels
  },
  {
    name: "notificationTimestamp",
    value: (signal) => signal.notificationTimestamp === null ? null : isoText(signal.notificationTimestamp)
  },
  { name: "schedule", value: (signal) => signal.schedule },
  { name: "origin", value: (signal) => signal.origin },
  { name: "rules", value: (signal) => signal.rules },
  { name: "runId", value: (signal) => signal.runId },
  { name: "id", value: (signal) => signal.id }
]

export const signals = (flags: Flags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const store = yield* SignalStore
      const found = yield* store.recent({
        ...recentOf(flags, since),
        minConfidence: flags.minConfidence,
        ...Option.match(flags.status, { onNone: () => ({}), onSome: (outcome) => ({ outcome }) })
      })
      const notices = yield* store.noticesOf(found.map(({ id }) => id))
      const rows = found.map((signal): Row => ({ ...signal, notices: notices.get(signal.id) ?? [] }))
      yield* print(flags.format, rows, {
        columns,
        table: signalColumns(zone),
        cells: (signal) => [...signalCells(signal, zone).slice(0, -1), remarks(signal)],
        empty: emptyText("signals", flags.origin)
      })
    }))
