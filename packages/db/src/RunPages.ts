/**
 * Runs a page at a time, newest first: by their bar close, and of one bar close by id.
 *
 * Rows are light: what stopped each symbol, and what a run was computed from, is `RunStore`'s to tell of one run.
 */
import type { Origin } from "@dgas/domain/Origin"
import type { Place } from "@dgas/domain/Place"
import { PredictionRun, type RunStatus } from "@dgas/domain/PredictionRun"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { newest } from "./Newest.ts"
import { plainRunColumns } from "./RunColumns.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

const { gates: _, inputs: __, ...plain } = PredictionRun.fields

/** A run as lists have it. Instants in epoch milliseconds. */
export const RunItem = Schema.Struct(plain)
export type RunItem = typeof RunItem.Type

/** What is left out does not filter. `since` and, not included, `until` are bar closes in epoch milliseconds. */
export interface RunPage {
  readonly schedule?: string
  readonly status?: RunStatus
  readonly since?: number
  readonly until?: number
  readonly origin: Origin | "ALL"
  readonly after?: Place
  readonly limit: number
}

export class RunPages extends Context.Service<RunPages, {
  readonly page: (wanted: RunPage) => Effect.Effect<ReadonlyArray<RunItem>, SqlFailure>
  /** The newest live run of each of `schedules` that has one. */
  readonly lastOf: (schedules: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<RunItem>, SqlFailure>
}>()("@dgas/db/RunPages") {
  static readonly layer = Layer.effect(
    RunPages,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const page = Effect.fn("RunPages.page")(function*(wanted: RunPage) {
        const rows = yield* run("page of runs", (sql) => runPageStatement(sql, wanted))
        return yield* decodeRuns(rows)
      })

      const lastOf = Effect.fn("RunPages.lastOf")(function*(schedules: ReadonlyArray<string>) {
        const rows = yield* run("last runs", (sql) =>
          sql`
            select newest.* from jsonb_array_elements_text(${JSON.stringify(schedules)}::text::jsonb) as wanted(name),
            lateral (
              select ${sql.unsafe(plainRunColumns)} from prediction_runs
              where schedule = wanted.name and origin = 'LIVE' order by slot_at desc limit 1
            ) as newest`)
        return yield* decodeRuns(rows)
      })

      return RunPages.of({ page, lastOf })
    })
  )
}

const newestFirst = "slot_at desc, id desc"

export const runPageStatement = (sql: Client, wanted: RunPage) => {
  const { after, limit, origin, schedule, since, status, until } = wanted
  const where = sql`
    ${status === undefined ? sql`` : sql`and status = ${status}::run_status`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${since === undefined ? sql`` : sql`and slot_at >= ${since}::timestamptz`}
    ${until === undefined ? sql`` : sql`and slot_at < ${until}::timestamptz`}
    ${after === undefined ? sql`` : sql`and (slot_at, id) < (${after.at}::timestamptz, ${after.id})`}`
  return sql`
    select ${sql.unsafe(plainRunColumns)}
    from (${newest(sql, { table: "prediction_runs", origin, where, order: newestFirst, limit })}) as run
    order by ${sql.unsafe(newestFirst)}`
}

const decodeRuns = rowsOf(RunItem)
