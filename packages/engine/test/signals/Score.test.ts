import { defaultRules } from "@dgas/domain/Rules"
import {
  confidence,
  confidenceParts,
  positionFactor,
  signalStrength,
  strengthParts,
  tierOf
} from "@dgas/engine/signals/Score"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { seededBars } from "../bars.ts"
import { eager } from "../contract/SignalSubjects.ts"
import { Bundle } from "../contract/Subject.ts"
import { readySymbol } from "./frames.ts"

const sum = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((all, part) => all + part, 0)

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const weights = fc.double({ min: 0, max: 20, noNaN: true })
const supports = fc.constantFrom(0 as const, 1 as const, 2 as const)

describe("parts of a score", () => {
  test("add up to the strength, and to the confidence", () => {
    fc.assert(fc.property(unit, unit, weights, supports, (agreement, higher, weight, support) => {
      const strength = signalStrength(agreement, higher, weight, support)
      expect(sum(strengthParts(agreement, higher, weight, support))).toBeCloseTo(strength, 12)
      expect(sum(confidenceParts(agreement, higher, weight, support, strength))).toBeCloseTo(
        confidence(agreement, higher, weight, support, strength),
        12
      )
    }))
  })

  test("are 0.4, 0.3, 0.15 and 0.15 of strength", () => {
    expect(strengthParts(1, 1, 4, 2)).toEqual({ alignment: 0.4, higherStrength: 0.3, zone: 0.15, pattern: 0.15 })
    expect(strengthParts(0.5, 0.5, 2, 1)).toEqual({ alignment: 0.2, higherStrength: 0.15, zone: 0.075, pattern: 0 })
    expect(strengthParts(0, 0, 400, 0)).toEqual({ alignment: 0, higherStrength: 0, zone: 0.15, pattern: 0 })
  })

  test("are 0.3, 0.25, 0.2, 0.15 and 0.1 of confidence", () => {
    expect(confidenceParts(1, 1, 4, 2, 1)).toEqual({
      alignment: 0.3,
      higherStrength: 0.25,
      pattern: 0.2,
      zone: 0.15,
      strength: 0.1
    })
    expect(confidenceParts(0, 0, 8, 1, 0)).toMatchObject({ pattern: 0.1, zone: 0.15 })
  })

  test("are told with each entry, and none with an exit", () => {
    const draft = readySymbol(1).decide().draft!
    expect(sum(draft.score!.confidence)).toBeCloseTo(draft.confidence, 12)
    expect(sum(draft.score!.strength)).toBeCloseTo(draft.signalStrength, 12)
  })

  test("add up for every signal of a long walk, and its tier has its own part of a position", () => {
    const symbol = new SymbolAnalyzer(eager, { tick: null, lower: false })
    const bundle = new Bundle(4)
    let entries = 0
    for (const bar of seededBars(3, 1500)) {
      const above = bundle.push(bar)
      if (above !== null) symbol.pushHigher(above)
      symbol.pushTrading(bar)
      const { draft } = symbol.decide()
      if (draft === null) continue
      if (draft.type === "LONG" || draft.type === "SHORT") {
        entries++
        expect(sum(draft.score!.confidence)).toBeCloseTo(draft.confidence, 12)
        expect(sum(draft.score!.strength)).toBeCloseTo(draft.signalStrength, 12)
        const support = Math.round(draft.score!.confidence["pattern"]! / 0.1)
        const tier = tierOf(draft.timeframeAlignment, draft.signalStrength, draft.zone!.weight, support)
        expect([draft.tier, draft.positionFactor]).toEqual([tier, positionFactor[tier]])
      } else {
        expect([draft.score, draft.tier, draft.positionFactor]).toEqual([null, null, null])
        expect([eager.exitHigherTurned, eager.exitExhaust, eager.exitZoneTouch]).toContain(draft.confidence)
      }
      symbol.accept(String(bar.closeTime), draft)
    }
    expect(entries).toBeGreaterThan(20)
    expect(defaultRules.exitHigherTurned).toBe(0.8)
  })
})
