/**
 * Runs, and the end of a slot.
 *
 * `finish` writes all that a cycle leaves behind together, and only for whoever still holds the slot, see `RunFinish`.
 * A signal or level event that is not fit to be stored is left out with a reason that the run keeps. Repeating a finish
 * that was in truth committed changes nothing.
 */
import { Gate } from "@dgas/domain/Gate"
import type { Origin } from "@dgas/domain/Origin"
import { PredictionRun, type RunStatus } from "@dgas/domain/PredictionRun"
import type { SlotClaim } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type postgres from "postgres"
import { runColumns } from "./RunColumns.ts"
import { decodeFinished, type FinishedCycle, finishStatement, type RejectedRow } from "./RunFinish.ts"
import { LeaseLost } from "./SlotStore.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export type { FinishedCycle, RejectedRow } from "./RunFinish.ts"

/** How often a gate was the first that stopped a symbol, and how many different symbols it stopped. */
export const GateCount = Schema.Struct({ gate: Gate, stopped: Schema.Int, symbols: Schema.Int })
export type GateCount = typeof GateCount.Type

/** What is left out does not filter. `since` in epoch milliseconds, of the slot; without `origin` only LIVE ones. */
export interface RunFilter {
  readonly status?: RunStatus
  readonly schedule?: string
  readonly since?: number
  readonly origin?: Origin | "ALL"
  readonly limit: number
}

/** Asks for the run that tells of a symbol at an instant, epoch milliseconds. */
export interface RunOfSymbol {
  readonly symbol: string
  readonly at: number
  readonly origin: Origin
  readonly schedule?: string
}

export class RunStore extends Context.Service<RunStore, {
  /**
   * Ends the claimed slot. Of the stored run `signalsGenerated` counts the stored signals, and SUCCESS is PARTIAL
   * when a signal or level event was rejected; a message all of whose signals were rejected is not written. The
   * options that the run's inputs name must be stored before, see `OptionStore`.
   */
  readonly finish: (cycle: FinishedCycle) => Effect.Effect<
    { readonly rejected: ReadonlyArray<RejectedRow> },
    LeaseLost | SqlFailure
  >
  /** By slot, newest first. */
  readonly recent: (filter: RunFilter) => Effect.Effect<ReadonlyArray<PredictionRun>, SqlFailure>
  /** Gates of the runs that `filter` finds, in the order in which they are tried; `limit` has no part in it. */
  readonly gateCounts: (filter: Omit<RunFilter, "limit">) => Effect.Effect<ReadonlyArray<GateCount>, SqlFailure>
  /** Null when there is no such run. */
  readonly get: (id: string) => Effect.Effect<PredictionRun | null, SqlFailure>
  /** When the run was stored, by the database's clock, epoch ms; null when there is no such run. */
  readonly storedAt: (id: string) => Effect.Effect<number | null, SqlFailure>
  /**
   * The run of the newest slot up to `at` that has a gate or a signal of the symbol. Of each schedule the newest
   * 500 runs up to then are looked at; of several runs at one slot the one that ran last is taken.
   */
  readonly latestFor: (wanted: RunOfSymbol) => Effect.Effect<PredictionRun | null, SqlFailure>
}>()("@dgas/db/RunStore") {
  static readonly layer = Layer.effect(
    RunStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const finish = Effect.fn("RunStore.finish")(function*(cycle: FinishedCycle) {
        const { claim } = cycle
        const [result] = yield* run("finish run", (sql) => finishStatement(sql, cycle)).pipe(
          Effect.flatMap(decodeFinished)
        )
        if (result?.held !== true && !(yield* isFinished(claim, cycle.run.id))) {
          const { fence, schedule, slotAt } = claim
          return yield* new LeaseLost({ schedule, slotAt, fence })
        }
        return { rejected: result?.rejected ?? [] }
      })

      /** Whether an earlier try of the same finish was committed although its answer was lost. */
      const isFinished = Effect.fnUntraced(function*(claim: SlotClaim, runId: string) {
        const rows = yield* run("finished run", (sql) =>
          sql`
            select from slots
            where schedule = ${claim.schedule} and origin = ${claim.origin}::origin
              and slot_at = ${claim.slotAt}::timestamptz
              and owner = ${claim.owner} and fence = ${claim.fence} and state <> 'running'
              and exists (select from prediction_runs where id = ${runId})`)
        return rows.length > 0
      })

      const recent = Effect.fn("RunStore.recent")(function*(filter: RunFilter) {
        const rows = yield* run("recent runs", (sql) =>
          sql`
            select ${sql.unsafe(runColumns)} from prediction_runs where ${matching(sql, filter)}
            order by slot_at desc, run_timestamp desc, id limit ${filter.limit}`)
        return yield* decodeRuns(rows)
      })

      const gateCounts = Effect.fn("RunStore.gateCounts")(function*(filter: Omit<RunFilter, "limit">) {
        const rows = yield* run("gate counts", (sql) =>
          sql`
            select stop->>'gate' as gate, count(*)::int as stopped, count(distinct stop->>'symbol')::int as symbols
            from prediction_runs, jsonb_array_elements(gates) as stop
            where ${matching(sql, filter)}
            group by stop->>'gate'`)
        const counts = yield* decodeGateCounts(rows)
        return counts.toSorted((a, b) => Gate.literals.indexOf(a.gate) - Gate.literals.indexOf(b.gate))
      })

      const get = Effect.fn("RunStore.get")(function*(id: string) {
        const [found] = yield* run(
          "run",
          (sql) => sql`select ${sql.unsafe(runColumns)} from prediction_runs where id = ${id}`
        ).pipe(Effect.flatMap(decodeRuns))
        return found ?? null
      })

      const storedAt = Effect.fn("RunStore.storedAt")(function*(id: string) {
        const [found] = yield* run(
          "stored run",
          (sql) => sql`select stored_at as "storedAt" from prediction_runs where id = ${id}`
        ).pipe(Effect.flatMap(decodeStoredAt))
        return found?.storedAt ?? null
      })

      const latestFor = Effect.fn("RunStore.latestFor")(function*(wanted: RunOfSymbol) {
        const { at, origin, symbol } = wanted
        const [found] = yield* run("latest run of symbol", (sql) =>
          sql`
            with recursive ${schedulesOf(sql, wanted)}
            select ${sql.unsafe(runColumns)} from schedules, lateral (
              select * from (
                select * from prediction_runs
                where schedule = schedules.name and origin = ${origin}::origin and slot_at <= ${at}::timestamptz
                order by slot_at desc limit ${runsLookedAt}
              ) as newest
              where gates @> jsonb_build_array(jsonb_build_object('symbol', ${symbol}::text)) or exists (
                select from generated_signals as signal where signal.run_id = newest.id and signal.symbol = ${symbol}
              )
              order by slot_at desc limit 1
            ) as run
            order by slot_at desc, run_timestamp desc, id limit 1`).pipe(Effect.flatMap(decodeRuns))
        return found ?? null
      })

      return RunStore.of({ finish, recent, gateCounts, get, storedAt, latestFor })
    })
  )
}

/**
 * A run has a gate or a signal of each of its symbols, so the first one tells unless the universe has changed since.
 * So many runs without the symbol take 5 ms where a run has 8 symbols, and 60 ms where it has 500.
 */
const runsLookedAt = 500

const decodeRuns = rowsOf(PredictionRun)
const decodeStoredAt = rowsOf(Schema.Struct({ storedAt: Schema.Int }))
const decodeGateCounts = rowsOf(GateCount)

/** The condition that a filter stands for. */
const matching = (sql: postgres.Sql, { origin = "LIVE", schedule, since, status }: Omit<RunFilter, "limit">) =>
  sql`true
    ${origin === "ALL" ? sql`` : sql`and origin = ${origin}::origin`}
    ${status === undefined ? sql`` : sql`and status = ${status}::run_status`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${since === undefined ? sql`` : sql`and slot_at >= ${since}::timestamptz`}`

/** The one schedule, or all of them, each by one step in the index. */
const schedulesOf = (sql: Client, { schedule }: RunOfSymbol) =>
  schedule !== undefined ? sql`schedules as (select ${schedule}::text as name)` : sql`
    schedules as (
      select min(schedule) as name from prediction_runs
      union all
      select (select min(schedule) from prediction_runs where schedule > name) from schedules where name is not null
    )`
