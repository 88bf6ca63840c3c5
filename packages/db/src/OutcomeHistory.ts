/** Entries with what became of them, for statistics and reports. Nothing is left out: who was not looked at is PENDING. */
import { MarketState } from "@dgas/domain/MarketState"
import { Origin } from "@dgas/domain/Origin"
import { ExitReason, Outcome } from "@dgas/domain/Outcome"
import { Tier } from "@dgas/domain/Signal"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

const Amount = Schema.NullOr(Schema.Finite)

/** Instants in epoch milliseconds. What it shares with an `OutcomeUpdate` means the same. */
export const JudgedEntry = Schema.Struct({
  id: Schema.String,
  schedule: Schema.String,
  symbol: Schema.String,
  origin: Origin,
  type: Schema.Literals(["LONG", "SHORT"]),
  /** The trading timeframe. */
  timeframe: Timeframe,
  tier: Schema.NullOr(Tier),
  state: MarketState,
  /** Patterns and touches that supported it. */
  patterns: Schema.Array(Schema.String),
  confidence: Schema.Finite,
  probability: Amount,
  calibration: Schema.NullOr(Schema.String),
  /** Close of the bar that completed the signal. */
  signalAt: Schema.Int,
  entryPrice: Schema.Finite,
  stopLoss: Schema.Finite,
  targetPrice: Schema.Finite,
  /** Smallest step of its price; null when not known. */
  tick: Amount,
  outcome: Outcome,
  exitReason: Schema.NullOr(ExitReason),
  /** Null while it is pending and has not filled. */
  filled: Schema.NullOr(Schema.Boolean),
  /** Whether a person said what became of it, in the place of what the bars say. */
  corrected: Schema.Boolean,
  ambiguous: Schema.Boolean,
  /** Close of the bar that decided it; null while PENDING. */
  knownAt: Schema.NullOr(Schema.Int),
  fillPrice: Amount,
  exitPrice: Amount,
  pnlPct: Amount,
  r: Amount,
  rIfLoss: Amount,
  rIfWin: Amount,
  mfe: Amount,
  mae: Amount,
  barsHeld: Schema.NullOr(Schema.Int),
  barsMissing: Schema.NullOr(Schema.Int),
  costPct: Amount,
  /** Null for one that nobody has looked at. */
  evaluatedAt: Schema.NullOr(Schema.Int),
  /** How often its final outcome became another one. */
  changes: Schema.Int
})
export type JudgedEntry = typeof JudgedEntry.Type

/** What is left out does not filter. `since` in epoch milliseconds; without `origin` only LIVE ones. */
export interface JudgedFilter {
  readonly origin?: Origin | "ALL"
  readonly schedule?: string
  readonly symbol?: string
  readonly since?: number
  readonly status?: Outcome
}

export class OutcomeHistory extends Context.Service<OutcomeHistory, {
  /** All that match, newest first. */
  readonly judged: (filter: JudgedFilter) => Effect.Effect<ReadonlyArray<JudgedEntry>, SqlFailure>
  /**
   * Another text once one of those that match, or the last slot that was run, is another, and also when another one of the
   * same origin and schedule is. It reads none of them.
   */
  readonly stamp: (filter: JudgedFilter) => Effect.Effect<string, SqlFailure>
  /** Whether a schedule of that name was ever run, of whatever origin. */
  readonly wasRun: (schedule: string) => Effect.Effect<boolean, SqlFailure>
}>()("@dgas/db/OutcomeHistory") {
  static readonly layer = Layer.effect(
    OutcomeHistory,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const page = Effect.fnUntraced(function*(filter: JudgedFilter, last: JudgedEntry | undefined) {
        const rows = yield* run("judged entries", (sql) =>
          sql`
            -- The page first: what is looked up of each row is looked up of no other.
            with page as materialized (
              select signal.id from generated_signals as signal
              where ${matching(sql, filter)}
                ${
            last === undefined
              ? sql``
              : sql`and (signal_timestamp, signal.id) < (${last.signalAt}::timestamptz, ${last.id})`
          }
              order by signal_timestamp desc, signal.id desc limit ${pageSize}
            )
            select signal.id, signal.schedule, symbol, signal.origin, signal_type as type, interval_type as timeframe,
              tier, trading_tf_state as state, coalesce(pattern_context->'events', '[]') as patterns, confidence,
              probability, calibration, signal_timestamp as "signalAt", entry_price as "entryPrice",
              stop_loss as "stopLoss", target_price as "targetPrice", (pattern_context->>'tick')::float8 as tick,
              coalesce(outcome, 'PENDING') as outcome, exit_reason as "exitReason",
              case when filled or decided_at is not null then filled end as filled,
              corrected_at is not null as corrected,
              coalesce(ambiguous, false) as ambiguous, decided_at as "knownAt", fill_price as "fillPrice",
              exit_price as "exitPrice", pnl_pct as "pnlPct", r, r_if_loss as "rIfLoss", r_if_win as "rIfWin", mfe, mae,
              bars_held as "barsHeld", bars_missing as "barsMissing", cost_pct as "costPct",
              evaluated_at as "evaluatedAt",
              (select count(*)::int from outcome_changes where signal_id = signal.id) as changes
            from page join generated_signals as signal using (id) join prediction_runs as run on run.id = run_id
            order by signal_timestamp desc, signal.id desc`)
        return yield* decodeJudged(rows)
      })

      const judged = Effect.fn("OutcomeHistory.judged")(function*(filter: JudgedFilter) {
        const found: Array<JudgedEntry> = []
        while (true) {
          const some = yield* page(filter, found.at(-1))
          for (const one of some) found.push(one)
          if (some.length < pageSize) return found
        }
      })

      const stamp = Effect.fn("OutcomeHistory.stamp")(function*(filter: JudgedFilter) {
        const { origin = "LIVE", schedule } = filter
        const [found] = yield* run("stamp of judged entries", (sql) =>
          sql`
            select (
              select coalesce(string_agg(version::text, ' ' order by version), '') from outcome_versions as one
              where ${ofRuns(sql, "one", filter)}
            ) || (
              -- One by one, as the index has the last slot of each.
              select jsonb_agg((
                select max(slot_at) from prediction_runs as run where run.origin = one.origin
                  ${schedule === undefined ? sql`` : sql`and run.schedule = ${schedule}`}
              )) from unnest(enum_range(null::origin)) as one (origin) where ${ofRuns(sql, "one", { origin })}
            ) as stamp`).pipe(Effect.flatMap(decodeStamp))
        return found?.stamp ?? ""
      })

      const wasRun = Effect.fn("OutcomeHistory.wasRun")(function*(schedule: string) {
        const rows = yield* run(
          "runs of a schedule",
          (sql) => sql`select from prediction_runs where schedule = ${schedule} limit 1`
        )
        return rows.length > 0
      })

      return OutcomeHistory.of({ judged, stamp, wasRun })
    })
  )
}

/** Each has its context looked into, which takes a page of them about a tenth of a second. */
const pageSize = 2000

/** Rows of `table` whose origin and schedule match. */
export const ofRuns = (sql: Client, table: "signal" | "run" | "one", { origin = "LIVE", schedule }: JudgedFilter) =>
  sql`true
    ${origin === "ALL" ? sql`` : sql`and ${sql.unsafe(table)}.origin = ${origin}::origin`}
    ${schedule === undefined ? sql`` : sql`and ${sql.unsafe(table)}.schedule = ${schedule}`}`

const matching = (sql: Client, filter: JudgedFilter) => {
  const { since, status, symbol } = filter
  return sql`signal_type in ('LONG', 'SHORT') and ${ofRuns(sql, "signal", filter)}
    ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
    ${since === undefined ? sql`` : sql`and signal_timestamp >= ${since}::timestamptz`}
    ${status === undefined ? sql`` : sql`and coalesce(outcome, 'PENDING') = ${status}::signal_outcome`}`
}

const decodeStamp = rowsOf(Schema.Struct({ stamp: Schema.String }))
const decodeJudged = rowsOf(JudgedEntry)
