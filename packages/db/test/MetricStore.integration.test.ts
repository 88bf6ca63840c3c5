import type { Metric } from "@dgas/domain/Metric"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { MetricStore } from "../src/MetricStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layer)

const aMetric = (metricValue: number, change: Partial<Metric> = {}): Metric => ({
  metricType: "cycle_ms",
  metricValue,
  metricTimestamp: monday,
  aggregationPeriod: null,
  metadata: {},
  ...change
})

describe("MetricStore", () => {
  it.live("aggregates what it stored, and says null over nothing but 0 for zeros", () =>
    Effect.gen(function*() {
      const metrics = yield* MetricStore
      yield* metrics.save([0, 1, 5].map((value) => aMetric(value, { metadata: { value } })))
      const ask = { type: "cycle_ms", since: monday }
      expect(yield* metrics.query({ ...ask, aggregate: "avg" })).toBe(2)
      expect(yield* metrics.query({ ...ask, aggregate: "min" })).toBe(0)
      expect(yield* metrics.query({ ...ask, aggregate: "max" })).toBe(5)
      expect(yield* metrics.query({ ...ask, aggregate: "sum" })).toBe(6)
      expect(yield* metrics.query({ ...ask, aggregate: "count" })).toBe(3)
      expect(yield* metrics.query({ type: "none", since: 0, aggregate: "sum" })).toBeNull()
      expect(yield* metrics.query({ type: "none", since: 0, aggregate: "count" })).toBe(0)
    }))

  it.live("lists by look-back and period, oldest first", () =>
    Effect.gen(function*() {
      const metrics = yield* MetricStore
      const given = [
        aMetric(1, { metricTimestamp: monday + minute }),
        aMetric(2),
        aMetric(3, { aggregationPeriod: "hourly", metadata: { schedule: "crypto", deep: [null, { a: 0 }] } })
      ]
      yield* metrics.save(given)
      const ask = { type: "cycle_ms", aggregate: "raw" } as const
      expect(yield* metrics.query({ ...ask, since: monday, period: null })).toEqual([given[1]!, given[0]!])
      expect(yield* metrics.query({ ...ask, since: monday, period: "hourly" })).toEqual([given[2]!])
      expect(yield* metrics.query({ ...ask, since: monday + 1 })).toEqual([given[0]!])
      expect(yield* metrics.query({ ...ask, since: monday })).toHaveLength(3)
    }))

  it.live("replaces a metric that is measured again, whatever the order of its metadata", () =>
    Effect.gen(function*() {
      const metrics = yield* MetricStore
      yield* metrics.save([aMetric(1, { metadata: { a: 1, b: 2 } }), aMetric(2, { metadata: { b: 2, a: 1 } })])
      yield* metrics.save([aMetric(0, { metadata: { a: 1, b: 2 } })])
      yield* metrics.save([])
      const found = yield* metrics.query({ type: "cycle_ms", since: 0, aggregate: "raw" })
      expect(found.map(({ metricValue }) => metricValue)).toEqual([0])
    }))

  it.live("refuses what is not a number", () =>
    Effect.gen(function*() {
      const metrics = yield* MetricStore
      const error = yield* Effect.flip(metrics.save([aMetric(NaN)]))
      expect(error._tag).toBe("StoreRefused")
    }))
})
