import { fillsOf } from "@dgas/monitor/Fill"
import { leastFills } from "@dgas/monitor/MapFit"
import { mapOf } from "@dgas/monitor/ProbabilityMap"
import { casesOf, oddsOf } from "@dgas/monitor/SaidOdds"
import { describe, expect, test } from "bun:test"
import { filled } from "./signals.ts"

const fields = {
  fills: 412,
  knownUntil: 0,
  reason: "none was better",
  logLoss: { identity: 0.7, platt: 0.6, isotonic: 0.65 }
}
/** 1 / (1 + exp(-(4 x - 2.5))): 0.574 at 0.7. */
const platt = mapOf({ kind: "platt", ...fields, a: -4, b: 2.5 })
const cases = [0, 0, 0, 0, 12, 80, 100, 120, 90, 10]

describe("what a map says", () => {
  test("is a probability, with Wilson's interval by fills of like confidence", () => {
    const { calibration, probability, text } = oddsOf(0.7, { map: platt, cases }, 430)
    expect(probability).toBeCloseTo(0.5744, 4)
    expect(calibration).toBe(platt.version)
    expect(text).toBe("0.57 [0.49, 0.66] of fills ended above 0, by 412 outcomes, 120 of like confidence")
  })

  test("has no interval where few were alike", () => {
    expect(oddsOf(0.95, { map: platt, cases }, 430).text).toBe(
      "0.79 of fills ended above 0, by 412 outcomes, 10 of like confidence: too few for an interval"
    )
  })

  test("is nothing without a map, and says why", () => {
    const none = { probability: null, calibration: null }
    expect(oddsOf(0.7, null, 37)).toEqual({ ...none, text: `not calibrated: 37 of ${leastFills} outcomes known` })
    expect(oddsOf(0.7, null, 212)).toEqual({
      ...none,
      text: "not calibrated: 212 outcomes known, no map was fitted yet"
    })
  })

  test("is nothing where no map was better than the confidence, which is no probability", () => {
    const map = mapOf({ kind: "identity", ...fields })
    expect(oddsOf(0.7, { map, cases }, 430)).toEqual({
      probability: null,
      calibration: map.version,
      text: "not calibrated: none was better, by 412 outcomes"
    })
  })

  test("counts fills by tenths of confidence, 1 with the last", () => {
    const fills = fillsOf([0, 0.05, 0.1, 0.7, 0.99, 1].map((confidence, index) => filled(index, 1, { confidence })))
    expect(casesOf(fills)).toEqual([2, 1, 0, 0, 0, 0, 0, 1, 0, 2])
  })
})
