/**
 * Signals a page at a time, newest first: by the close of their bar, and of one bar by id.
 *
 * A page begins after the last row of the one before it, so rows that are stored meanwhile shift nothing. Indexes find
 * signals by symbol, schedule or outcome; for the other filters a page looks at so many rows at most, so it may have fewer
 * than were asked for, or none, and one that goes on behind them.
 */
import type { Origin } from "@dgas/domain/Origin"
import type { Outcome } from "@dgas/domain/Outcome"
import type { Place } from "@dgas/domain/Place"
import { type SignalType, StoredSignal, type Tier } from "@dgas/domain/Signal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { isInstant } from "./Instant.ts"
import { newest } from "./Newest.ts"
import { outcomeColumns } from "./OutcomeColumns.ts"
import { RowTexts, versionColumn } from "./RowTexts.ts"
import { type Client, type Row, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

const { patternContext: _, ...plain } = StoredSignal.fields

/** Everything of a signal but the numbers behind it, of which `reason` is the sum. Instants in epoch milliseconds. */
export const SignalItem = Schema.Struct({
  ...plain,
  reason: Schema.String,
  /** When a person had seen it, and who; and whether its outcome is a person's. */
  acknowledgedAt: Schema.NullOr(Schema.Int),
  acknowledgedBy: Schema.NullOr(Schema.String),
  correctedAt: Schema.NullOr(Schema.Int),
  correctedBy: Schema.NullOr(Schema.String),
  correctionNote: Schema.NullOr(Schema.String)
})
export type SignalItem = typeof SignalItem.Type

/** What is left out does not filter. `since` and, not included, `until` in epoch milliseconds. */
export interface SignalPage {
  readonly symbol?: string
  readonly schedule?: string
  readonly type?: SignalType
  readonly tier?: Tier
  /** PENDING: also entries that nobody has looked at yet. */
  readonly outcome?: Outcome
  readonly minConfidence?: number
  readonly since?: number
  readonly until?: number
  readonly origin: Origin | "ALL"
  readonly after?: Place
  readonly limit: number
}

export class SignalPages extends Context.Service<SignalPages, {
  /** `next` is where the page after it begins; null at the end. */
  readonly page: (
    wanted: SignalPage
  ) => Effect.Effect<{ readonly items: ReadonlyArray<SignalItem>; readonly next: Place | null }, SqlFailure>
  /**
   * The same, the items as JSON text of an array, instants in ISO 8601. For whoever only passes it on: rows are written as the
   * driver has them, since to check and to encode each takes longer than to read it, and those that did not change since are
   * not read again.
   */
  readonly pageText: (
    wanted: SignalPage
  ) => Effect.Effect<{ readonly items: string; readonly next: Place | null }, SqlFailure>
  readonly ofRun: (runId: string) => Effect.Effect<ReadonlyArray<SignalItem>, SqlFailure>
  /** Those of `ids` that there are, in no order. */
  readonly some: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<SignalItem>, SqlFailure>
}>()("@dgas/db/SignalPages") {
  static readonly layer = Layer.effect(
    SignalPages,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const texts = new RowTexts(mostTexts, (row) => JSON.stringify(wireOf(row)))

      /** The rows of a page as the driver has them, at most one more than it has, or with the place of the next. */
      const found = Effect.fnUntraced(function*(wanted: SignalPage, columns: string) {
        const { limit } = wanted
        const more = { ...wanted, limit: limit + 1 }
        if (!isBounded(wanted)) {
          const rows = yield* run("page of signals", (sql) => pageStatement(sql, more, columns))
          const shown = rows.slice(0, limit)
          const [last] = rows.length > limit ? yield* decodePlaces(shown.slice(-1)) : []
          return { rows: shown, next: last === undefined ? null : { at: last.signalTimestamp, id: last.id } }
        }
        const rows = yield* run("page of some signals", (sql) =>
          sql`
            with page as (${pageStatement(sql, more, columns)})
            select page.*, ${nextOf(sql, wanted)} as next from (select) as always left join page on true
            order by page."signalTimestamp" desc, page.id desc limit ${limit}`)
        const [end] = yield* decodeEnds(rows)
        return { rows: rows.filter(({ id }) => id !== null), next: end?.next ?? null }
      })

      const page = Effect.fn("SignalPages.page")(function*(wanted: SignalPage) {
        const { next, rows } = yield* found(wanted, signalItemColumns)
        return { items: yield* decodeItems(rows), next }
      })

      const pageText = Effect.fn("SignalPages.pageText")(function*(wanted: SignalPage) {
        const page = yield* found(wanted, keyColumns)
        const known = texts.known(page.rows)
        if (known !== null) return { items: `[${known.join(",")}]`, next: page.next }
        const whole = yield* found(wanted, `${signalItemColumns}, version`)
        return { items: `[${texts.made(whole.rows).join(",")}]`, next: whole.next }
      })

      const ofRun = Effect.fn("SignalPages.ofRun")(function*(runId: string) {
        return yield* run("signals of run", (sql) =>
          sql`
            select ${sql.unsafe(signalItemColumns)} from generated_signals where run_id = ${runId}
            order by confidence desc, id`).pipe(Effect.flatMap(decodeItems))
      })

      const some = Effect.fn("SignalPages.some")(function*(ids: ReadonlyArray<string>) {
        return yield* run("some signals", (sql) =>
          sql`
            select ${sql.unsafe(signalItemColumns)} from generated_signals
            where id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`).pipe(
            Effect.flatMap(decodeItems)
          )
      })

      return SignalPages.of({ page, pageText, ofRun, some })
    })
  )
}

/** Select list of a `SignalItem`. */
export const signalItemColumns = `id, run_id as "runId", late_ms as "lateMs", schedule, symbol, signal_type as type,
  signal_timestamp as "signalTimestamp", entry_price as "entryPrice", stop_loss as "stopLoss",
  target_price as "targetPrice", confidence, signal_strength as "signalStrength",
  timeframe_alignment as "timeframeAlignment", risk_reward_ratio as "riskRewardRatio", tier,
  htf_trend as "htfTrend", trading_tf_state as "tradingTfState", confluence_zones_count as "confluenceZonesCount",
  reason, closes_signal_id as "closesSignalId", rules, origin,
  notification_sent as "notificationSent", to_jsonb(notification_channels) as "notificationChannels",
  notification_timestamp as "notificationTimestamp", probability, calibration, odds, ${outcomeColumns},
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy", corrected_at as "correctedAt",
  corrected_by as "correctedBy", correction_note as "correctionNote"`

const keyColumns = `id, signal_timestamp as "signalTimestamp", version`

/** Of about a kilobyte and a half each. */
const mostTexts = 4000

const fields = Object.keys(SignalItem.fields)
const instants = fields.filter(isInstant)

/** A row of a page as JSON has it. */
const wireOf = (row: Row): Row => {
  const wire: Record<string, unknown> = {}
  for (const field of fields) wire[field] = row[field]
  for (const field of instants) {
    const instant = row[field]
    if (typeof instant === "number") wire[field] = new Date(instant).toISOString()
  }
  return wire
}

/** Rows that a page looks at where no index knows all of its filters. */
export const mostLooked = 2000

const newestFirst = "signal_timestamp desc, id desc"

/** An index has outcomes, but none has those of a symbol or schedule, or entries that nobody has looked at yet. */
const isOutcomeFound = ({ outcome, schedule, symbol }: SignalPage): boolean =>
  symbol === undefined && schedule === undefined && outcome !== "PENDING"

/** Whether a page has filters that no index knows. */
const isBounded = (wanted: SignalPage): boolean =>
  [wanted.type, wanted.tier, wanted.minConfidence, isOutcomeFound(wanted) ? undefined : wanted.outcome]
    .some((one) => one !== undefined)

/** By filters that indexes find, and those that are asked of each row. */
const partsOf = (sql: Client, wanted: SignalPage) => {
  const { after, minConfidence, origin, outcome, schedule, since, symbol, tier, type, until } = wanted
  const ofOutcome = outcome === undefined
    ? sql``
    : outcome === "PENDING"
    ? sql`and (outcome = 'PENDING' or outcome is null and signal_type in ('LONG', 'SHORT'))`
    : sql`and outcome = ${outcome}::signal_outcome`
  const where = sql`
    ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${isOutcomeFound(wanted) ? ofOutcome : sql``}
    ${since === undefined ? sql`` : sql`and signal_timestamp >= ${since}::timestamptz`}
    ${until === undefined ? sql`` : sql`and signal_timestamp < ${until}::timestamptz`}
    ${after === undefined ? sql`` : sql`and (signal_timestamp, id) < (${after.at}::timestamptz, ${after.id})`}`
  return {
    looked: (limit: number) =>
      newest(sql, {
        table: "generated_signals",
        columns: `*, ${versionColumn}`,
        origin,
        where,
        order: newestFirst,
        limit
      }),
    asked: sql`
      ${type === undefined ? sql`` : sql`and signal_type = ${type}::signal_type`}
      ${tier === undefined ? sql`` : sql`and tier = ${tier}::signal_tier`}
      ${isOutcomeFound(wanted) ? sql`` : ofOutcome}
      ${minConfidence === undefined ? sql`` : sql`and confidence >= ${minConfidence}::float8`}`
  }
}

/** The statement of a page, which a benchmark runs as well. `columns` may name the `version` of a row. */
export const pageStatement = (sql: Client, wanted: SignalPage, columns = signalItemColumns) => {
  const { limit } = wanted
  const { asked, looked } = partsOf(sql, wanted)
  return sql`
    select ${sql.unsafe(columns)} from (${looked(isBounded(wanted) ? mostLooked : limit)}) as looked
    where true ${asked} order by ${sql.unsafe(newestFirst)} limit ${limit}`
}

/** Where the page after `page` begins, which has one row more than `wanted` says if there is one. */
const nextOf = (sql: Client, wanted: SignalPage) => {
  const { limit } = wanted
  return sql`
    case when (select count(*) from page) > ${limit} then (
      select ${place(sql, "\"signalTimestamp\"")} from page
      order by "signalTimestamp" desc, id desc offset ${limit - 1} limit 1
    ) else (
      select ${place(sql, "signal_timestamp")} from (${partsOf(sql, wanted).looked(mostLooked)}) as looked
      order by ${sql.unsafe(newestFirst)} offset ${mostLooked - 1} limit 1
    ) end`
}

const place = (sql: Client, at: string) =>
  sql.unsafe(`jsonb_build_object('at', (extract(epoch from ${at}) * 1000)::int8, 'id', id)`)

const decodeItems = rowsOf(SignalItem)
const End = Schema.Struct({ next: Schema.NullOr(Schema.Struct({ at: Schema.Int, id: Schema.String })) })
const decodeEnds = rowsOf(End)
const decodePlaces = rowsOf(Schema.Struct({ signalTimestamp: Schema.Int, id: Schema.String }))
