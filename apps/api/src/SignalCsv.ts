/** Signals as CSV, a page after the other while they are read: however many there are, no more than a page is held. */
import type { SignalItem } from "@dgas/db/SignalItem"
import type { SignalPage } from "@dgas/db/SignalPageQuery"
import { SignalPages } from "@dgas/db/SignalPages"
import type { SqlFailure } from "@dgas/db/Sql"
import type { Place } from "@dgas/domain/Place"
import { isoText } from "@dgas/domain/TimeText"
import { type Column, csvHead, csvLine } from "@dgas/notify/Csv"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Unauthorized } from "./ApiError.ts"

/** Decoding a page keeps the process from others meanwhile: some milliseconds. */
const pageSize = 200

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

/**
 * The first page is read before anything is sent, so that a database that is away is told as a failure and no torn file.
 * `mayGoOn` is asked before each of the others: without it the file breaks off.
 */
export const signalCsv = Effect.fn("signalCsv")(function*(
  wanted: Omit<SignalPage, "after" | "limit">,
  mayGoOn: Effect.Effect<boolean>
) {
  const pages = yield* SignalPages
  const first = yield* pages.page({ ...wanted, limit: pageSize })
  const read = Effect.fnUntraced(function*(after: Place | null) {
    if (after === null) return [[], Option.none<Place | null>()] as const
    if (!(yield* mayGoOn)) return yield* new Unauthorized({ detail: "the key is not valid any more" })
    const { items, next } = yield* pages.page({ ...wanted, limit: pageSize, after })
    return [[textOf(items)], Option.some(next)] as const
  })
  return Stream.concat(
    Stream.make(`${csvHead(columns)}\n${textOf(first.items)}`),
    Stream.paginate<Place | null, string, SqlFailure | Unauthorized>(first.next, read)
  ).pipe(Stream.filter((text) => text !== ""), Stream.encodeText)
})

const textOf = (signals: ReadonlyArray<SignalItem>) => signals.map((signal) => `${csvLine(columns, signal)}\n`).join("")
