/** Reports on evidence: of nothing, of known outcomes, of people's words, and while one is computed. */
import { MetricStore } from "@dgas/db/MetricStore"
import { SignalWords } from "@dgas/db/SignalWords"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { filled, hour } from "../../../packages/monitor/test/signals.ts"
import { storeSignals } from "../../../packages/monitor/test/storedSignals.ts"
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
      const others = yield* get(`${url}/v1/calibration?schedule=other&origin=ALL`)
      expect(others.json.overall.counts.signals).toBe(0)
      expect((yield* get(`${url}/v1/calibration?origin=NONE`)).status).toBe(400)
    }), 60_000)

  it.live("tells that the database is away, and asks no more than one at a time", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* store
      const asked = yield* Effect.forEach(
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        (day) => get(`${url}/v1/calibration?since=2026-01-0${day % 9 + 1}T0${day % 3}:00:00Z`),
        { concurrency: "unbounded" }
      )
      const statuses = asked.map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(8)
      expect(statuses.filter((status) => status === 503)).toHaveLength(4)
      const busy = asked.find(({ status }) => status === 503)
      expect(busy?.headers.get("retry-after")).toBe("30")
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
