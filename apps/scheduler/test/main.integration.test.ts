/** The worker as a process: what a person types, what they read, and what is in the database afterwards. */
import { OutboxStore } from "@dgas/db/OutboxStore"
import { RunStore } from "@dgas/db/RunStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { projectOf, runScheduler, startScheduler } from "./runScheduler.ts"

const it = effectTest(TestDatabase.layer)

const sim = `export default {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A", tick: 0.01 }, { symbol: "SIM-B" }] } },
  schedules: [{ name: "sim-5m", universe: "sim", trading: "5m", higher: "30m" }]
}`

/** Binance at a port of loopback where nobody listens: no network, as far as the worker can tell. */
const offline = (port: number) =>
  `export default {
  sources: { binance: { kind: "binance", baseUrl: "http://127.0.0.1:${port}" } },
  universes: { pairs: { source: "binance", calendar: "24/7", instruments: [{ symbol: "BTCUSDT" }, { symbol: "ETHUSDT" }] } },
  schedules: [{ name: "pairs", universe: "pairs", trading: "30m", higher: "4h" }]
}`

const closedPort = () => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() })
  const { port } = server
  server.stop(true)
  return port ?? 1
}

const run = (config: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { url } = yield* TestDatabase
    const env = { DATABASE_URL: Redacted.value(url) }
    return yield* Effect.promise(async () => runScheduler(await projectOf(config), env, args))
  })

const lines = (text: string) => text.trim().split("\n").length

describe("bun run scheduler --once", () => {
  it.live("runs the bar that closed last, tells its signals, and does so once", () =>
    Effect.gen(function*() {
      const first = yield* run(sim, "--once")
      expect(first).toMatchObject({ code: 0, err: "" })
      expect(first.out).toMatch(/sim-5m {2}SUCCESS {2}(late by .+ {2})?2\/2 symbols, \d signals?, /)
      const again = yield* run(sim, "--once")
      expect(again.code).toBe(0)
      const runs = yield* (yield* RunStore).recent({ limit: 10 })
      // The second may have met the next bar; either way there is one run a slot.
      expect(new Set(runs.map(({ slotAt }) => slotAt)).size).toBe(runs.length)
      expect(yield* (yield* OutboxStore).pending("console", 10)).toEqual([])
      const signals = yield* (yield* SignalStore).recent({ limit: 10 })
      for (const signal of signals) {
        expect(signal).toMatchObject({ notificationSent: true, notificationChannels: ["console"] })
      }
    }))

  it.live("as of an instant is a replay that notifies nobody", () =>
    Effect.gen(function*() {
      const ran = yield* run(sim, "--once", "--as-of", "2026-01-05T14:30:00Z")
      expect(ran).toMatchObject({ code: 0, err: "" })
      expect(ran.out).toContain("2026-01-05 14:30 UTC  sim-5m  SUCCESS")
      expect(yield* (yield* RunStore).recent({ limit: 10 })).toEqual([])
      expect(yield* (yield* RunStore).recent({ limit: 10, origin: "REPLAY" })).toHaveLength(1)
    }))

  it.live("as of an instant that the calendar does not know says so in one line, as a replay does", () =>
    Effect.gen(function*() {
      const spy = `export default {
        sources: { vega: { kind: "vega" } },
        universes: { spx: { source: "vega", calendar: "XNYS", instruments: [{ symbol: "^GSPC" }] } },
        schedules: [{ name: "spx", universe: "spx", trading: "1d", higher: "1w" }]
      }`
      const told = {
        code: 1,
        out: "",
        err: "error: calendar XNYS knows the years 1990 to 2027, found 1985; ask for a time in between\n"
      }
      expect(yield* run(spy, "--once", "--as-of", "1985-06-03")).toEqual(told)
      expect(yield* run(spy, "--replay", "1985-06-03..1985-07-01")).toEqual(told)
    }))

  it.live("without a network says so in one line, stores the run as failed for lack of data, and names the demo", () =>
    Effect.gen(function*() {
      const ran = yield* run(offline(closedPort()), "--once")
      expect(ran.code).toBe(1)
      expect(ran.out).toBe("")
      expect(lines(ran.err)).toBe(1)
      expect(ran.err).toContain("bun run demo")
      const [stored] = yield* (yield* RunStore).recent({ limit: 10 })
      expect(stored).toMatchObject({ status: "FAILED", symbolsRequested: 2, symbolsProcessed: 0 })
      expect(stored?.gates.map(({ gate }) => gate)).toEqual(["NO_DATA", "NO_DATA"])
      expect(yield* (yield* SlotStore).counts).toMatchObject([{ state: "failed", reason: "no_data", count: 1 }])
    }))
})

describe("bun run scheduler --replay", () => {
  it.live("runs every slot in order with progress, and at an outage stops without leaving runs behind", () =>
    Effect.gen(function*() {
      const ran = yield* run(sim, "--replay", "2026-01-05T00:00Z..2026-01-05T02:00Z")
      expect(ran.code).toBe(0)
      expect(ran.err).toContain("24/24 slots")
      expect(ran.out).toContain("24 runs: 24 SUCCESS, 0 PARTIAL, 0 FAILED")
      const out = yield* run(offline(closedPort()), "--replay", "2026-01-05T00:00Z..2026-01-06T00:00Z")
      expect(out.code).toBe(1)
      expect(lines(out.err)).toBe(1)
      expect(out.err).toContain("bun run demo")
      expect(yield* (yield* RunStore).recent({ limit: 10, schedule: "pairs", origin: "ALL" })).toEqual([])
    }))
})

describe("bun run scheduler", () => {
  it.live("runs what is due, keeps its state, and stops at SIGTERM", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const state = yield* SchedulerStateStore
      const folder = yield* Effect.promise(() => projectOf(sim))
      const child = startScheduler(folder, { DATABASE_URL: Redacted.value(url) }, [])
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
      const read = Effect.promise(async () => (await reader.read()).value ?? "")
      let out = ""
      while (!out.includes("SUCCESS")) out += yield* read
      expect(out).toContain("sim-5m: 2 symbols, 5m with 30m, next close")
      child.kill("SIGTERM")
      expect(yield* Effect.promise(() => child.exited)).toBe(130)
      const now = yield* state.read
      expect(now).toMatchObject({ status: "STOPPED", currentRunId: null })
      expect((yield* (yield* RunStore).recent({ limit: 10 })).length).toBeGreaterThan(0)
    }))
})

describe("bun run scheduler refuses", () => {
  const bad: ReadonlyArray<readonly [string, string, ReadonlyArray<string>, number, RegExp]> = [
    ["an instant in the future", sim, ["--once", "--as-of", "2999-01-01T00:00Z"], 2, /--as-of: .*future/],
    ["--as-of without --once", sim, ["--as-of", "2026-01-01T00:00Z"], 2, /--as-of/],
    [
      "a range that ends before it begins",
      sim,
      ["--replay", "2026-01-02..2026-01-01"],
      2,
      /--replay: .*FROM before TO/
    ],
    [
      "a schedule that is not there",
      sim,
      ["--once", "--schedule", "nope"],
      1,
      /no schedule nope, expected one of sim-5m/
    ],
    ["--log-format with --once", sim, ["--once", "--log-format", "json"], 2, /--log-format: found --once/],
    ["an unknown flag", sim, ["--twice"], 2, /twice/],
    ["a mistake in the configuration", sim.replace("\"30m\"", "\"3h\""), ["--once"], 1, /schedules\[0\]\.higher.*"3h"/],
    ["a configuration that does not run", "export default {", ["--once"], 1, /dgas\.config\.ts/]
  ]
  for (const [name, config, args, code, message] of bad) {
    it.live(`${name}, in a line that names it, and stores nothing`, () =>
      Effect.gen(function*() {
        const ran = yield* run(config, ...args)
        expect(ran.code).toBe(code)
        expect(ran.err).toMatch(message)
        expect(ran.err).not.toContain("    at ")
        expect(yield* (yield* RunStore).recent({ limit: 1, origin: "ALL" })).toEqual([])
      }))
  }

  it.live("a database that is down, in one line without the password", () =>
    Effect.promise(async () => {
      const env = { DATABASE_URL: `postgres://dgas:secret@127.0.0.1:${closedPort()}/dgas` }
      const ran = await runScheduler(await projectOf(sim), env, ["--once"])
      expect(ran).toMatchObject({ code: 1, out: "" })
      expect(lines(ran.err)).toBe(1)
      expect(ran.err).toContain("127.0.0.1")
      expect(ran.err).not.toContain("secret")
    }))

  it.live("a database of a newer schema, in one line", () =>
    Effect.gen(function*() {
      const { run: statement } = yield* Sql
      yield* statement("newer", (sql) =>
        sql`insert into migrations (version, checksum) values ('9999_from_the_future.sql', repeat('0', 64))`)
      const ran = yield* run(sim, "--once")
      expect(ran).toMatchObject({ code: 1, out: "" })
      expect(lines(ran.err)).toBe(1)
      expect(ran.err).toContain("9999_from_the_future")
    }))
})
