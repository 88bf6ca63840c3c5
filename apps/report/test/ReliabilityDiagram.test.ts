import { calibrationOf } from "@dgas/monitor/Calibration"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { reliabilityDiagram } from "../src/ReliabilityDiagram.ts"
import { sparkline } from "../src/Sparkline.ts"

const fill = (confidence: number, r: number): JudgedSignal => ({
  id: "s",
  schedule: "daily",
  symbol: "AAA",
  type: "LONG",
  timeframe: "1d",
  tier: null,
  state: "TREND",
  patterns: [],
  confidence,
  probability: null,
  signalAt: 0,
  outcome: "NEUTRAL",
  exitReason: "TIME",
  filled: true,
  corrected: false,
  ambiguous: false,
  knownAt: 1,
  r,
  pnlPct: r,
  mfe: 0,
  mae: 0,
  barsHeld: 1,
  rIfLoss: r,
  rIfWin: r
})

const fills = (n: number, confidence: number, good: number) =>
  Array.from({ length: n }, (_, index) => fill(confidence, index < good ? 1 : -1))

describe("reliabilityDiagram", () => {
  test("shows every bucket with its count, interval and mean confidence", () => {
    const signals = [...fills(100, 0.66, 48), ...fills(40, 0.75, 30), ...fills(29, 0.85, 29), ...fills(30, 0.95, 30)]
    expect(`\n${reliabilityDiagram(calibrationOf(signals).byConfidence)}\n`).toMatchInlineSnapshot(`
      "
      confidence   fills  R > 0            0        25        50        75       100
      0.0 to 0.1       0  not enough data  ·         ·         ·         ·         ·
      0.1 to 0.2       0  not enough data  ·         ·         ·         ·         ·
      0.2 to 0.3       0  not enough data  ·         ·         ·         ·         ·
      0.3 to 0.4       0  not enough data  ·         ·         ·         ·         ·
      0.4 to 0.5       0  not enough data  ·         ·         ·         ·         ·
      0.5 to 0.6       0  not enough data  ·         ·         ·         ·         ·
      0.6 to 0.7     100  48 % [38, 58]    ·         ·    ├───●───┤  ◆   ·         ·
      0.7 to 0.8      40  75 % [60, 86]    ·         ·         ·   ├─────◈───┤     ·
      0.8 to 0.9      29  not enough data  ·         ·         ·         ·   ◆     ·
      0.9 to 1.0      30  100 % [89, 100]  ·         ·         ·         ·    ├──◆─●

      ● share of fills with R > 0, ├─┤ its 95 % interval, ◆ mean confidence, ◈ both
      not enough data: fewer than 30 fills
      "
    `)
  })

  test("of nothing shows ten buckets without a mark", () => {
    const shown = reliabilityDiagram(calibrationOf([]).byConfidence)
    expect(shown.split("\n").filter((line) => line.includes("not enough data  ")).length).toBe(10)
    expect(shown.split("\n").slice(0, 11).join("")).not.toMatch(/[●◆◈├┤]/)
  })

  test("fits 80 columns, whatever there is to show", () => {
    const any = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1, -1)), {
      maxLength: 300
    })
    fc.assert(fc.property(any, (rows) => {
      const { byConfidence } = calibrationOf(rows.map(([confidence, r]) => fill(confidence, r)))
      return reliabilityDiagram(byConfidence, "probability").split("\n").every((line) => Bun.stringWidth(line) <= 80)
    }))
  })
})

describe("sparkline", () => {
  test("goes from the lowest to the highest value, with gaps", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 10)).toBe("▁▂▃▄▅▆▇█")
    expect(sparkline([-1, null, 1], 10)).toBe("▁ █")
    expect(sparkline([5, 5], 10)).toBe("▄▄")
    expect(sparkline([], 10)).toBe("")
    expect(sparkline([null], 10)).toBe(" ")
  })

  test("a longer series is told by the means of its stretches", () => {
    expect(sparkline([0, 0, 5, 5, 10, 10], 3)).toBe("▁▅█")
    expect(sparkline(Array.from({ length: 1000 }, (_, at) => at), 40).length).toBe(40)
  })
})
