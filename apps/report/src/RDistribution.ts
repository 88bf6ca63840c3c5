/**
 * How the results of fills are spread: counts in steps of half an R about its halves, so that a stop at -1 R stays in one
 * step whatever it cost. What lies beyond the outermost is counted in them.
 */
import { type Fill, fillsOf } from "@dgas/monitor/Fill"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"

export const fillEnds = ["TARGET", "STOP", "EXIT", "TIME"] as const satisfies ReadonlyArray<Fill["exitReason"]>
export type FillEnd = typeof fillEnds[number]

/** Its middle in R, and how many fills ended so within it. */
export interface Step {
  readonly r: number
  readonly fills: number
  readonly by: Readonly<Record<FillEnd, number>>
}

const [lowest, highest, stepR] = [-2, 4, 0.5]

/** All steps, also those without a fill; lowest first. */
export const rDistribution = (signals: ReadonlyArray<JudgedSignal>): ReadonlyArray<Step> => {
  const fills = fillsOf(signals).map(({ exitReason, r }) => ({
    exitReason,
    at: Math.min(highest, Math.max(lowest, Math.round(r / stepR) * stepR))
  }))
  return Array.from({ length: (highest - lowest) / stepR + 1 }, (_, index) => {
    const r = lowest + index * stepR
    const own = fills.filter(({ at }) => at === r)
    const count = (end: FillEnd) => own.filter(({ exitReason }) => exitReason === end).length
    return {
      r,
      fills: own.length,
      by: { TARGET: count("TARGET"), STOP: count("STOP"), EXIT: count("EXIT"), TIME: count("TIME") }
    }
  })
}

/** `-1`, `+0.5`; of the outermost that there is more beyond. */
export const stepText = ({ r }: Pick<Step, "r">): string =>
  `${r <= lowest ? "≤ " : r >= highest ? "≥ " : ""}${r > 0 ? "+" : ""}${r}`

const barCells = 56

/** In 80 columns. */
export const rDistributionText = (steps: ReadonlyArray<Step>): string => {
  const most = steps.reduce((most, { fills }) => Math.max(most, fills), 1)
  return [
    `${"R".padStart(6)}  ${"fills".padStart(6)}`,
    ...steps.map((step) =>
      // Whoever is there is seen, however many the others are.
      `${stepText(step).padStart(6)}  ${String(step.fills).padStart(6)}  ${
        "█".repeat(Math.ceil(step.fills / most * barCells))
      }`.trimEnd()
    )
  ].join("\n")
}
