/** How the life of a worker ends, and what the next one finds: processes over a real database. */
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotHistory } from "@dgas/db/SlotHistory"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { waitFor } from "@dgas/db/Wait"
import { runId } from "@dgas/engine/SignalRow"
import { binanceServer } from "@dgas/testkit/BinanceServer"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { workerChild } from "./workerChild.ts"

const it = effectTest(TestDatabase.layer)

const sim = `export default {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A", tick: 0.01 }] } },
  schedules: [{ name: "sim-5m", universe: "sim", trading: "5m", higher: "30m" }]
}`

const asking = (url: string) =>
  `export default {
  sources: { binance: { kind: "binance", baseUrl: "${url}", settleMs: 0 } },
  universes: { pairs: { source: "binance", calendar: "24/7", instruments: [{ symbol: "BTCUSDT" }] } },
  schedules: [{ name: "pairs", universe: "pairs", trading: "5m", higher: "30m" }]
}`

const worker = (config: string, ...args: ReadonlyArray<string>) =>
  Effect.flatMap(TestDatabase, ({ url }) => workerChild(config, { DATABASE_URL: Redacted.value(url) }, ...args))

/** A worker at a slot whose source has taken the request and says nothing more; every later request is answered. */
const atWork = Effect.gen(function*() {
  const server = yield* binanceServer(() => undefined)
  server.fail({ kind: "stall" })
  const config = asking(server.url)
  const child = yield* worker(config)
  yield* server.stalled
  const [slot] = yield* (yield* SlotHistory).held
  return { child, config, slot: slot! }
})

const state = Effect.flatMap(SchedulerStateStore, ({ read }) => read)

describe("a worker that is told to stop", () => {
  it.live("gives back the slot that it cannot end, says STOPPED and is gone within 10 s", () =>
    Effect.gen(function*() {
      const { child, slot } = yield* atWork
      expect(yield* state).toMatchObject({ status: "RUNNING", currentRunId: runId("pairs", slot.slotAt, "LIVE") })
      const told = performance.now()
      // One key press comes twice: from the terminal, and from bun run, which passes on what it got.
      // Here by two signals, since two of one kind may become one on their way.
      child.kill("SIGINT")
      child.kill("SIGTERM")
      expect(yield* child.exited).toBe(130)
      expect(performance.now() - told).toBeLessThan(10_000)
      expect(yield* state).toMatchObject({ status: "STOPPED", currentRunId: null, errorMessage: null })
      expect(child.err()).toBe("")
      // The lease was for 10 s, and nobody has to wait for it.
      expect(yield* (yield* SlotStore).claim(slot, "next", 10_000)).toMatchObject({ fence: 2 })
    }))

  it.live("ends at once when it is told a second time", () =>
    Effect.gen(function*() {
      const { child } = yield* atWork
      const told = performance.now()
      child.kill("SIGTERM")
      yield* child.line("told to stop")
      const again = setInterval(() => child.kill("SIGTERM"), 20)
      expect(yield* child.exited).toBe(130)
      clearInterval(again)
      // Not for what follows the first one within half a second: a terminal and bun run both pass on one key press.
      expect(performance.now() - told).toBeGreaterThan(500)
      expect(performance.now() - told).toBeLessThan(4000)
      expect(yield* state).toMatchObject({ status: "RUNNING" })
    }))
})

describe("a worker that was killed at work", () => {
  it.live("leaves RUNNING behind, which the next one tells and clears, and runs the slot again", () =>
    Effect.gen(function*() {
      const { child, config, slot } = yield* atWork
      child.kill("SIGKILL")
      yield* child.exited
      expect(yield* state).toMatchObject({ status: "RUNNING", currentRunId: runId("pairs", slot.slotAt, "LIVE") })
      // As it would be ten seconds later.
      yield* (yield* SlotStore).release(slot.owner)

      const next = yield* worker(config)
      expect(yield* next.line("a worker died at pairs")).toContain("its lease ran out at")
      // The source knows no such symbol.
      yield* next.line("FAILED")
      next.kill("SIGTERM")
      expect(yield* next.exited).toBe(130)
      expect(yield* state).toMatchObject({ status: "STOPPED", currentRunId: null })
      const recent = yield* (yield* SlotHistory).recent({ limit: 100 })
      expect(recent.find(({ slotAt }) => slotAt === slot.slotAt)).toMatchObject({ state: "failed", fence: 2 })
    }))
})

describe("a worker that delivers", () => {
  it.live("has connections of its own for that, so that slots and messages do not wait for each other", () =>
    Effect.gen(function*() {
      const child = yield* worker(sim)
      yield* child.line("SUCCESS")
      const { run } = yield* Sql
      const ofDelivery = run("connections", (sql) =>
        sql`
          select from pg_stat_activity
          where datname = current_database() and application_name like 'dgas/delivery/%'
            and query like '%"ratePerSecond"%'`)
      const found = Effect.map(ofDelivery, (rows) => rows.length > 0 ? true : null)
      expect(yield* waitFor(found, { everyMs: 50, forMs: 5000 })).toBe(true)
    }))
})

describe("a worker whose configuration changes", () => {
  it.live("tells it once and goes on as before", () =>
    Effect.gen(function*() {
      const child = yield* worker(sim)
      yield* child.line("SUCCESS")
      writeFileSync(join(child.folder, "dgas.config.ts"), sim.replace("SIM-A", "SIM-B"))
      expect(yield* child.line("has changed")).toContain("restart it to take it up")
      writeFileSync(join(child.folder, "dgas.config.ts"), sim)
      yield* child.line("is again as this worker read it")
      child.kill("SIGTERM")
      yield* child.exited
      expect(child.out().match(/has changed/g)).toHaveLength(1)
    }))
})

describe("a worker in which something is thrown that nobody catches", () => {
  const crash = (how: string, ...args: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      const child = yield* worker(
        `import { existsSync } from "node:fs"
        const error = new Error("thrown by " + process.env.DATABASE_URL)
        setInterval(() => { if (existsSync(import.meta.dir + "/now")) ${how} }, 10).unref()
        ${sim}`,
        ...args
      )
      yield* child.line("SUCCESS")
      writeFileSync(join(child.folder, "now"), "")
      expect(yield* child.exited).toBe(70)
      const { url } = yield* TestDatabase
      expect(child.out() + child.err()).not.toContain(new URL(Redacted.value(url)).password)
      return child
    })

  it.live("says so once, without secrets, and ends with 70", () =>
    Effect.gen(function*() {
      const child = yield* crash("throw error")
      const lines = child.out().trim().split("\n").map((line): Record<string, unknown> => JSON.parse(line))
      expect(lines.filter(({ level }) => level === "fatal")).toMatchObject([{
        message: expect.stringContaining("nobody caught"),
        error: expect.stringContaining("thrown by postgres://")
      }])
      expect(child.err()).toBe("")
    }))

  it.live("does so for a promise that nobody looked at, and in words for people", () =>
    Effect.gen(function*() {
      const child = yield* crash("void Promise.reject(error)", "--log-format", "human")
      expect(child.err()).toStartWith("error: ended by an error that nobody caught")
      expect(child.err().match(/thrown by postgres:/g)).toHaveLength(1)
    }))
})

describe("a worker whose output is no terminal", () => {
  it.live("speaks to people when it is told to", () =>
    Effect.gen(function*() {
      const child = yield* worker(sim, "--log-format", "human")
      yield* child.line("SUCCESS")
      child.kill("SIGTERM")
      yield* child.exited
      expect(child.out()).toMatch(/^sim-5m: 1 symbol, 5m with 30m, next close .* UTC\n.* UTC {2}sim-5m {2}SUCCESS {2}/)
    }))
})
