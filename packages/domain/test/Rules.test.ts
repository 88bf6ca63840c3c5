import { defaultRules, DotOption, EnvelopeOption, Rules, rulesVersion } from "@dgas/domain/Rules"
import { describe, expect, test } from "bun:test"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"

describe("defaultRules", () => {
  test("are version 1 of the published and chosen thresholds", () => {
    expect(rulesVersion).toBe("1")
    expect(defaultRules).toEqual({
      geometry: { dot: "projected", envelope: "drummond" },
      flatSlope: 0.05,
      onDot: 1e-9,
      warmUpBars: 20,
      pushBars: 3,
      refreshAway: 0.5,
      refreshNear: 0.15,
      refreshMinBars: 2,
      refreshMaxBars: 4,
      exhaustOutside: 0.75,
      exhaustMinBars: 2,
      exhaustWindow: 3,
      waveBars: 3,
      oscillationBars: 4,
      oscillationLow: 0.2,
      oscillationHigh: 0.8,
      terminationNear: 0.25,
      sharedPatternBars: 10,
      permittedAlignment: 0.6,
      entryAlignment: 0.7,
      entryStrength: 0.6,
      zoneReach: 3,
      zoneTolerance: 0.25,
      zoneWeight: 3,
      zoneDistance: 1,
      stopDistance: 0.5,
      zoneTargetReward: 1.5,
      fallbackReward: 2,
      minReward: 1,
      exitHigherTurned: 0.8,
      exitExhaust: 0.7,
      exitZoneTouch: 0.65,
      fillBars: 8,
      holdBars: 48
    })
  })

  test("give way to what is named, one by one", () => {
    const rules = Schema.decodeSync(Rules)({ pushBars: 4, geometry: { envelope: "atr" } })
    expect(rules).toEqual({ ...defaultRules, pushBars: 4, geometry: { dot: "projected", envelope: "atr" } })
  })

  test("survive being stored and read", () => {
    const text = JSON.stringify(Schema.encodeSync(Rules)(defaultRules))
    expect(Schema.decodeUnknownSync(Rules)(JSON.parse(text))).toEqual(defaultRules)
  })

  test("know two dots and five envelopes", () => {
    expect(DotOption.literals).toEqual(["projected", "coincident"])
    expect(EnvelopeOption.literals).toEqual(["drummond", "stdev", "range", "atr", "percent"])
  })

  for (const wrong of [{ flatSlope: NaN }, { pushBars: 2.5 }, { holdBars: 0 }, { geometry: { dot: "live" } }]) {
    test(`refuse ${JSON.stringify(wrong)}`, () => {
      expect(Exit.isFailure(Schema.decodeUnknownExit(Rules)(wrong))).toBe(true)
    })
  }
})
