/** Tables with many rows, and how many of them a statement reads. */
import { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import type { PendingQuery } from "postgres"
import { type Client, type Row, Sql } from "../src/Sql.ts"
import { aRun, aSignal } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

/** Signals, runs and slots of every origin, all like those that are stored. */
export const many = Effect.fn("many")(
  function*({ runs = 0, signals }: { readonly runs?: number; readonly signals: number }) {
    const { run } = yield* Sql
    yield* storeRun({ run: aRun(), signals: [aSignal()] })
    for (const origin of Origin.literals) {
      yield* run("signals", (sql) =>
        sql`
        insert into generated_signals select one.* from generated_signals as signal,
          generate_series(1, ${signals}::int) as n, jsonb_populate_record(signal, jsonb_build_object(
            'id', ${origin}::text || '/' || n, 'origin', ${origin}::text, 'confidence', 0.5,
            'signal_timestamp', signal.signal_timestamp + n * interval '1 minute')) as one
        where signal.id = ${aSignal().id}`)
      yield* run("runs", (sql) =>
        sql`
        insert into prediction_runs select one.* from prediction_runs as run, generate_series(1, ${runs}::int) as n,
          jsonb_populate_record(run, jsonb_build_object('id', ${origin}::text || '/' || n, 'origin', ${origin}::text,
            'slot_at', run.slot_at + n * interval '1 minute')) as one
        where run.id = ${aRun().id}`)
      yield* run("slots", (sql) =>
        sql`
        insert into slots select one.* from slots as slot, generate_series(1, ${runs}::int) as n,
          jsonb_populate_record(slot, jsonb_build_object('origin', ${origin}::text,
            'slot_at', slot.slot_at + n * interval '1 minute')) as one
        where slot.origin = 'LIVE' and slot.slot_at = ${aRun().slotAt}::timestamptz`)
    }
    for (const table of ["generated_signals", "prediction_runs", "slots"]) {
      yield* run("statistics", (sql) => sql`analyze ${sql(table)}`)
    }
  }
)

interface PlanNode {
  readonly "Relation Name"?: string
  readonly "Actual Rows": number
  readonly "Actual Loops": number
  readonly "Rows Removed by Filter"?: number
  readonly "Plans"?: ReadonlyArray<PlanNode>
}

const rowsRead = (node: PlanNode): number =>
  (node["Relation Name"] === undefined
    ? 0
    : (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"]) +
  (node.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), 0)

/** How many rows of tables a statement reads. */
export const readBy = Effect.fn("readBy")(function*(statement: (sql: Client) => PendingQuery<Array<Row>>) {
  const { run } = yield* Sql
  const [row] = yield* run("plan", (sql) => sql`explain (analyze, format json) ${statement(sql)}`)
  const [{ Plan }] = row!["QUERY PLAN"] as [{ Plan: PlanNode }]
  return rowsRead(Plan)
})
