import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { ensure, status, stop } from "../src/EmbeddedPostgres.ts"
import { isAlive, startOf } from "../src/EmbeddedPostgres/Processes.ts"
import { Sql } from "../src/Sql.ts"
import { waitFor } from "../src/Wait.ts"
import { runChild, startChild } from "./children/run.ts"
import { aFolder } from "./folders.ts"

const it = effectTest(Layer.empty)

const ask = (url: Redacted.Redacted<string>, text = "select 1 as one") =>
  Effect.flatMap(Sql, ({ run }) => run("ask", (sql) => sql.unsafe(text))).pipe(
    Effect.provide(Layer.fresh(Sql.layer({ url, pool: "unit", max: 1 })))
  )

const gone = (pid: number) => waitFor(Effect.sync(() => isAlive(pid) ? null : true), { everyMs: 10, forMs: 10_000 })

describe("EmbeddedPostgres", () => {
  it.live("starts once, is found again, and stops", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      expect(status({ dir })).toBeNull()
      expect(yield* stop({ dir })).toBe(false)
      const first = yield* ensure({ dir })
      const second = yield* ensure({ dir })
      expect([first.started, second.started]).toEqual([true, false])
      expect(yield* ask(second.url)).toEqual([{ one: 1 }])
      const { pid, port } = status({ dir })!
      expect(yield* stop({ dir })).toBe(true)
      expect([isAlive(pid), status({ dir }), yield* stop({ dir })]).toEqual([false, null, false])
      yield* ensure({ dir })
      expect(status({ dir })?.port).toBe(port)
    }))

  it.live("takes no connection without its password, keeps it to its owner and listens on loopback only", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const { url } = yield* ensure({ dir })
      const wrong = Redacted.make(Redacted.value(url).replace(/:[^:@]+@/, ":guess@"))
      expect((yield* Effect.flip(ask(wrong)))._tag).toBe("StoreUnavailable")
      const password = new URL(Redacted.value(url)).password
      expect(password.length).toBeGreaterThanOrEqual(32)
      expect(statSync(join(dir, "pg", "dgas.json")).mode & 0o777).toBe(0o600)
      expect(statSync(join(dir, "pg")).mode & 0o077).toBe(0)
      expect(readdirSync(dir).filter((name) => name.includes("password"))).toEqual([])
      const [settings] = yield* ask(
        url,
        `select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
          current_setting('fsync') as fsync, current_setting('password_encryption') as encryption,
          (select count(*)::int from pg_hba_file_rules where auth_method <> 'scram-sha-256') as others`
      )
      expect(settings).toEqual({
        addresses: "127.0.0.1",
        sockets: "",
        fsync: "on",
        encryption: "scram-sha-256",
        others: 0
      })
    }))

  it.live("is started by exactly one of several processes that ask at once", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const answers = yield* Effect.all(Array.from({ length: 6 }, () => runChild("ensure", dir)), {
        concurrency: "unbounded"
      })
      const found = answers as ReadonlyArray<{ readonly started: boolean; readonly url: string }>
      expect(found.filter(({ started }) => started)).toHaveLength(1)
      expect(new Set(found.map(({ url }) => url)).size).toBe(1)
      // The process that started it has ended, and the server has not.
      expect(yield* ask(Redacted.make(found[0]!.url))).toEqual([{ one: 1 }])
      expect(readdirSync(dir).toSorted()).toEqual(["pg", "postgres.log"])
    }))

  it.live("takes over the lock of a process that was killed", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      mkdirSync(dir)
      const lock = join(dir, "postgres.lock")
      const stale = ["999999999 123", `${process.pid} ${startOf(process.pid)}0`, "", "nonsense"]
      for (const holder of stale) {
        writeFileSync(lock, holder)
        const started = performance.now()
        yield* ensure({ dir })
        expect(performance.now() - started).toBeLessThan(20_000)
        yield* stop({ dir })
      }
      expect(readdirSync(dir)).not.toContain("postgres.lock")
    }))

  it.live("starts again after the server was killed, with all that was committed", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const { url } = yield* ensure({ dir })
      yield* ask(url, "create table kept as select 42 as n")
      const { pid } = status({ dir })!
      process.kill(pid, "SIGKILL")
      yield* gone(pid)
      const again = yield* ensure({ dir })
      expect(again.started).toBe(true)
      expect(yield* ask(again.url, "select n from kept")).toEqual([{ n: 42 }])
    }))

  it.live("is not misled by a postmaster.pid whose number another process has now", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      yield* ensure({ dir })
      const file = join(dir, "pg", "postmaster.pid")
      const lines = readFileSync(file, "utf8").split("\n")
      yield* stop({ dir })
      writeFileSync(file, [String(process.pid), ...lines.slice(1)].join("\n"))
      expect(status({ dir })).toBeNull()
      const { url } = yield* ensure({ dir })
      expect(yield* ask(url)).toEqual([{ one: 1 }])
    }))

  it.live("takes another port when its own is in use", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      yield* ensure({ dir })
      const { port } = status({ dir })!
      yield* stop({ dir })
      yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const server = createServer().listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.sync(() => server.close())
      )
      const { url } = yield* ensure({ dir })
      expect(status({ dir })?.port).not.toBe(port)
      expect(yield* ask(url)).toEqual([{ one: 1 }])
    }))

  it.live("puts aside what a start left that was killed half-way", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      mkdirSync(join(dir, "pg.new-1-ab", "base"), { recursive: true })
      const { url } = yield* ensure({ dir })
      expect(yield* ask(url)).toEqual([{ one: 1 }])
      expect(readdirSync(dir).toSorted()).toEqual(["pg", "postgres.log"])
    }))

  it.live("starts after a process was killed at any point of its start", () =>
    Effect.gen(function*() {
      const points = [/^postgres\.lock$/, /^pg\.new-[^.]+$/, /^pg$/, /^postgres\.log$/]
      for (const point of points) {
        const dir = yield* aFolder()
        mkdirSync(dir)
        const child = startChild("ensure", dir)
        yield* waitFor(Effect.sync(() => readdirSync(dir).some((name) => point.test(name)) ? true : null), {
          everyMs: 1,
          forMs: 10_000
        })
        child.kill("SIGKILL")
        yield* Effect.promise(() => child.exited)
        const { url } = yield* ensure({ dir })
        expect(yield* ask(url)).toEqual([{ one: 1 }])
      }
    }))

  it.live("works below a folder that only its owner may enter", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder(0o700)
      const { url } = yield* ensure({ dir })
      expect(yield* ask(url)).toEqual([{ one: 1 }])
      const again = yield* Effect.andThen(stop({ dir }), ensure({ dir }))
      expect(again.started).toBe(true)
    }))

  it.live("says in one line what stands in its way", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      mkdirSync(join(dir, "pg"), { recursive: true })
      writeFileSync(join(dir, "pg", "something"), "")
      const taken = yield* Effect.flip(ensure({ dir }))
      expect(taken._tag).toBe("EmbeddedPostgresFailed")
      expect(taken.message).toContain(dir)
      expect(taken.message).not.toContain("\n")
      rmSync(join(dir, "pg"), { recursive: true })
      yield* ensure({ dir })
      yield* stop({ dir })
      writeFileSync(join(dir, "pg", "postgresql.conf"), "nonsense = on\n")
      const broken = yield* Effect.flip(ensure({ dir }))
      expect(broken.message).toContain("configuration file")
      expect(broken.message).not.toContain("\n")
      rmSync(join(dir, "pg", "dgas.json"))
      expect((yield* Effect.flip(ensure({ dir }))).message).toContain("dgas.json")
      const file = join(dir, "file")
      writeFileSync(file, "")
      expect((yield* Effect.flip(ensure({ dir: join(file, ".dgas") }))).message).toContain("DATABASE_URL")
    }))
})
