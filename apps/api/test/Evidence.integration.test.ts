/** Reports on evidence: of nothing, of known outcomes, of people's words, and while one is computed. */
import { MetricStore } from "@dgas/db/MetricStore"
import { SignalWords } from "@dgas/db/SignalWords"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { describe, expect } from "bun:test"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { aRun } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { filled, hour } from "../../../packages/monitor/test/signals.ts"
import { storeSignals } from "../../../packages/monitor/test/storedSignals.ts"
import { Access } from "../src/Access.ts"
import { Evidence } from "../src/Evidence.ts"
import { Keys } from "../src/Keys.ts"
import { get, itWith, listening } from "./apiWorld.ts"
import { asAnn } from "./writer.ts"

const it = itWith(asAnn)

const start = Date.UTC(2026, 0, 5)

/** Forty an hour apart, of which every fourth lost. */
const known = Array.from({ length: 40 }, (_, index) => filled(index, index % 4 === 0 ? -1 : 1, { schedule: "desk" }))
const store = storeSignals(known, { origin: "LIVE", start })

describe("evidence", () => {
  it.live("has no rate, mean or score of an empty database", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const calibration = yield* get(`${url}/v1/calibration`)
      expect(calibration.status).toBe(200)
      expect(calibration.json).toMatchObject({
        scope: ["Of live signals.", "Nothing has been judged yet."],
        denominator: "No signals.",
        overall: { rate: null, counts: { signals: 0, corrected: 0 } },
        byType: [],
        scores: null,
        probability: { given: 0, scores: null },
        maps: []
      })
      expect(calibration.json.byConfidence).toHaveLength(10)
      for (const bucket of calibration.json.byConfidence) expect(bucket).toMatchObject({ rate: null, meanScore: null })
      const edge = yield* get(`${url}/v1/edge`)
      expect(edge.status).toBe(200)
      expect(edge.json).toMatchObject({
        edge: { fills: 0, verdict: "not enough data", expectancy: null },
        random: { verdict: "not enough data", difference: null, chance: null },
        equity: null,
        faults: []
      })
      expect(edge.text).not.toMatch(/NaN|Infinity/)
      const performance = yield* get(`${url}/v1/performance`)
      expect(performance.json).toMatchObject({
        broken: false,
        schedules: [{ schedule: "desk", runs: 0, cycle: { n: 0, p95: null }, symbolsPerSecond: null }]
      })
      for (const promise of performance.json.schedules[0].promises) {
        expect(promise).toMatchObject({ found: null, kept: null, text: "nothing to tell by yet" })
      }
      expect((yield* get(`${url}/v1/metrics`)).json).toEqual({ items: [], next: null })
    }), 60_000)

  it.live("is computed anew once an outcome is another, and says whose word it is", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* store
      const before = yield* get(`${url}/v1/calibration?schedule=desk&since=2026-01-01`)
      expect(before.json.scope).toEqual([
        "Of live signals, schedule desk, since 2025-12-31 19:00 America/New_York.",
        "Nothing has been judged yet."
      ])
      expect(before.json.overall).toMatchObject({ counts: { fills: 40, positive: 30 }, rate: { share: 0.75 } })
      expect((yield* get(`${url}/v1/edge?schedule=desk`)).json).toMatchObject({
        edge: { fills: 40, verdict: "edge" },
        equity: { total: 20 },
        faults: []
      })
      const said = {
        signalId: known[0]!.id,
        outcome: "WIN",
        exitReason: "TARGET",
        filled: true,
        fillPrice: 100,
        exitPrice: 102,
        pnlPct: 2,
        r: 2,
        costPct: 0,
        decidedAt: start + hour
      } as const
      yield* (yield* SignalWords).correct({ outcome: said, by: "ann", note: "it did fill" })
      const after = yield* get(`${url}/v1/calibration?schedule=desk&since=2026-01-01`)
      expect(after.json.overall.counts).toMatchObject({ fills: 40, positive: 31, corrected: 1 })
      expect(after.json.denominator).toContain("1 is what a person said, and not what the bars say.")
      expect((yield* get(`${url}/v1/calibration?origin=NONE`)).status).toBe(400)
    }), 60_000)

  it.live("is of whole days, and of what somebody knows", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* store
      const counts = (query: string) =>
        Effect.map(get(`${url}/v1/calibration?${query}`), ({ json }) => json.overall.counts.signals)
      expect(yield* counts("since=2026-01-05T23:59:59.999Z")).toBe(40)
      expect(yield* counts("since=2026-01-06T01:00:00%2B02:00")).toBe(40)
      expect(yield* counts("since=2026-01-06T02:00:00%2B02:00")).toBe(16)
      expect(yield* counts("symbol=SIM-B")).toBe(0)
      yield* storeRun({ run: aRun({ id: "former", schedule: "former", origin: "DEMO" }) })
      expect(yield* counts("schedule=former")).toBe(0)
      for (const what of ["schedule", "symbol"]) {
        for (const report of ["calibration", "edge"]) {
          const found = yield* get(`${url}/v1/${report}?${what}=nobody+knows&origin=ALL`)
          expect(found).toMatchObject({
            status: 404,
            json: { detail: expect.stringContaining(`there is no such ${what}, expected one of /v1/`) }
          })
        }
      }
    }), 60_000)
})

const gates = { one: Deferred.makeUnsafe<void>(), all: Deferred.makeUnsafe<void>() }
const gatedFor = (gate: keyof typeof gates) =>
  Effect.flatMap(TestDatabase, ({ url }) => Effect.as(Deferred.await(gates[gate]), url))

/** Each is who it says. */
const byName = Layer.merge(
  Layer.succeed(
    Access,
    Access.of({
      judge: (request) =>
        Effect.sync(() => {
          const name = request.headers.get("x-name")!
          return { verdict: Result.succeed({ kind: "key", name, prefix: name, scopes: ["read"] }), headers: {} }
        }),
      mayGoOn: () => Effect.succeed(true),
      clientOf: ({ name }) => name ?? "",
      isHttps: () => false
    })
  ),
  Keys.layer
)

describe("evidence that takes long", () => {
  itWith(byName, gatedFor("one")).live(
    "is under way twice for one caller, who keeps it from no other and may wait for what others began",
    () =>
      Effect.gen(function*() {
        const url = yield* listening
        const ask = (name: string, day: number) =>
          get(`${url}/v1/calibration?since=2026-01-0${day}`, { headers: { "x-name": name } })
        const refused = yield* Queue.unbounded<Effect.Success<ReturnType<typeof get>>>()
        const asking = yield* Effect.forkChild(Effect.forEach(
          [1, 2, 3, 4],
          (day) =>
            Effect.tap(ask("ann", day), (answer) => answer.status === 503 ? Queue.offer(refused, answer) : Effect.void),
          { concurrency: "unbounded" }
        ))
        for (const { headers, json } of yield* Queue.takeN(refused, 2)) {
          expect(headers.get("retry-after")).toBe("30")
          expect(json.detail).toContain("2 of yours are being computed")
        }
        const other = yield* Effect.forkChild(Effect.all([ask("bob", 5), ask("bob", 6), ask("bob", 6)], {
          concurrency: "unbounded"
        }))
        yield* Deferred.succeed(gates.one, undefined)
        const statuses = (yield* Fiber.join(asking)).map(({ status }) => status)
        expect(statuses.toSorted()).toEqual([200, 200, 503, 503])
        expect((yield* Fiber.join(other)).map(({ status }) => status)).toEqual([200, 200, 200])
      }),
    60_000
  )

  itWith(byName, gatedFor("all")).live(
    "is under way for eight at once, and whoever asks for another is told to come again",
    () =>
      Effect.gen(function*() {
        const url = yield* listening
        yield* store
        const ask = (day: number) =>
          get(`${url}/v1/calibration?since=2026-01-${day}`, { headers: { "x-name": `caller ${day}` } })
        const refused = yield* Queue.unbounded<Effect.Success<ReturnType<typeof get>>>()
        const asking = yield* Effect.forkChild(Effect.forEach(
          Array.from({ length: 12 }, (_, index) => 10 + index),
          (day) => Effect.tap(ask(day), (answer) => answer.status === 503 ? Queue.offer(refused, answer) : Effect.void),
          { concurrency: "unbounded" }
        ))
        const busy = yield* Queue.takeN(refused, 4)
        for (const { headers } of busy) expect(headers.get("retry-after")).toBe("30")
        yield* Deferred.succeed(gates.all, undefined)
        const statuses = (yield* Fiber.join(asking)).map(({ status }) => status)
        expect(statuses.toSorted()).toEqual([...Array(8).fill(200), ...Array(4).fill(503)])
      }),
    60_000
  )
})

const left = { begun: Deferred.makeUnsafe<void>(), gone: Deferred.makeUnsafe<void>() }
const breaking = Deferred.succeed(left.begun, undefined).pipe(
  Effect.andThen(Deferred.await(left.gone)),
  Effect.andThen(Effect.die(new Error("planted")))
)

describe("evidence that nobody waits for any more", () => {
  itWith(asAnn, breaking).live("is told of in the log when it fails", () =>
    Effect.gen(function*() {
      const lines = yield* Queue.unbounded<string>()
      const logger = Logger.make(({ message }) => Queue.offerUnsafe(lines, String(message)))
      yield* Effect.gen(function*() {
        const asking = yield* Effect.forkChild((yield* Evidence).calibration({}, "ann", "UTC"))
        yield* Deferred.await(left.begun)
        yield* Fiber.interrupt(asking)
        yield* Deferred.succeed(left.gone, undefined)
        const line = yield* Queue.take(lines)
        expect(line).toStartWith("evidence: calibration failed, and nobody waited for it")
        expect(line).toContain("planted")
      }).pipe(Effect.provide(Logger.layer([logger])))
    }), 10_000)
})

const nowhere = Effect.succeed(Redacted.make("postgres://nobody@127.0.0.1:1/none"))

describe("evidence whose database has gone meanwhile", () => {
  itWith(asAnn, nowhere).live("is not there, which is no bug", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const found = yield* get(`${url}/v1/edge`)
      expect(found).toMatchObject({ status: 503, json: { detail: "the database cannot be reached" } })
      expect(found.text).not.toContain("127.0.0.1")
      expect((yield* get(`${url}/v1/edge`)).status).toBe(503)
    }), 60_000)
})

describe("metrics", () => {
  it.live("come newest first, a page at a time, each once", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const metric = { metricType: "cycle", aggregationPeriod: null, metadata: { schedule: "desk" } } as const
      yield* (yield* MetricStore).save([
        ...[0, 1, 2].map((at) => ({ ...metric, metricValue: at, metricTimestamp: start + at })),
        { ...metric, metricValue: 9, metricTimestamp: start + 2, metadata: {} },
        { ...metric, metricType: "other", metricValue: 7, metricTimestamp: start, aggregationPeriod: "daily" }
      ])
      const values = (found: { readonly json: { readonly items: ReadonlyArray<{ readonly metricValue: number }> } }) =>
        found.json.items.map(({ metricValue }) => metricValue)
      const first = yield* get(`${url}/v1/metrics?limit=1&type=cycle`)
      const second = yield* get(`${url}/v1/metrics?limit=1&type=cycle&cursor=${first.json.next}`)
      expect([...values(first), ...values(second)].toSorted()).toEqual([2, 9])
      const third = yield* get(`${url}/v1/metrics?limit=5&type=cycle&cursor=${second.json.next}`)
      expect(values(third)).toEqual([1, 0])
      expect(third.json.next).toBeNull()
      expect(values(yield* get(`${url}/v1/metrics?period=daily`))).toEqual([7])
      expect(values(yield* get(`${url}/v1/metrics?until=2026-01-05T00:00:00.001Z&type=cycle`))).toEqual([0])
    }))
})
