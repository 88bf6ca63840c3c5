/**
 * As many stored signals as a busy desk has after years: those of a simulated market, replayed by the engine and then copied
 * in SQL, 100 to a run, each with the explanation that the engine gave, one of fifty PENDING.
 */
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { decodeConfig } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import { replay } from "@dgas/scheduler/Replay"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import postgres from "postgres"

const symbols = ["SIM-A", "SIM-B", "SIM-C", "SIM-D"]
const from = Date.UTC(2025, 0, 6)
const days = 10

const samples = Effect.gen(function*() {
  const config = yield* decodeConfig("bench", {
    sources: { sim: { kind: "sim", seed: 1 } },
    universes: { sim: { source: "sim", calendar: "24/7", instruments: symbols.map((symbol) => ({ symbol })) } },
    schedules: [{ name: "desk", universe: "sim", trading: "30m", higher: "4h" }]
  })
  const engine = PredictionEngine.layer.pipe(Layer.provide(Layer.mergeAll(
    Router.layer(config).pipe(Layer.provide([BaseRates.layer, Destinations.none])),
    BarSources.layer(config.sources, { root: "/", universes: config.universes })
  )))
  const range = { from, to: from + days * 86_400_000 }
  yield* replay([watchOf(config, config.schedules[0])], range, { origin: "REPLAY", owner: "bench", title: null }).pipe(
    Effect.provide(engine)
  )
})

/** Fills the database of the test until it has `count` copies; each call adds what is missing. Newest first is highest. */
export const crowd = Effect.fn("crowd")(function*(count: number) {
  const { run } = yield* Sql
  const { url } = yield* TestDatabase
  const [known] = yield* run(
    "known",
    (sql) => sql`select count(*)::int as n from generated_signals where origin = 'REPLAY'`
  )
  if (known?.["n"] === 0) yield* samples
  const [have] = yield* run(
    "copies",
    (sql) => sql`select count(*)::int as n from generated_signals where origin = 'LIVE'`
  )
  const sql = postgres(Redacted.value(url), { max: 1, onnotice: () => undefined })
  const columns = (yield* run("columns", (sql) =>
    sql`
      select string_agg(column_name, ', ' order by ordinal_position) as names from information_schema.columns
      where table_name = 'generated_signals' and column_name not in
        ('id', 'run_id', 'schedule', 'symbol', 'signal_timestamp', 'origin', 'closes_signal_id', 'confidence', 'outcome',
          'evaluated_at')`))[0]
  const names = String(columns?.["names"])
  yield* Effect.promise(async () => {
    // A million rows are no news, and nobody waits for the disk here.
    await sql.unsafe(
      "alter table generated_signals disable trigger user; alter table prediction_runs disable trigger user"
    )
    await sql.unsafe(
      "create temp table sample as select row_number() over () - 1 as k, * from generated_signals where origin = 'REPLAY'"
    )
    const step = 50_000
    for (let done = Number(have?.["n"]); done < count; done += step) {
      const until = Math.min(done + step, count)
      await sql.unsafe(`
        insert into prediction_runs
        select copy.* from (select * from prediction_runs where signals_generated > 0 limit 1) as one,
          generate_series(${done / 100}, ${until / 100 - 1}) as n,
          jsonb_populate_record(null::prediction_runs, to_jsonb(one) || jsonb_build_object(
            'id', 'run/' || n, 'schedule', 'desk' || n % 10, 'origin', 'LIVE',
            'slot_at', timestamptz '2020-01-01' + n * interval '5 minutes')) as copy`)
      await sql.unsafe(`
        insert into generated_signals (id, run_id, schedule, symbol, signal_timestamp, origin, confidence, outcome, evaluated_at, ${names})
        select 'desk' || n / 100 % 10 || '/' || 'SYM' || n % 997 || '/' || n, 'run/' || n / 100, 'desk' || n / 100 % 10,
          'SYM' || n % 997, timestamptz '2020-01-01' + n / 100 * interval '5 minutes', 'LIVE',
          (n::int8 * 7919 % 1000) / 1000.0, case when n % 50 = 0 then 'PENDING'::signal_outcome end,
          case when n % 50 = 0 then timestamptz '2020-01-01' end, ${names}
        from generate_series(${done}, ${until - 1}) as n
        join sample on k = n % (select count(*) from sample)`)
    }
    await sql.unsafe(
      "alter table generated_signals enable trigger user; alter table prediction_runs enable trigger user"
    )
    // Years of rows come a few at a time; what PostgreSQL has to do after a million at once is not what is measured.
    for (const work of ["vacuum analyze generated_signals", "vacuum analyze prediction_runs", "checkpoint"]) {
      await sql.unsafe(work)
    }
    await sql.end()
  })
})
