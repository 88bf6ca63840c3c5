/** `report backfill` in its own process, over a provider on loopback. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { binanceServer } from "@dgas/testkit/BinanceServer"
import { effectTest } from "@dgas/testkit/effectTest"
import type { ServedBar } from "@dgas/testkit/ProviderServer"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import { runReport } from "./runReport.ts"

const it = effectTest(TestDatabase.layer)
const hour = 3_600_000
/** BTC has 3,000 hours from here on, ETH begins a thousand hours later and has a bad bar, NONE is not known. */
const listed = Date.UTC(2025, 0, 1)
const hours = (from: number, count: number): ReadonlyArray<ServedBar> =>
  Array.from({ length: count }, (_, index) => {
    const price = 100 + Math.sin(index / 9)
    const openTime = from + index * hour
    return { openTime, open: price, high: price + 1, low: price - 1, close: price, volume: 5 }
  })
const btc = hours(listed, 3000)
const eth = hours(listed + 1000 * hour, 2000).map((bar, index) => index === 500 ? { ...bar, high: bar.low - 1 } : bar)
const markets: Record<string, ReadonlyArray<ServedBar>> = { BTCUSDT: btc, ETHUSDT: eth }

const world = Effect.gen(function*() {
  const server = yield* binanceServer((symbol) => markets[symbol])
  const { url } = yield* TestDatabase
  const cwd = temporaryFolder("backfill")
  yield* Effect.promise(() =>
    Bun.write(
      join(cwd, "dgas.config.ts"),
      `export default {
        sources: { b: { kind: "binance", baseUrl: "${server.url}" } },
        universes: {
          u: { source: "b", calendar: "24/7", instruments: ["BTCUSDT", "ETHUSDT", "NONE"].map((symbol) => ({ symbol })) }
        },
        schedules: [{ name: "s", universe: "u", trading: "1h", higher: "4h" }]
      }`
    )
  )
  const run = (...args: ReadonlyArray<string>) =>
    Effect.promise(() => runReport(["backfill", ...args], { cwd, env: { DATABASE_URL: Redacted.value(url) } }))
  const stored = (symbol: string) =>
    Effect.gen(function*() {
      const id = (yield* (yield* InstrumentStore).idsOf("b", [symbol])).get(symbol)
      return id === undefined ? [] : yield* (yield* BarStore).range(id, "1h", 0, Date.UTC(2027, 0))
    })
  const begun = (...args: ReadonlyArray<string>) =>
    Bun.spawn(["bun", join(import.meta.dir, "../src/main.ts"), "backfill", ...args], {
      cwd,
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, DATABASE_URL: Redacted.value(url), NO_COLOR: "1" }
    })
  return { server, run, begun, stored }
})

const range = ["--since", "2025-01-01", "--until", "2025-05-06"]

describe("report backfill", () => {
  it.live("stores what there is, says what there is not, and asks for nothing twice", () =>
    Effect.gen(function*() {
      const { run, server, stored } = yield* world
      const first = yield* run(...range, "--format", "json")
      expect(first).toMatchObject({ code: 1 })
      expect(first.err).toContain("error: no bars of NONE, see the reason beside them")
      const rows = JSON.parse(first.out)
      expect(rows).toMatchObject([
        { symbol: "BTCUSDT", timeframe: "1h", stored: 3000, quarantined: 0, done: true, remark: "" },
        {
          symbol: "ETHUSDT",
          stored: 1999,
          quarantined: 1,
          done: true,
          first: "2025-02-11T16:00:00.000Z",
          remark: "the source has nothing before 2025-02-11 16:00"
        },
        { symbol: "NONE", stored: 0, done: false }
      ])
      expect(rows[2].remark).toContain("Invalid symbol")
      expect((yield* stored("BTCUSDT")).map(({ openTime }) => openTime)).toEqual(btc.map(({ openTime }) => openTime))
      expect(yield* stored("ETHUSDT")).toHaveLength(1999)

      const asked = server.asked.length
      const second = yield* run(...range, "--symbols", "BTCUSDT")
      expect(second).toMatchObject({ code: 0 })
      expect(second.out).toMatch(/BTCUSDT +1h +b +0 +0 +2025-01-01 00:00/)
      expect(server.asked.slice(asked)).toEqual([])
      // The bad bar of ETH is a slot that its source does not have.
      expect(yield* run(...range, "--symbols", "ETHUSDT")).toMatchObject({ code: 0 })
      expect(server.asked.slice(asked)).toEqual([])
    }))

  it.live("waits for a provider that wants to be left alone for a moment, and goes on after an outage where it was", () =>
    Effect.gen(function*() {
      const { run, server, stored } = yield* world
      server.fail({ kind: "status", status: 429, retryAfter: "1" })
      expect(yield* run("--since", "2025-04-20", "--until", "2025-05-06", "--symbols", "BTCUSDT")).toMatchObject({
        code: 0
      })
      expect(yield* stored("BTCUSDT")).toHaveLength(3000 - 109 * 24)
      const asked = server.asked.length
      server.failAlways({ kind: "status", status: 418, retryAfter: "7200" })
      const stopped = yield* run(...range, "--symbols", "BTCUSDT")
      expect(stopped.code).toBe(1)
      expect(stopped.err).toContain("0 of 1 series gone through, 0 bars stored: the same command goes on from there")
      expect(server.asked.length).toBeLessThan(asked + 5)
      // Only what was missing is asked for.
      expect(server.asked.slice(asked).every(({ query }) => Number(query.get("endTime")) < Date.UTC(2025, 3, 20))).toBe(
        true
      )
    }))

  it.live("ends at Ctrl-C, says how far it came, and goes on from there", () =>
    Effect.gen(function*() {
      const { begun, run, server, stored } = yield* world
      yield* run("--since", "2025-05-01", "--until", "2025-05-06", "--symbols", "BTCUSDT")
      server.failAlways({ kind: "stall" })
      const child = begun(...range, "--symbols", "BTCUSDT")
      yield* server.stalled
      child.kill("SIGINT")
      const [err, code] = yield* Effect.promise(() => Promise.all([new Response(child.stderr).text(), child.exited]))
      expect({ code, err }).toEqual({
        code: 130,
        err: "stopped: 0 of 1 series gone through, 0 bars stored; the same command goes on from there\n"
      })
      expect(yield* stored("BTCUSDT")).toHaveLength(120)
    }))

  it.live("refuses what it does not know before it connects", () =>
    Effect.gen(function*() {
      const { run } = yield* world
      for (
        const [args, text] of [
          [["--symbols", "BTCUSDT"], "--since"],
          [[...range, "--symbols", "DOGE"], "DOGE"],
          [[...range, "--universe", "v"], "expected u"],
          [["--since", "2025-05-06", "--until", "2025-01-01"], "a time after"]
        ] as const
      ) {
        const { code, err } = yield* run(...args)
        expect(code).toBe(2)
        expect(err).toContain(text)
        expect(err.trim().split("\n")).toHaveLength(1)
      }
    }))
})
