/** Signals as CSV, a page after the other while they are read: however many there are, no more than a page is held. */
import type { SignalItem } from "@dgas/db/SignalPages"
import { type SignalPage, SignalPages } from "@dgas/db/SignalPages"
import { type Column, csvHead, csvLine } from "@dgas/notify/Csv"
import { isoText } from "@dgas/notify/TimeText"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const pageSize = 1000

const instant = (at: number | null) => at === null ? null : isoText(at)

const plain = (...names: ReadonlyArray<keyof Omit<SignalItem, "notificationChannels">>) =>
  names.map((name): Column<SignalItem> => ({ name, value: (signal) => signal[name] }))

const columns: ReadonlyArray<Column<SignalItem>> = [
  { name: "signalTimestamp", value: ({ signalTimestamp }) => isoText(signalTimestamp) },
  ...plain("symbol", "type", "entryPrice", "stopLoss", "targetPrice", "riskRewardRatio", "confidence"),
  ...plain("probability", "calibration", "odds", "tier", "reason", "signalStrength", "timeframeAlignment"),
  ...plain("htfTrend", "tradingTfState", "confluenceZonesCount", "lateMs", "outcome", "exitReason", "filled"),
  ...plain("ambiguous", "fillPrice", "exitPrice", "pnlPct", "r", "rIfLoss", "rIfWin", "mfe", "mae", "barsHeld"),
  ...plain("barsMissing", "costPct", "actualHigh", "actualLow", "actualClose"),
  { name: "decidedAt", value: ({ decidedAt }) => instant(decidedAt) },
  { name: "evaluatedAt", value: ({ evaluatedAt }) => instant(evaluatedAt) },
  { name: "correctedAt", value: ({ correctedAt }) => instant(correctedAt) },
  ...plain("correctedBy", "correctionNote"),
  { name: "acknowledgedAt", value: ({ acknowledgedAt }) => instant(acknowledgedAt) },
  ...plain("acknowledgedBy", "closesSignalId", "notificationSent"),
  { name: "notificationChannels", value: ({ notificationChannels }) => notificationChannels.join(" ") },
  { name: "notificationTimestamp", value: ({ notificationTimestamp }) => instant(notificationTimestamp) },
  ...plain("schedule", "origin", "rules", "runId", "id")
]

/** The first page is read before anything is sent, so that a database that is away is told as a failure and no torn file. */
export const signalCsv = Effect.fn("signalCsv")(function*(wanted: Omit<SignalPage, "after" | "limit">) {
  const pages = yield* SignalPages
  const read = (after: SignalItem | undefined) =>
    pages.page({
      ...wanted,
      limit: pageSize,
      ...after === undefined ? {} : { after: { at: after.signalTimestamp, id: after.id } }
    })
  const text = (signals: ReadonlyArray<SignalItem>) => signals.map((signal) => `${csvLine(columns, signal)}\n`).join("")
  const first = yield* read(undefined)
  const others = Stream.paginate(first, (page: ReadonlyArray<SignalItem>) =>
    page.length < pageSize
      ? Effect.succeed([[], Option.none()] as const)
      : Effect.map(read(page.at(-1)), (next) => [[text(next)], Option.some(next)] as const))
  return Stream.fromArray([`${csvHead(columns)}\n${text(first)}`]).pipe(Stream.concat(others), Stream.encodeText)
})
