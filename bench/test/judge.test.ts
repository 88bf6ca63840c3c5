/** Real daily bars, replayed, judged and reported: DGAS_SLOTS=all takes ten years, by default two. */
import { countsOf } from "@dgas/monitor/OutcomeCounts"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { dailyBars, judgedYears } from "../JudgedYears.ts"

const whole = process.env["DGAS_SLOTS"] === "all"
const from = Date.UTC(whole ? 2010 : 2018, 0, 1)

if (dailyBars === null) {
  test.skipIf(true)("real daily bars, judged: the shared data is absent", () => {})
} else {
  describe("real daily bars of three symbols", () => {
    test("are replayed, judged and reported within 30 s, and the reports pass their own cross checks", async () => {
      const { calibration: { calibration, scores }, done, edge, html, ms, outcomes, signals } = await Effect.runPromise(
        judgedYears(from, Date.UTC(2020, 0, 1))
      )
      expect(ms.all).toBeLessThan(30_000)
      expect(outcomes.failures).toEqual([])
      expect(done.runs.FAILED).toBe(0)

      // Nothing is lost on the way: what was stored is what was judged is what is counted.
      const counts = countsOf(signals)
      expect(counts.signals).toBeGreaterThan(20)
      expect(outcomes.ended.length + outcomes.pending).toBe(counts.signals)
      expect(counts.waiting + counts.open + counts.unfilled + counts.fills).toBe(counts.signals)
      for (const groups of [calibration.byConfidence, calibration.byType, calibration.bySymbol, calibration.byState]) {
        expect(groups.reduce((sum, group) => sum + group.counts.signals, 0)).toBe(counts.signals)
      }

      expect(edge.faults).toEqual([])
      const { equity, edge: { expectancy, fills }, random } = edge
      expect(fills).toBe(counts.fills)
      expect(equity!.curve.at(-1)!.equity).toBe(equity!.total)
      if (expectancy !== null) {
        expect(expectancy.r.value * fills).toBeCloseTo(equity!.total, 9)
        expect(expectancy.r.low).toBeLessThanOrEqual(expectancy.r.value)
        expect(random.draws).toBe(1000)
        expect(scores!.brier.value).toBeCloseTo(
          scores!.reliability.value - scores!.resolution.value + scores!.uncertainty.value +
            scores!.withinVariance.value - scores!.withinCovariance.value,
          9
        )
      }
      for (const page of html) expect(page).not.toMatch(/NaN|Infinity|undefined/)
    }, 120_000)
  })
}
