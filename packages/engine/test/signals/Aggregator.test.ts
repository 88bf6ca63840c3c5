import type { FilterConfig } from "@dgas/domain/Config"
import type { SignalType } from "@dgas/domain/Signal"
import { aggregate, type Proposal } from "@dgas/engine/signals/Aggregator"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { minute } from "../bars.ts"

const open: FilterConfig = {
  minConfidence: 0,
  minAlignment: 0,
  minStrength: 0,
  patterns: [],
  types: ["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"],
  duplicateMinutes: 60,
  maxSignals: 50
}

/** A proposal at a minute; its three scores are given together unless told apart. */
const proposal = (
  symbol: string,
  type: SignalType,
  scores: number | readonly [confidence: number, alignment: number, strength: number],
  at = 0,
  events: ReadonlyArray<string> = ["PLDOT_PUSH"]
): Proposal => {
  const [confidence, timeframeAlignment, signalStrength] = typeof scores === "number"
    ? [scores, scores, scores]
    : scores
  return {
    symbol,
    at: at * minute,
    draft: {
      type,
      entryPrice: 100,
      stopLoss: 95,
      targetPrice: 110,
      riskRewardRatio: 2,
      confidence,
      signalStrength,
      timeframeAlignment,
      tier: "LOW",
      positionFactor: 0.5,
      score: null,
      events,
      zone: null,
      reason: "",
      closes: null
    }
  }
}

const names = (filters: Partial<FilterConfig>, proposals: ReadonlyArray<Proposal>) => {
  const { dropped, kept } = aggregate({ ...open, ...filters }, proposals)
  const name = ({ at, draft, symbol }: Proposal) => `${symbol} ${draft.type} ${at / minute}`
  return { kept: kept.map(name), dropped: dropped.map((one) => `${name(one.proposal)}: ${one.detail}`) }
}

describe("filters", () => {
  const weak = proposal("A", "LONG", [0.5, 0.7, 0.6])
  const cases: ReadonlyArray<readonly [Partial<FilterConfig>, string | null]> = [
    [{ minConfidence: 0.5, minAlignment: 0.7, minStrength: 0.6 }, null],
    [{ minConfidence: 0.51 }, "confidence 0.50 is below 0.51"],
    [{ minAlignment: 0.71 }, "alignment 0.70 is below 0.71"],
    [{ minStrength: 0.61 }, "strength 0.60 is below 0.61"],
    [{ patterns: ["C_WAVE", "PLDOT_PUSH"] }, null],
    [{ patterns: ["C_WAVE"] }, "none of PLDOT_PUSH is among C_WAVE"],
    [{ types: ["SHORT"] }, "type LONG is not among SHORT"]
  ]
  for (const [filters, detail] of cases) {
    test(`${JSON.stringify(filters)} ${detail === null ? "keeps" : "drops"} it`, () => {
      expect(names(filters, [weak])).toEqual(
        detail === null ? { kept: ["A LONG 0"], dropped: [] } : { kept: [], dropped: [`A LONG 0: ${detail}`] }
      )
    })
  }

  test("an exit is dropped by its type alone", () => {
    const exit = proposal("A", "EXIT_LONG", 0.1, 0, ["EXHAUST"])
    const strict = { minConfidence: 0.9, minAlignment: 0.9, minStrength: 0.9, patterns: ["C_WAVE"], maxSignals: 1 }
    expect(names(strict, [exit, proposal("B", "SHORT", 0.95, 0, ["C_WAVE"])]).kept).toEqual([
      "A EXIT_LONG 0",
      "B SHORT 0"
    ])
    expect(names({ types: ["LONG"] }, [exit]).dropped).toEqual(["A EXIT_LONG 0: type EXIT_LONG is not among LONG"])
  })
})

describe("duplicates", () => {
  test("of one symbol and direction within an hour give way to the higher confidence", () => {
    const two = [proposal("A", "LONG", 0.7, 0), proposal("A", "LONG", 0.8, 60)]
    for (const order of [two, two.toReversed()]) {
      expect(names({}, order)).toEqual({
        kept: ["A LONG 60"],
        dropped: ["A LONG 0: a A LONG of higher confidence lies within 60 min"]
      })
    }
  })

  test("are none an hour and a minute apart, of another direction, or of another symbol", () => {
    const all = [
      proposal("A", "LONG", 0.7, 0),
      proposal("A", "LONG", 0.8, 61),
      proposal("A", "SHORT", 0.9, 0),
      proposal("B", "LONG", 0.6, 0)
    ]
    expect(names({}, all)).toEqual({ kept: ["A SHORT 0", "A LONG 61", "A LONG 0", "B LONG 0"], dropped: [] })
  })

  test("are measured from what was kept, not from what was dropped", () => {
    const chain = [proposal("A", "LONG", 0.9, 0), proposal("A", "LONG", 0.8, 50), proposal("A", "LONG", 0.7, 100)]
    expect(names({}, chain).kept).toEqual(["A LONG 0", "A LONG 100"])
  })

  test("of one bar and one confidence give way to the stronger, whatever the order", () => {
    const two = [proposal("A", "LONG", [0.7, 0.6, 0]), proposal("A", "LONG", [0.7, 0, 0.6])]
    for (const order of [two, two.toReversed()]) {
      expect(aggregate(open, order).kept[0]?.draft.signalStrength).toBe(0.6)
    }
  })

  test("have the window that is asked for", () => {
    const two = [proposal("A", "LONG", 0.7, 0), proposal("A", "LONG", 0.8, 10)]
    expect(names({ duplicateMinutes: 9 }, two).kept).toHaveLength(2)
    expect(names({ duplicateMinutes: 10 }, two).kept).toEqual(["A LONG 10"])
  })
})

describe("rank", () => {
  test("is confidence x strength x alignment, and the rest beyond the limit is told", () => {
    const all = [
      proposal("A", "LONG", [0.9, 0.7, 0.6]),
      proposal("B", "LONG", [0.8, 0.8, 0.8]),
      proposal("C", "SHORT", [0.7, 0.7, 0.7])
    ]
    expect(names({ maxSignals: 2 }, all)).toEqual({
      kept: ["B LONG 0", "A LONG 0"],
      dropped: ["C SHORT 0: rank 3 of 3, at most 2 are kept"]
    })
  })

  test("of equals goes by symbol, and exits come first without counting", () => {
    const all = [
      proposal("B", "LONG", 0.8),
      proposal("A", "LONG", 0.8),
      proposal("D", "EXIT_SHORT", 0.7),
      proposal("C", "EXIT_LONG", 0.8)
    ]
    expect(names({ maxSignals: 1 }, all).kept).toEqual(["C EXIT_LONG 0", "D EXIT_SHORT 0", "A LONG 0"])
  })
})

describe("aggregation", () => {
  const score = fc.integer({ min: 0, max: 4 }).map((quarter) => quarter / 4)
  const proposals = fc.array(
    fc.record({
      symbol: fc.constantFrom("A", "B", "C"),
      type: fc.constantFrom("LONG" as const, "SHORT" as const, "EXIT_LONG" as const),
      scores: fc.tuple(score, score, score),
      at: fc.integer({ min: 0, max: 20 }).map((ten) => ten * 10)
    }).map(({ at, scores, symbol, type }) => proposal(symbol, type, scores, at)),
    { maxLength: 20 }
  )
  const unordered = (proposals: ReadonlyArray<Proposal>) =>
    proposals.map((one) => JSON.stringify([one.symbol, one.at, one.draft])).toSorted()

  test("loses nothing, doubles nothing and does not depend on the order of its input", () => {
    fc.assert(fc.property(proposals, fc.integer({ min: 1, max: 5 }), fc.nat(), (all, maxSignals, turn) => {
      const filters = { ...open, minConfidence: 0.25, maxSignals }
      const { dropped, kept } = aggregate(filters, all)
      expect(unordered([...kept, ...dropped.map((one) => one.proposal)])).toEqual(unordered(all))
      const middle = turn % (all.length + 1)
      const other = aggregate(filters, [...all.slice(middle), ...all.slice(0, middle)].toReversed())
      expect(unordered(other.kept)).toEqual(unordered(kept))
      const entries = kept.filter((one) => one.draft.type !== "EXIT_LONG")
      expect(entries.length).toBeLessThanOrEqual(maxSignals)
      for (const a of entries) {
        for (const b of entries) {
          if (a === b || a.symbol !== b.symbol || a.draft.type !== b.draft.type) continue
          expect(Math.abs(a.at - b.at)).toBeGreaterThan(60 * minute)
        }
      }
    }))
  })

  test("leaves its input as it was", () => {
    fc.assert(fc.property(proposals, (all) => {
      const before = JSON.stringify(all)
      aggregate(open, all)
      expect(JSON.stringify(all)).toBe(before)
    }))
  })
})
