/** What every source of bars keeps: first those of this machine, then those of providers, whatever these do. */
import { effectTest } from "@dgas/testkit/effectTest"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import type { Fault } from "@dgas/testkit/ProviderServer"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { parquetWriteBuffer } from "hyparquet-writer"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { barGrid } from "../../src/BarGrid.ts"
import { type BarSource, SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { csvSource } from "../../src/BarSource/Csv.ts"
import { parquetSource } from "../../src/BarSource/Parquet.ts"
import { budgetMs } from "../../src/BarSource/Provider.ts"
import { simSource } from "../../src/BarSource/Sim.ts"
import { vegaSource } from "../../src/BarSource/Vega.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { barsAsked, barsBetween, gridOf, key, now, openCase, providers, toldEvents } from "./providers.ts"

loopbackOnly()
const it = effectTest(Layer.empty)

const folder = temporaryFolder("contract")
const hours = barsBetween(now - 30 * 3_600_000, now, 3_600_000)
const columns = ["open", "high", "low", "close", "volume"] as const
writeFileSync(
  join(folder, "A_1h.csv"),
  `timestamp,${columns.join()}\n${
    hours.map((bar) => [bar.openTime, ...columns.map((name) => bar[name])].join()).join("\n")
  }\n`
)
writeFileSync(
  join(folder, "A_1h.parquet"),
  new Uint8Array(parquetWriteBuffer({
    columnData: [
      { name: "timestamp", data: hours.map(({ openTime }) => BigInt(openTime)), type: "INT64" as const },
      ...columns.map((name) => ({ name, data: hours.map((bar) => bar[name]), type: "DOUBLE" as const }))
    ]
  }))
)

writeFileSync(
  join(folder, "A_events.csv"),
  "date,kind,factor,amount\n2026-02-06,split,2:1,\n2026-02-05,dividend,,0.5\n"
)

interface LocalCase {
  readonly source: BarSource
  readonly symbol: string
  readonly grid: ReturnType<typeof gridOf>
  readonly from: number
  readonly to: number
  readonly count: number
}

const hourly = { symbol: "A", grid: gridOf("1h"), from: hours[0]!.openTime, to: now, count: 30 }
const local: ReadonlyArray<LocalCase> = [
  { source: csvSource("csv", folder), ...hourly },
  { source: parquetSource("parquet", folder), ...hourly },
  { source: simSource("sim", 1), ...hourly, symbol: "SIM-A" },
  {
    source: vegaSource("vega"),
    symbol: "^GSPC",
    grid: barGrid(calendarOf("XNYS"), "1d", "session"),
    from: Date.parse("2019-01-01T00:00Z"),
    to: Date.parse("2019-03-01T00:00Z"),
    count: 40
  }
]

for (const { count, from, grid, source, symbol, to } of local) {
  describe(`bars of ${source.name}`, () => {
    const fetch = (range: { readonly from: number; readonly to: number }) =>
      Effect.runPromise(source.fetch({ symbol, grid, asOf: to, ...range }))

    test("ascend, each once, and are the same in pieces", async () => {
      const { rows, source: name } = await fetch({ from, to })
      expect(name).toBe(source.name)
      expect(rows).toHaveLength(count)
      for (const [index, { openTime }] of rows.entries()) {
        expect(openTime).toBeGreaterThan(rows[index - 1]?.openTime ?? 0)
        if (index === 0) continue
        const pieces = [await fetch({ from, to: openTime }), await fetch({ from: openTime, to })]
        expect(pieces.flatMap((piece) => piece.rows)).toEqual([...rows])
      }
    })

    test("end before the last open time asked for", async () => {
      const { rows } = await fetch({ from, to })
      const { openTime } = rows[5]!
      expect((await fetch({ from, to: openTime })).rows).toHaveLength(5)
      expect((await fetch({ from, to: openTime + 1 })).rows).toHaveLength(6)
      expect((await fetch({ from, to: from })).rows).toEqual([])
    })

    test("come with the splits and dividends that are known, whichever of them are asked for", async () => {
      for (const range of [{ from, to }, { from, to: from + 1 }]) {
        const { events } = await fetch(range)
        expect(events).toEqual(symbol === "A" ? toldEvents : undefined)
      }
    })

    test("of an unknown symbol are refused for that symbol", async () => {
      const error = await Effect.runPromise(Effect.flip(source.fetch({ symbol: "NOPE", grid, from, to, asOf: to })))
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toStartWith(`source ${source.name} gives no bars of NOPE: `)
    })
  })
}

const status = (status: number, retryAfter?: string): Fault =>
  retryAfter === undefined ? { kind: "status", status } : { kind: "status", status, retryAfter }

/** What passes: another try finds the provider well. */
const passing: ReadonlyArray<readonly [name: string, fault: Fault, message: string]> = [
  ["429", status(429), "answered 429"],
  ["429 with Retry-After in seconds", status(429, "3"), "answered 429"],
  ["429 with Retry-After as a date", status(429, new Date(now + 5000).toUTCString()), "answered 429"],
  ["500", status(500), "answered 500"],
  ["503 with Retry-After", status(503, "2"), "answered 503"],
  ["a connection that is reset", { kind: "reset" }, "cannot be reached (ECONNRESET)"],
  ["JSON that is cut", { kind: "cut" }, "answered broken JSON"],
  ["no answer", { kind: "stall" }, "did not answer within 8 s"],
  ["a body that drips", { kind: "drip" }, "did not answer within 8 s"],
  ["a body without end", { kind: "endless" }, "answered more than"],
  ["a gzip bomb", { kind: "bomb" }, "answered more than"]
]

/** What another try does not help. */
const final: ReadonlyArray<readonly [name: string, fault: Fault, message: string]> = [
  ["429 for longer than a cycle", status(429, "60"), "answered 429"],
  ["403", status(403), "answered 403"],
  ["451", status(451), "answered 451"],
  ["418", status(418, "120"), "answered 418"],
  ["a redirect, which is not followed", { kind: "redirect" }, "answered 302"],
  ["a page instead of JSON", { kind: "page" }, "answered a page, \"<!doctype html> <title>Sign in</title>\""],
  ["JSON of another shape", { kind: "status", status: 200, body: "{\"rows\":3}" }, "answered JSON of another shape"]
]

for (const provider of providers) {
  describe(`bars of ${provider.name}`, () => {
    it.live("ascend, each once, over all pages", () =>
      Effect.gen(function*() {
        const { ask, server } = yield* openCase(provider)
        const { rows, source } = yield* ask()
        expect(source).toBe(provider.name)
        expect(rows).toEqual(provider.bars)
        expect(barsAsked(server)).toHaveLength(provider.pages)
      }))

    it.live("come with the splits and dividends that it tells of, none of which costs a bar", () =>
      Effect.gen(function*() {
        const { ask } = yield* openCase(provider, provider.bars, true)
        const { events, rows } = yield* ask()
        expect(rows).toEqual(provider.bars)
        expect(events).toEqual(provider.tells ? toldEvents : undefined)
      }).pipe(Effect.provide(Logger.layer([]))))

    it.live("are those from the first open time asked for to before the last", () =>
      Effect.gen(function*() {
        const { ask, step } = yield* openCase(provider)
        const [, , third, fourth, fifth] = provider.bars
        expect((yield* ask({ from: third!.openTime, to: fifth!.openTime })).rows).toEqual([third!, fourth!])
        expect((yield* ask({ from: third!.openTime + 1, to: fourth!.openTime + 1 })).rows).toEqual([fourth!])
        expect((yield* ask({ from: third!.openTime + 1, to: third!.openTime + step })).rows).toEqual([])
        expect((yield* ask({ from: third!.openTime, to: third!.openTime })).rows).toEqual([])
      }))

    it.live("end with the one in progress, which is not taken for closed", () =>
      Effect.gen(function*() {
        const { ask, grid, step } = yield* openCase(provider)
        const asOf = now - step / 2
        const { rows } = yield* ask({ from: now - 3 * step, to: asOf, asOf })
        const { bars, quarantined } = validateBars(rows, { grid, asOf })
        expect(bars.map(({ openTime }) => openTime)).toEqual([now - 3 * step, now - 2 * step])
        expect(quarantined.filter(({ reason }) => reason !== "not_closed")).toEqual([])
      }))

    it.live("of an unknown symbol are refused for that symbol", () =>
      Effect.gen(function*() {
        const { ask, server } = yield* openCase(provider)
        const error = yield* Effect.flip(ask({ symbol: "NOPE" }))
        expect(error).toBeInstanceOf(UnknownSymbol)
        expect(error.message).toStartWith(`source ${provider.name} gives no bars of NOPE: 127.0.0.1:`)
        expect(server.asked).toHaveLength(1)
      }))

    it.live("come without those that are missing, and once where a row is repeated", () =>
      Effect.gen(function*() {
        const { bars } = provider
        const holed = [...bars.slice(0, 2), ...bars.slice(3)]
        const { ask } = yield* openCase(provider, [...holed.slice(0, 4), ...holed.slice(3)])
        const { rows } = yield* ask()
        expect(rows).toEqual(holed)
      }))

    it.live("of which two are of one time leave it to the validation", () =>
      Effect.gen(function*() {
        const [first, second, third] = provider.bars
        const { ask, grid } = yield* openCase(provider, [first!, second!, { ...second!, volume: 1 }, third!])
        const { rows } = yield* ask({ to: third!.openTime + 1 })
        const { bars, quarantined } = validateBars(rows, { grid, asOf: now })
        expect(bars).toHaveLength(3)
        expect(quarantined.map(({ reason }) => reason)).toEqual(["duplicate"])
      }))

    it.live("cost no other row where one has no numbers", () =>
      Effect.gen(function*() {
        const [first, second, third, ...rest] = provider.bars
        const nothing = { open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN }
        const { ask, grid } = yield* openCase(provider, [
          first!,
          { ...second!, ...nothing },
          { ...third!, close: NaN },
          ...rest
        ])
        const { bars, quarantined } = validateBars((yield* ask()).rows, { grid, asOf: now })
        expect(bars).toHaveLength(rest.length + 1)
        expect(quarantined.map(({ reason }) => reason)).toContain("not_finite")
      }))

    for (const [name, fault, message] of passing) {
      it.live(`are there at the next try after ${name}`, () =>
        Effect.gen(function*() {
          const { ask, clock, server } = yield* openCase(provider)
          server.fail(fault)
          yield* Effect.forkScoped(Effect.andThen(server.stalled, clock.pass))
          const { rows } = yield* ask()
          expect(rows).toEqual(provider.bars)
          expect(barsAsked(server)).toHaveLength(provider.pages + 1)
        }))

      it.live(`are given up within 20 s when there is only ${name}`, () =>
        Effect.gen(function*() {
          const { ask, clock, server } = yield* openCase(provider)
          server.failAlways(fault)
          yield* Effect.forkScoped(Effect.forever(Effect.andThen(server.stalled, clock.pass)))
          const error = yield* Effect.flip(ask())
          expect(error).toBeInstanceOf(SourceUnavailable)
          expect(error.message).toStartWith(`source ${provider.name} is not available: 127.0.0.1:`)
          expect(error.message).toContain(message)
          expect(error.message).not.toContain("\n")
          expect(error.message).not.toContain(key)
          expect(clock.currentTimeMillisUnsafe() - now).toBeLessThanOrEqual(budgetMs)
          expect(server.asked.length).toBeGreaterThan(1)
          expect(server.asked.length).toBeLessThanOrEqual(4)
        }))
    }

    for (const [name, fault, message] of final) {
      it.live(`are given up at once on ${name}`, () =>
        Effect.gen(function*() {
          const { ask, server } = yield* openCase(provider)
          server.failAlways(fault)
          const error = yield* Effect.flip(ask())
          expect(error).toBeInstanceOf(SourceUnavailable)
          expect(error.message).toContain(message)
          expect(error.message).not.toContain("\n")
          expect(error.message).not.toContain(key)
          expect(server.asked).toHaveLength(1)
        }))
    }
  })
}
