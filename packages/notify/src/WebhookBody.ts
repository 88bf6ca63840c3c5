/**
 * The JSON that a webhook sends, version 1. Its schema is published as `docs/webhook.schema.json`.
 *
 * Within a version fields are added and never change or go. A body has at most 20,000 bytes: what is more comes in further
 * bodies, cut between rows, with exits first, then what else it tells in lines, then entries, then level events. Instants are
 * ISO 8601 in UTC; the texts beside them are in `zone`.
 */
import { Origin } from "@dgas/domain/Origin"
import { ExitReason, Outcome } from "@dgas/domain/Outcome"
import { SignalType, Tier } from "@dgas/domain/Signal"
import { Timeframe } from "@dgas/domain/Timeframe"
import { isoText } from "@dgas/domain/TimeText"
import * as Schema from "effect/Schema"
import type { Alert, AlertEnd, AlertEvent, AlertOutcome, AlertSignal } from "./Alert.ts"
import { clipped } from "./AlertWords.ts"
import { idOfPart } from "./Channel.ts"

const Text = Schema.String
const Instant = Schema.String.annotate({ format: "date-time", description: "ISO 8601, UTC" })
const Price = Schema.Struct({
  text: Schema.String.annotate({ description: "with the decimals of the instrument's tick" }),
  value: Schema.Finite
}).annotate({ identifier: "Price" })

const Amount = Schema.NullOr(Schema.Finite)
const endFields = {
  outcome: Outcome,
  exitReason: Schema.NullOr(ExitReason).annotate({ description: "null while it is PENDING, as is decidedAt" }),
  filled: Schema.Boolean.annotate({ description: "without a fill nothing was risked, and r is 0" }),
  fillPrice: Schema.NullOr(Price),
  exitPrice: Schema.NullOr(Price),
  r: Amount.annotate({ description: "in units of the planned risk, after costs" }),
  decidedAt: Schema.NullOr(Instant).annotate({ description: "close of the bar that decided it" })
}

export const WebhookOutcome = Schema.Struct({
  ...endFields,
  ambiguous: Schema.Boolean.annotate({ description: "one bar held stop and target, and counts as the stop" }),
  rIfLoss: Amount.annotate({ description: "r, had an ambiguous bar been the stop" }),
  rIfWin: Amount.annotate({ description: "r, had an ambiguous bar been the target" }),
  pnlPct: Amount.annotate({ description: "in percent of the fill price, after costs" }),
  costPct: Schema.Finite.annotate({ description: "costs of the round trip, in percent of the fill price" }),
  barsHeld: Schema.Int,
  decidedAtText: Schema.NullOr(Text),
  result: Text,
  text: Text,
  was: Schema.NullOr(Schema.Struct(endFields).annotate({ identifier: "End" })).annotate({
    description: "of a correction how it was told to have ended, else null"
  })
}).annotate({ identifier: "Outcome" })

export const WebhookSignal = Schema.Struct({
  id: Text,
  schedule: Text,
  symbol: Text,
  type: SignalType,
  timeframe: Timeframe,
  barClose: Instant,
  barCloseText: Text,
  entry: Price,
  stop: Schema.NullOr(Price),
  target: Schema.NullOr(Price),
  riskReward: Schema.NullOr(Schema.Finite),
  confidence: Schema.Finite.annotate({ description: "a score from 0 to 1, not a probability" }),
  tier: Schema.NullOr(Tier),
  reason: Text,
  howOften: Schema.NullOr(Text),
  odds: Schema.NullOr(Text),
  closesSignalId: Schema.NullOr(Text).annotate({ description: "the entry that an exit closes" }),
  outcome: Schema.NullOr(WebhookOutcome).annotate({ description: "what became of it, of dgas.outcome.v1; else null" }),
  origin: Origin
}).annotate({ identifier: "Signal" })

export const WebhookEvent = Schema.Struct({
  id: Text,
  schedule: Text,
  symbol: Text,
  timeframe: Timeframe,
  barClose: Instant,
  barCloseText: Text,
  level: Text,
  kind: Schema.Literals(["approach", "touch", "exceed", "enter", "exit"]),
  place: Text,
  low: Schema.Finite,
  high: Schema.Finite,
  from: Schema.Literals(["above", "below", "inside"]),
  close: Price,
  howOften: Schema.NullOr(Text)
}).annotate({ identifier: "Event" })

export const WebhookBody = Schema.Struct({
  type: Schema.Literals([
    "dgas.signals.v1",
    "dgas.exit.v1",
    "dgas.levels.v1",
    "dgas.digest.v1",
    "dgas.late.v1",
    "dgas.corrected.v1",
    "dgas.adjusted.v1",
    "dgas.outcome.v1",
    "dgas.alarm.v1",
    "dgas.sample.v1"
  ]),
  timestamp: Schema.NullOr(Instant).annotate({ description: "bar close that it tells of; null of an alarm" }),
  data: Schema.Struct({
    id: Text.annotate({ description: "of the message, the same in every repeat" }),
    severity: Schema.Literals(["info", "warning", "critical"]),
    title: Text,
    lines: Schema.Array(Text),
    schedule: Schema.NullOr(Text),
    timeframe: Schema.NullOr(Timeframe),
    lateMs: Schema.NullOr(Schema.Finite),
    zone: Text.annotate({ description: "IANA zone of the texts" }),
    signals: Schema.Array(WebhookSignal),
    events: Schema.Array(WebhookEvent),
    part: Schema.Int.annotate({ description: "which of `parts` messages about the same it is, from 1" }),
    parts: Schema.Int.annotate({ description: "how many messages all rows together took" }),
    footer: Text
  })
})
export type WebhookBody = typeof WebhookBody.Type

/** What is published: `bun packages/notify/examples/webhookSchema.ts` writes it. */
export const webhookJsonSchema = () => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(WebhookBody)
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What a webhook of dgas sends, version 1",
    ...schema,
    $defs: definitions
  }
}

export const longestBody = 20_000

export interface WebhookPart {
  /** `2-of-3`; empty when it is the only one. */
  readonly name: string
  readonly body: WebhookBody
}

/** The bodies of an alert, together with all of its rows. */
export const webhookParts = (alert: Alert): ReadonlyArray<WebhookPart> => {
  const cut = inParts(rowsOf(alert), longestBody - bytesOf(bodyOf(alert, [], most, most)))
  return cut.map((rows, at) => ({
    name: partName(at + 1, cut.length),
    body: bodyOf(alert, rows, at + 1, cut.length)
  }))
}

/** More than there are ever, so that there is room for any number. */
const most = 99_999

const partName = (part: number, parts: number): string => parts === 1 ? "" : `${part}-of-${parts}`

/** As many rows as fit into `room` bytes in each; one without any when there are none. */
const inParts = (rows: ReadonlyArray<Row>, room: number): ReadonlyArray<ReadonlyArray<Row>> => {
  let part: Array<Row> = []
  const parts = [part]
  let left = room
  for (const row of rows) {
    // And its comma.
    const size = bytesOf(row.row) + 1
    if (size > left && part.length > 0) {
      part = []
      parts.push(part)
      left = room
    }
    part.push(row)
    left -= size
  }
  return parts
}

type Row =
  | { readonly of: "line"; readonly at: number; readonly row: string }
  | { readonly of: "signal"; readonly at: number; readonly row: typeof WebhookSignal.Type }
  | { readonly of: "event"; readonly at: number; readonly row: typeof WebhookEvent.Type }

/** All of them, the one to tell first in front; `at` is the place of each among its own. */
const rowsOf = ({ events, lines, signals }: Alert): ReadonlyArray<Row> => {
  const told = signals.map((signal, at): Row => ({ of: "signal", at, row: signalOf(signal) }))
  const isExit = ({ at }: Row) => signals[at]?.closesSignalId !== null
  return [
    ...told.filter(isExit),
    ...lines.map((line, at): Row => ({ of: "line", at, row: short(line) })),
    ...told.filter((row) => !isExit(row)),
    ...events.map((event, at): Row => ({ of: "event", at, row: eventOf(event) }))
  ]
}

const bodyOf = (alert: Alert, rows: ReadonlyArray<Row>, part: number, parts: number): WebhookBody => {
  const kept = rows.toSorted((one, two) => one.at - two.at)
  return {
    type: `dgas.${alert.kind}.v1`,
    timestamp: alert.slotAt === null ? null : isoText(alert.slotAt),
    data: {
      id: idOfPart(alert.id, partName(part, parts)),
      severity: alert.severity,
      title: short(alert.title),
      lines: kept.flatMap((row) => row.of === "line" ? [row.row] : []),
      schedule: alert.schedule,
      timeframe: alert.timeframe,
      lateMs: alert.lateMs,
      zone: alert.zone,
      signals: kept.flatMap((row) => row.of === "signal" ? [row.row] : []),
      events: kept.flatMap((row) => row.of === "event" ? [row.row] : []),
      part,
      parts,
      footer: short(alert.footer)
    }
  }
}

const signalOf = (signal: AlertSignal): typeof WebhookSignal.Type => ({
  id: signal.id,
  schedule: signal.schedule,
  symbol: signal.symbol,
  type: signal.type,
  timeframe: signal.timeframe,
  barClose: isoText(signal.barClose),
  barCloseText: signal.barCloseText,
  entry: signal.entry,
  stop: signal.stop,
  target: signal.target,
  riskReward: signal.riskReward,
  confidence: signal.confidence,
  tier: signal.tier,
  reason: short(signal.reason),
  howOften: shortOrNull(signal.howOften),
  odds: shortOrNull(signal.odds),
  closesSignalId: signal.closesSignalId,
  outcome: signal.outcome === null ? null : outcomeOf(signal.outcome),
  origin: signal.origin
})

const outcomeOf = (outcome: AlertOutcome): typeof WebhookOutcome.Type => ({
  ...endOf(outcome),
  ambiguous: outcome.ambiguous,
  rIfLoss: outcome.rIfLoss,
  rIfWin: outcome.rIfWin,
  pnlPct: outcome.pnlPct,
  costPct: outcome.costPct,
  barsHeld: outcome.barsHeld,
  decidedAtText: outcome.decidedAtText,
  result: outcome.result,
  text: short(outcome.text),
  was: outcome.was === null ? null : endOf(outcome.was)
})

const endOf = ({ decidedAt, exitPrice, exitReason, fillPrice, filled, outcome, r }: AlertEnd) => ({
  outcome,
  exitReason,
  filled,
  fillPrice,
  exitPrice,
  r,
  decidedAt: decidedAt === null ? null : isoText(decidedAt)
})

const eventOf = (event: AlertEvent): typeof WebhookEvent.Type => ({
  id: event.id,
  schedule: event.schedule,
  symbol: event.symbol,
  timeframe: event.timeframe,
  barClose: isoText(event.barClose),
  barCloseText: event.barCloseText,
  level: event.level,
  kind: event.kind,
  place: event.place,
  low: event.low,
  high: event.high,
  from: event.from,
  close: event.close,
  howOften: shortOrNull(event.howOften)
})

const bytesOf = (value: WebhookBody | Row["row"]): number => Buffer.byteLength(JSON.stringify(value))

/** No text is so long that one row would not fit: at most 1,000 characters, and 3,000 bytes as JSON writes it. */
const short = (text: string): string => {
  const shown = clipped(text, 1000)
  return Buffer.byteLength(JSON.stringify(shown)) <= 3002 ? shown : clipped(shown, 500)
}
const shortOrNull = (text: string | null): string | null => text === null ? null : short(text)
