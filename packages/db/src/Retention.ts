/**
 * Takes out what has been kept long enough.
 *
 * Oldest first, a few thousand rows a statement, so that it holds up nobody and may be stopped at any time. What another row
 * needs stays: the run of a signal, an entry that is still live or that a kept exit closes, a message whose signal
 * would be told again, the map by which a signal was told, and the bars from which a schedule is warmed up. Space that is given up is used again by the
 * database; its files do not shrink.
 */
import type { RetentionConfig } from "@dgas/domain/RetentionConfig"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { oldRows, type Query, rowsAtOnce } from "./Retention/OldRows.ts"
import {
  countOldRuns,
  decodeRuns,
  oldMaps,
  type OldRuns,
  oldSignals,
  oldSlots,
  removeOldRuns
} from "./Retention/OldRuns.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Rows that have gone, or would go. */
export interface Pruned {
  readonly kind: keyof RetentionConfig
  readonly what: "bars" | "runs" | "signals" | "level events" | "slots" | "maps" | "messages" | "rows"
  readonly rows: number
}

export interface PruneOptions {
  readonly retention: RetentionConfig
  /** Open time from which on a schedule needs bars of a minute, epoch milliseconds; Infinity when none does. */
  readonly minuteBarsFrom: number
  /** Only counts. */
  readonly dryRun?: boolean
}

/** Comes back with what has gone of each kind, nothing included. */
export const prune = Effect.fn("prune")(function*({ dryRun = false, minuteBarsFrom, retention }: PruneOptions) {
  const now = yield* (yield* DbClock).now
  const before = (days: number) => now - days * 86_400_000
  const found: Array<Pruned> = []
  if (retention.bars1m !== null) {
    const until = Math.min(before(retention.bars1m), minuteBarsFrom)
    found.push({ kind: "bars1m", what: "bars", rows: yield* minuteBars(until, dryRun) })
  }
  for (const old of oldRows) {
    const days = retention[old.kind]
    if (days === null) continue
    const rows = yield* removed(
      dryRun,
      old.rowsAtOnce,
      old.table,
      (sql) => old.query(sql, { now, before: before(days) })
    )
    found.push({ kind: old.kind, what: old.table === "outbox" ? "messages" : "rows", rows })
  }
  const origins = { runsReplay: ["REPLAY", "DEMO"], runsLive: ["LIVE"] } as const
  for (const kind of ["runsReplay", "runsLive"] as const) {
    const days = retention[kind]
    if (days === null) continue
    const each = yield* Effect.forEach(origins[kind], (origin) => oldRuns({ origin, before: before(days) }, dryRun))
    for (const what of ["runs", "signals", "level events", "slots", "maps"] as const) {
      found.push({ kind, what, rows: each.reduce((sum, gone) => sum + gone[what], 0) })
    }
  }
  return found
})

const oldRuns = Effect.fnUntraced(function*(old: OldRuns, dryRun: boolean) {
  const { run } = yield* Sql
  const gone = { runs: 0, signals: 0, "level events": 0, slots: 0, maps: 0 }
  // Before the signals that name some of them, so that a count tells what goes; what these leave behind goes the next day.
  gone.maps += yield* removed(dryRun, rowsAtOnce, "calibrations", (sql) => oldMaps(sql, old))
  while (true) {
    const [some] = yield* run("prune runs", (sql) => (dryRun ? countOldRuns : removeOldRuns)(sql, old)).pipe(
      Effect.flatMap(decodeRuns)
    )
    if (some === undefined || some.runs === 0) break
    gone.runs += some.runs
    gone.signals += some.signals
    gone["level events"] += some.events
    gone.slots += some.slots
    if (dryRun) break
  }
  gone.signals += yield* removed(dryRun, rowsAtOnce, "generated_signals", (sql) => oldSignals(sql, old))
  gone.slots += yield* removed(dryRun, rowsAtOnce, "slots", (sql) => oldSlots(sql, old))
  return gone
})

/** Bars of a minute that opened before `until`, one instrument after the other. */
const minuteBars = Effect.fnUntraced(function*(until: number, dryRun: boolean) {
  const { run } = yield* Sql
  const ids = yield* run("instruments", (sql) => sql`select id from instruments order by id`).pipe(
    Effect.flatMap(decodeIds)
  )
  const each = yield* Effect.forEach(ids, ({ id }) =>
    removed(dryRun, rowsAtOnce, "bars", (sql) =>
      sql`
        select ctid, open_time as age from bars
        where instrument_id = ${id} and timeframe = '1m' and open_time < ${until}::timestamptz`))
  // What has gone may be asked for again.
  if (!dryRun && Number.isFinite(until)) {
    yield* run(
      "prune what was read",
      (sql) => sql`delete from backfilled where timeframe = '1m' and from_time < ${until}::timestamptz`
    )
  }
  return each.reduce((sum, rows) => sum + rows, 0)
})

/** Removes what `query` selects, or only counts it. A row that another one changed meanwhile stays for the next time. */
const removed = (
  dryRun: boolean,
  rowsAtOnce: number,
  table: string,
  query: (sql: Client) => Query
): Effect.Effect<number, SqlFailure, Sql> =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    if (dryRun) {
      const [counted] = yield* run(`count old ${table}`, (sql) =>
        sql`select count(*)::int as rows from (${query(sql)}) as old`).pipe(Effect.flatMap(decodeRows))
      return counted?.rows ?? 0
    }
    let sum = 0
    while (true) {
      const [gone] = yield* run(`prune ${table}`, (sql) =>
        sql`
          with gone as (
            delete from ${sql(table)} where ctid = any(array(
              select ctid from (${query(sql)}) as old order by age limit ${rowsAtOnce}
            )) returning 1
          )
          select count(*)::int as rows from gone`).pipe(Effect.flatMap(decodeRows))
      const rows = gone?.rows ?? 0
      sum += rows
      if (rows < rowsAtOnce) {
        return sum
      }
    }
  })

const decodeRows = rowsOf(Schema.Struct({ rows: Schema.Int }))
const decodeIds = rowsOf(Schema.Struct({ id: Schema.Int }))
