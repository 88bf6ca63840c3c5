import { SlaConfig } from "@dgas/domain/SlaConfig"
import { quantileOf } from "@dgas/monitor/Quantiles"
import { isBroken, type Service, slaOf } from "@dgas/monitor/Sla"
import { budgetLeft, promiseText } from "@dgas/monitor/SlaText"
import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"

const defaultTargets = Schema.decodeSync(SlaConfig)({})
const none = { n: 0, over: 0, p95: null }
const nothing: Service = { cycles: none, runs: 0, errors: 0, slotsDue: 0, slotsOnTime: 0, deliveries: none }
const promiseOf = (service: Partial<Service>, promise: string) =>
  slaOf({ ...nothing, ...service }, defaultTargets).find((one) => one.promise === promise)

describe("slaOf", () => {
  test("of nothing has no number, and breaks nothing", () => {
    const kept = slaOf(nothing, defaultTargets)
    expect(kept.map(({ found, kept }) => [found, kept])).toEqual(Array.from({ length: 4 }, () => [null, null]))
    expect(isBroken(kept)).toBe(false)
  })

  test("1 late slot of 100 is within 99 %, 2 are not", () => {
    expect(promiseOf({ slotsDue: 100, slotsOnTime: 99 }, "uptime")).toMatchObject({ found: 0.99, kept: true })
    expect(promiseOf({ slotsDue: 100, slotsOnTime: 98 }, "uptime")).toMatchObject({
      found: 0.98,
      kept: false,
      budget: { n: 100, used: 2 }
    })
  })

  test("1 error of 100 runs is within 1 %, 2 are not", () => {
    expect(promiseOf({ runs: 100, errors: 1 }, "errors")).toMatchObject({ found: 0.01, kept: true })
    expect(promiseOf({ runs: 100, errors: 2 }, "errors")).toMatchObject({
      kept: false,
      budget: { allowed: 1, used: 2 }
    })
  })

  test("a p95 of the target keeps it, above it does not", () => {
    const cycles = { n: 101, over: 5, p95: 60_000 }
    expect(promiseOf({ cycles }, "cycle p95")).toMatchObject({ found: 60_000, kept: true, budget: { used: 5 } })
    expect(promiseOf({ cycles: { n: 101, over: 6, p95: 90_000 } }, "cycle p95")).toMatchObject({
      found: 90_000,
      kept: false,
      budget: { n: 101, used: 6 }
    })
    expect(promiseOf({ deliveries: { n: 3, over: 1, p95: 61_000 } }, "delivered p95")?.budget.used).toBe(1)
  })

  test("is not broken by fewer than 30 cases, whatever they were, and by 30 it is", () => {
    const worst = (n: number) =>
      slaOf({
        cycles: { n, over: n, p95: 90_000 },
        runs: n,
        errors: n,
        slotsDue: n,
        slotsOnTime: 0,
        deliveries: { n, over: n, p95: 90_000 }
      }, defaultTargets)
    expect(worst(29).map(({ kept }) => kept)).toEqual([null, null, null, null])
    expect(isBroken(worst(29))).toBe(false)
    expect(worst(29).map(({ found }) => found)).toEqual([90_000, 1, 0, 90_000])
    expect(worst(29).map(budgetLeft)).toEqual([null, null, null, null])
    expect(worst(29).map(promiseText)[2]).toBe(
      "not enough data (29 of 30); found 0.00 % of 29, expected at least 99.00 %"
    )
    expect(worst(30).map(({ kept }) => kept)).toEqual([false, false, false, false])
    expect(worst(30).map(promiseText)[2]).toBe("found 0.00 % of 30, expected at least 99.00 %")
    expect(promiseOf({ slotsDue: 29, slotsOnTime: 29 }, "uptime")?.kept).toBeNull()
  })

  test("takes the targets given", () => {
    const strict = slaOf({ ...nothing, slotsDue: 1000, slotsOnTime: 999 }, { ...defaultTargets, uptime: 0.9995 })
    expect(isBroken(strict)).toBe(true)
  })
})

describe("quantileOf", () => {
  test("interpolates between the values beside the rank", () => {
    expect([0.5, 0.95, 0.99, 1].map((p) => quantileOf([1, 2, 3, 4], p))).toEqual([
      2.5,
      3.8499999999999996,
      3.9699999999999998,
      4
    ])
    expect([0.5, 1].map((p) => quantileOf([7], p))).toEqual([7, 7])
    expect(quantileOf([], 0.5)).toBeNaN()
  })

  test("rises with p, from the least to the largest", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 })
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(fc.property(values, unit, unit, (some, a, b) => {
      const ascending = some.toSorted((x, y) => x - y)
      const [low, high] = [quantileOf(ascending, Math.min(a, b)), quantileOf(ascending, Math.max(a, b))]
      return low <= high + 1e-9 && quantileOf(ascending, 0) === ascending[0] &&
        quantileOf(ascending, 1) === ascending.at(-1)
    }))
  })
})
