/**
 * A PostgreSQL of the suite's own, in the suite's own folder, so that stopping it hurts nobody.
 *
 * `main` is the database that the workers use, `reference` one for the run that nobody disturbs. What the harness asks it
 * asks past the proxy.
 */
import { ensure, status, stop } from "@dgas/db/EmbeddedPostgres"
import { migrate } from "@dgas/db/Migrator"
import { type Row, Sql } from "@dgas/db/Sql"
import { waitFor } from "@dgas/db/Wait"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"

export type DatabaseName = "main" | "reference"

export interface Server {
  readonly folder: string
  /** The port on which it listens, or did last. */
  readonly port: () => number
  /** URL of a database, by another port when that is given. */
  readonly url: (database: DatabaseName, port?: number) => string
  /** Ends the server by an immediate shutdown, as a crash would, and waits until it is gone. */
  readonly crash: Effect.Effect<void>
  /** Whether it takes connections. */
  readonly isUp: () => boolean
  /** Starts it again, and waits until it takes connections. */
  readonly start: Effect.Effect<void>
  /** Closes all connections of workers, and says how many there were. */
  readonly terminate: Effect.Effect<number>
  /** How many connections of workers there are. */
  readonly connections: Effect.Effect<number>
  /** How many of the slots have no final state yet. */
  readonly running: (slots: ReadonlyArray<{ schedule: string; slotAt: number }>) => Effect.Effect<number>
  /** Asks the database `main`; null when it does not answer just now. */
  readonly ask: (name: string, text: string) => Effect.Effect<ReadonlyArray<Row> | null>
}

/** In `pg_stat_activity`: connections of workers. */
export const ofWorkers = "application_name similar to 'dgas/(scheduler|delivery)/%'"

const goneWithinMs = 10_000

/** `alter` is run on the database `main` once it is migrated. Everything ends with the scope. */
export const makeServer = Effect.fn("makeServer")(function*(folder: string, alter: ReadonlyArray<string>) {
  const dir = join(folder, "server")
  const ensured = Effect.map(Effect.orDie(ensure({ dir })), ({ url }) => new URL(Redacted.value(url)))
  let base = yield* Effect.acquireRelease(ensured, () => Effect.ignore(stop({ dir })))

  const url = (database: string, port = Number(base.port)) => {
    const made = new URL(base)
    made.pathname = `/${database}`
    made.port = String(port)
    return made.href
  }
  const layer = (database: string) => Sql.layer({ url: Redacted.make(url(database)), pool: "chaos", max: 2 })

  const prepare = Effect.fnUntraced(function*(database: DatabaseName, more: ReadonlyArray<string>) {
    const create = Effect.flatMap(Sql, ({ run }) => run("create", (sql) => sql.unsafe(`create database ${database}`)))
    yield* Effect.provide(create, layer("postgres"))
    const fill = Effect.gen(function*() {
      const sql = yield* Sql
      yield* migrate(Redacted.make(url(database)), sql)
      for (const text of more) yield* sql.run("alter", (client) => client.unsafe(text))
    })
    yield* Effect.provide(fill, layer(database))
  }, Effect.orDie)
  yield* prepare("main", alter)
  yield* prepare("reference", [])

  const crash = Effect.gen(function*() {
    const running = status({ dir })
    if (running === null) return
    process.kill(running.pid, "SIGQUIT")
    const gone = Effect.sync(() => status({ dir }) === null ? true : null)
    yield* waitFor(gone, { everyMs: 20, forMs: goneWithinMs })
  })

  const scope = yield* Effect.scope
  const connected = Effect.suspend(() => Effect.orDie(Layer.buildWithScope(layer("main"), scope))).pipe(
    Effect.map((context) => Context.get(context, Sql))
  )
  let main = yield* connected
  const ask = (name: string, text: string) =>
    Effect.suspend(() => main.run(name, (client) => client.unsafe(text))).pipe(Effect.orElseSucceed(() => null))

  const start = Effect.gen(function*() {
    const { port } = base
    base = yield* ensured
    if (base.port !== port) main = yield* connected
  })

  const workers = `datname = 'main' and ${ofWorkers}`
  const counted = (name: string, text: string) => Effect.map(ask(name, text), (rows) => rows?.length ?? 0)

  return {
    folder: dir,
    port: () => status({ dir })?.port ?? Number(base.port),
    isUp: () => status({ dir })?.ready === true,
    url,
    crash,
    start,
    terminate: counted("terminate", `select pg_terminate_backend(pid) from pg_stat_activity where ${workers}`),
    connections: counted("connections", `select pid from pg_stat_activity where ${workers}`),
    running: (slots) => {
      const listed = slots.map(({ schedule, slotAt }) => `('${schedule}', ${slotAt})`)
      return listed.length === 0 ? Effect.succeed(0) : counted(
        "running",
        `select from slots where state = 'running'
          and (schedule, (extract(epoch from slot_at) * 1000)::bigint) in (${listed.join(", ")})`
      )
    },
    ask
  } satisfies Server
})
