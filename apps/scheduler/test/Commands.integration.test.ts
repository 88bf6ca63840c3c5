/** The commands about the database as processes: what a person types, and what becomes of the rows. */
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { projectOf, type Ran } from "./runScheduler.ts"

const it = effectTest(TestDatabase.layer)

const config = `export default {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "sim-5m", universe: "sim", trading: "5m", higher: "30m" }],
  retention: { metrics: 30 }
}`

const run = (command: string, env: Record<string, string>, ...args: ReadonlyArray<string>) =>
  Effect.promise(async (): Promise<Ran> => {
    const child = Bun.spawn(["bun", join(import.meta.dir, `../src/${command}.ts`), ...args], {
      cwd: await projectOf(config),
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, ...env, NO_COLOR: "1" }
    })
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited
    ])
    return { code, out, err }
  })

const environment = Effect.map(TestDatabase, ({ url }) => ({ DATABASE_URL: Redacted.value(url) }))

const another = Effect.map(Layer.build(Layer.fresh(TestDatabase.layer)), (context) => ({
  env: { DATABASE_URL: Redacted.value(Context.get(context, TestDatabase).url) },
  sql: Context.get(context, Sql)
}))

const count = ({ run }: Sql["Service"], table: string) =>
  Effect.map(run("count", (sql) => sql`select count(*)::int as n from ${sql(table)}`), ([row]) => row?.["n"])

const fill = Effect.gen(function*() {
  const { run } = yield* Sql
  yield* run("metrics", (sql) =>
    sql`
      insert into prediction_metrics
      select n, 't', n, now() - n * interval '1 day', null, '{}' from generate_series(0, 99) as n`)
  yield* run(
    "message",
    (sql) =>
      sql`insert into outbox (id, channel, destination, kind, payload) values ('m', 'console', '', 'signals', '{}')`
  )
})

describe("bun run db:backup and db:restore", () => {
  it.live("bring all rows to another database, which sends nothing before db:release", () =>
    Effect.gen(function*() {
      yield* fill
      const file = join(temporaryFolder("backup"), "dgas.backup")
      const taken = yield* run("backup", yield* environment, file)
      expect(taken.code).toBe(0)
      expect(taken.out).toContain("102 rows of 25 tables")
      expect(taken.err).toContain("102/102 rows")
      const { env, sql } = yield* another
      const back = yield* run("restore", env, file, "--format", "json")
      expect(back.code).toBe(0)
      expect(JSON.parse(back.out)).toMatchObject({ rows: 102, held: 1, revoked: 0, freed: 0, applied: [] })
      expect(yield* count(sql, "prediction_metrics")).toBe(100)
      expect(yield* run("release", env)).toEqual({
        code: 0,
        out: "1 message may go out: the worker sends them\n",
        err: ""
      })
      expect((yield* run("release", env)).out).toBe("no message was held since a restore\n")
      const again = yield* run("restore", env, file)
      expect(again).toMatchObject({ code: 1, out: "" })
      expect(again.err).toMatch(
        /^error: database 127\.0\.0\.1:\d+\/test_\w+ has rows in table \w+, expected one that holds nothing\n$/
      )
    }), 60_000)
})

describe("bun run db:prune", () => {
  it.live("counts what would go, and takes it out", () =>
    Effect.gen(function*() {
      yield* fill
      const env = yield* environment
      const told = yield* run("prune", env, "--dry-run")
      expect(told).toEqual({ code: 0, out: "metrics: 70 rows\nwould remove 70 rows\n", err: "" })
      expect(yield* count(yield* Sql, "prediction_metrics")).toBe(100)
      const gone = yield* run("prune", env, "--format", "json")
      expect(JSON.parse(gone.out)).toMatchObject({
        dryRun: false,
        pruned: expect.arrayContaining([
          { kind: "metrics", what: "rows", rows: 70 }
        ])
      })
      expect(yield* count(yield* Sql, "prediction_metrics")).toBe(30)
    }))
})

describe("bun run db:move", () => {
  it.live(
    "takes the embedded database elsewhere, and a later start without DATABASE_URL says where",
    () =>
      Effect.gen(function*() {
        const folder = temporaryFolder("move")
        const embedded = { DGAS_DIR: join(folder, ".dgas"), DATABASE_URL: "" }
        yield* Effect.addFinalizer(() =>
          Effect.andThen(run("stop", embedded), Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
        )
        const once = yield* run("main", embedded, "--once")
        expect(once).toMatchObject({ code: 0, err: "" })
        const unset = yield* run("move", embedded)
        expect(unset).toMatchObject({ code: 1, out: "" })
        expect(unset.err).toContain("DATABASE_URL")
        const { env, sql } = yield* another
        const moved = yield* run("move", { ...embedded, ...env })
        expect(moved.code).toBe(0)
        expect(moved.out).toContain("next: set DATABASE_URL")
        expect(yield* count(sql, "prediction_runs")).toBe(1)
        const stale = yield* run("main", embedded, "--once")
        expect(stale).toMatchObject({ code: 1, out: "" })
        expect(stale.err).toMatch(
          /^error: embedded PostgreSQL in .*: its database was moved to 127\.0\.0\.1:.*DATABASE_URL.*\n$/
        )
        expect(stale.err.trim().split("\n")).toHaveLength(1)
        expect((yield* run("main", { ...embedded, ...env }, "--once")).code).toBe(0)
      }),
    90_000
  )
})
