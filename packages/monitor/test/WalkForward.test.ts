import { chanceOf } from "@dgas/monitor/Chance"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import { fitMap, leastFills } from "@dgas/monitor/MapFit"
import { apply, isIntact, mapOf, ProbabilityMap } from "@dgas/monitor/ProbabilityMap"
import { forecastsOf, scoresOf } from "@dgas/monitor/Scores"
import { fitWalkForward, isDue } from "@dgas/monitor/WalkForward"
import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { anyBucket, filled, forecaster, hour, waiting } from "./signals.ts"

const end = Number.MAX_SAFE_INTEGER
const overconfident = (n: number, seed = 5) => forecaster(n, seed, anyBucket, (p) => 0.5 + (p - 0.5) / 2)

describe("fitMap", () => {
  test("is the identity without enough outcomes, and says so", () => {
    const none = fitMap([], 0)
    expect(none).toMatchObject({
      kind: "identity",
      fills: 0,
      knownUntil: null,
      reason: "0 outcomes known, 200 needed for a map"
    })
    expect(apply(none, 0.7)).toBe(0.7)
    expect(fitMap(overconfident(leastFills - 1), end).reason).toBe("199 outcomes known, 200 needed for a map")
    expect(fitMap(overconfident(leastFills), end).kind).not.toBe("identity")
  })

  test("takes an outcome that was known before, and none that became known then", () => {
    const signals = overconfident(leastFills)
    const last = signals.at(-1)!.knownAt!
    expect(fitMap(signals, last).fills).toBe(leastFills - 1)
    expect(fitMap(signals, last + 1)).toMatchObject({ fills: leastFills, knownUntil: last })
  })

  test("brings an overconfident score nearer to the truth", () => {
    const map = fitMap(overconfident(2000), end)
    expect(map.kind).toBe("platt")
    for (const p of [0.05, 0.25, 0.5, 0.75, 0.95]) {
      expect(Math.abs(apply(map, p) - (0.5 + (p - 0.5) / 2))).toBeLessThan(0.06)
    }
    expect(map.logLoss.platt).toBeLessThan(map.logLoss.identity!)
  })

  test("takes steps where the truth is a step", () => {
    const map = fitMap(forecaster(3000, 5, anyBucket, (p) => p < 0.8 ? 0.3 : 0.75), end)
    expect(map.kind).toBe("isotonic")
    expect(Math.abs(apply(map, 0.35) - 0.3)).toBeLessThan(0.06)
    expect(Math.abs(apply(map, 0.85) - 0.75)).toBeLessThan(0.06)
  })

  test("leaves a perfect score alone", () => {
    const maps = Array.from({ length: 20 }, (_, seed) => fitMap(forecaster(800, seed, anyBucket, (p) => p), end))
    for (const map of maps) for (const p of [0.15, 0.45, 0.85]) expect(Math.abs(apply(map, p) - p)).toBeLessThan(0.1)
    expect(maps.filter(({ kind }) => kind === "identity").length).toBeGreaterThan(5)
  })

  test("is certain of nothing", () => {
    const always = Array.from({ length: 300 }, (_, index) => filled(index, 1))
    const map = fitMap(always, end)
    expect(map.kind).not.toBe("identity")
    expect(apply(map, 0.65)).toBeLessThanOrEqual(301 / 302)
  })
})

describe("a map", () => {
  const map = fitMap(forecaster(3000, 5, anyBucket, (p) => p < 0.8 ? 0.3 : 0.75), end)

  test("comes back from JSON the same, with the version of its contents", () => {
    const stored: unknown = JSON.parse(JSON.stringify(map))
    const back = Schema.decodeUnknownSync(ProbabilityMap)(stored)
    expect(back).toEqual(map)
    expect(isIntact(back)).toBe(true)
    expect(isIntact({ ...back, fills: back.fills + 1 })).toBe(false)
  })

  test("has the same version for the same contents, and another for others", () => {
    expect(map.version).toMatch(/^[0-9a-f]{16}$/)
    expect(mapOf(map).version).toBe(map.version)
    expect(fitMap(forecaster(3000, 6, anyBucket, (p) => p), end).version).not.toBe(map.version)
  })
})

describe("fitWalkForward", () => {
  test("gives every signal a probability, also the pending ones, by maps that come into force one after the other", () => {
    const signals = [...overconfident(600), waiting(600, { confidence: 0.95 })]
    const { given, maps } = fitWalkForward(signals)
    expect(given.size).toBe(601)
    expect(maps.map(({ map }) => map.fills)).toEqual([0, 200, 250, 300, 350, 400, 450, 500, 550])
    expect(given.get("s000100")).toEqual({ probability: signals[100]!.confidence, version: maps[0]!.map.version })
    expect(given.get("s000600")?.version).toBe(maps.at(-1)!.map.version)
    expect(given.get("s000600")?.probability).toBeLessThan(0.85)
  })

  test("fits what is due: at 200, then after a twentieth more, 50 at least", () => {
    const due = (fills: number, known: number, news = known - fills) => isDue({ fills, known, news })
    expect([due(0, 199), due(0, 200), due(200, 249), due(200, 250), due(4000, 4199), due(4000, 4200)])
      .toEqual([false, true, false, true, false, true])
    // Old ones have gone since, or were found anew.
    expect([due(4000, 900, 199), due(4000, 900, 200), due(4000, 199, 199), due(200, 200, 50)])
      .toEqual([false, true, false, true])
  })

  test("scores better than the confidence where that is wrong", () => {
    const signals = overconfident(3000)
    const { given } = fitWalkForward(signals)
    const later = signals.slice(300)
    const mapped = scoresOf(forecastsOf(later, ({ id }) => given.get(id)!.probability), { seed: 1, draws: 50 })!
    const raw = scoresOf(forecastsOf(later, ({ confidence }) => confidence), { seed: 1, draws: 50 })!
    expect(mapped.logLoss.value).toBeLessThan(raw.logLoss.value - 0.02)
    expect(mapped.calibrationError.value).toBeLessThan(raw.calibrationError.value / 2)
  })

  test("what becomes known at t or later changes no probability given until then", () => {
    const signals = overconfident(520)
    const before = fitWalkForward(signals)
    const answers = fc.record({ at: fc.integer({ min: 190, max: 520 }), seed: fc.nat(1e6) })
    fc.assert(
      fc.property(answers, ({ at, seed }) => {
        const t = at * hour
        const after = fitWalkForward(shuffledFrom(signals, t, seed))
        return signals.every(({ id, signalAt }) =>
          signalAt > t || Bun.deepEquals(before.given.get(id), after.given.get(id))
        )
      }),
      { numRuns: 30 }
    )
    // Else the property would hold of maps that nothing changes.
    expect(fitWalkForward(shuffledFrom(signals, 300 * hour, 1)).given).not.toEqual(before.given)
  })
})

/** The results of the signals whose outcome is known at `t` or later, handed round among them; some not known at all. */
const shuffledFrom = (signals: ReadonlyArray<JudgedSignal>, t: number, seed: number): ReadonlyArray<JudgedSignal> => {
  const chance = chanceOf(seed)
  const later = signals.filter(({ knownAt }) => knownAt === null || knownAt >= t)
  const order = later.map((_, at) => ({ at, by: chance.unit() })).toSorted((a, b) => a.by - b.by)
  const results = new Map(later.map((signal, at) => {
    const { exitReason, outcome, r, rIfLoss, rIfWin } = later[order[at]!.at]!
    return [signal.id, chance.below(10) === 0 ? waiting(0) : { ...signal, exitReason, outcome, r, rIfLoss, rIfWin }]
  }))
  return signals.map((signal) => {
    const result = results.get(signal.id)
    return result === undefined
      ? signal
      : { ...result, id: signal.id, signalAt: signal.signalAt, confidence: signal.confidence }
  })
}
