import type { Analysis, SignalDraft, TimeframeView } from "@dgas/engine/signals/Decision"
import { describe, expect, test } from "bun:test"
import { analysisSections } from "../src/AnalysisText.ts"

const view = (dot: number, more: Partial<TimeframeView> = {}): TimeframeView => ({
  state: "TREND",
  direction: "UP",
  barsInState: 4,
  stateConfidence: 1,
  slope: 0.25,
  flat: false,
  position: 0.5,
  dottedLine: null,
  blockLevel: null,
  levels: { projectedDot: dot, envelopeTop: dot + 1 },
  patterns: [],
  ...more
})

const draft: SignalDraft = {
  type: "LONG",
  entryPrice: 100,
  stopLoss: 99,
  targetPrice: 102,
  riskRewardRatio: 2,
  confidence: 0.79,
  signalStrength: 0.7,
  timeframeAlignment: 0.9,
  tier: "MEDIUM",
  positionFactor: 0.75,
  score: {
    confidence: { alignment: 0.27, higherStrength: 0.2, pattern: 0.1, zone: 0.15, strength: 0.07 },
    strength: { alignment: 0.36, higherStrength: 0.19, zone: 0.15, pattern: 0 }
  },
  events: ["PLDOT_PUSH"],
  zone: null,
  reason: "PLDOT_PUSH with the higher TREND UP",
  closes: null
}

const analysis: Analysis = {
  decision: { gate: null, detail: draft.reason, draft },
  checks: [
    { gate: "HIGHER_NEUTRAL", passed: true, found: "UP", needed: "UP or DOWN", detail: "the higher timeframe goes UP" },
    { gate: "WEAK", passed: true, found: 0.69999, needed: 0.6, detail: "strength 0.70, needs 0.6" },
    { gate: "BAD_PRICES", passed: false, found: null, needed: 1, detail: "no reward" }
  ],
  alignment: 0.9,
  alignmentClass: "perfect",
  higherStrength: 0.8,
  zones: [{ low: 98.5, high: 99.25, weight: 4, levels: 3, side: 1 }],
  timeframes: {
    higher: view(110),
    trading: view(100),
    lower: view(90, { patterns: [{ pattern: "C_WAVE", direction: -1, bars: 3, strength: 3 }] })
  }
}

const about = { timeframe: "30m", higher: "4h", lower: "5m", tick: 0.01 } as const

describe("the sections of an analysis", () => {
  test("show state, levels and patterns of each timeframe, from the higher to the lower one", () => {
    const text = analysisSections(analysis, about)
    expect(text).toMatch(/^State\n\ntimeframe .*\n[─ ]+\n4h +TREND +UP +4 .*\n30m +TREND .*\n5m +TREND /)
    expect(text).toMatch(/level +4h +30m +5m\n[─ ]+\nprojectedDot +110\.00 +100\.00 +90\.00\nenvelopeTop +111\.00 /)
    expect(text).toMatch(/\n5m +C_WAVE +DOWN +3 +3\n/)
    expect(text).toContain("Zones (alignment 0.90 perfect, higher strength 0.80)")
    expect(text).toMatch(/support +98\.50 +99\.25 +4\.00/)
  })

  test("leave a lower timeframe out that the schedule does not have", () => {
    const { lower: _, ...timeframes } = analysis.timeframes
    const text = analysisSections({ ...analysis, timeframes: { ...timeframes, lower: null } }, {
      ...about,
      lower: null
    })
    expect(text).toMatch(/level +4h +30m\n/)
    expect(text).not.toContain("5m")
  })

  test("show live levels beside those of the next bar", () => {
    const live = { higher: { projectedDot: 111.5, fiveOneUp: 109 }, trading: null }
    const text = analysisSections(analysis, { ...about, live })
    expect(text).toMatch(/level +4h +live 4h +30m +5m\n/)
    expect(text).toMatch(/projectedDot +110\.00 +111\.50 +100\.00 +90\.00\n/)
    expect(text).toMatch(/fiveOneUp +109\.00\n/)
    expect(text).toContain("never used for a signal")
  })

  test("show what each gate found and what it needed, with two decimals at most", () => {
    const text = analysisSections(analysis, about)
    expect(text).toMatch(/gate +passed +found +needed +in words\n/)
    expect(text).toMatch(/HIGHER_NEUTRAL +yes +UP +UP or DOWN +the higher timeframe goes UP\n/)
    expect(text).toMatch(/WEAK +yes +0\.7 +0\.6 +strength 0\.70, needs 0\.6\n/)
    expect(text).toMatch(/BAD_PRICES +no +1 +no reward\n/)
  })

  test("say what a confidence and a strength are made of, and what position the tier deserves", () => {
    expect(analysisSections(analysis, about)).toEndWith([
      "Decision",
      "",
      "LONG  entry 100.00  stop 99.00  target 102.00  confidence 0.79",
      "PLDOT_PUSH with the higher TREND UP",
      "tier MEDIUM, position 0.75 of the usual one",
      "confidence 0.79 = alignment 0.27 + higher strength 0.20 + pattern 0.10 + zone 0.15 + strength 0.07",
      "strength 0.70 = alignment 0.36 + higher strength 0.19 + zone 0.15 + pattern 0.00"
    ].join("\n"))
  })

  test("say of an exit its reason alone, and of no signal what stopped it", () => {
    const exit: SignalDraft = {
      ...draft,
      type: "EXIT_LONG",
      reason: "EXHAUST",
      tier: null,
      positionFactor: null,
      score: null
    }
    const decided = (decision: Analysis["decision"]) => analysisSections({ ...analysis, decision }, about)
    expect(decided({ gate: null, detail: "", draft: exit })).toEndWith("confidence 0.79\nEXHAUST")
    expect(decided({ gate: "WEAK", detail: "strength 0.50, needs 0.6", draft: null })).toEndWith(
      "Decision\n\nno signal: WEAK, strength 0.50, needs 0.6"
    )
  })
})
