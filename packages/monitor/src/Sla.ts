/**
 * Whether what was promised was kept over a period, and what is left to go wrong.
 *
 * A target leaves a budget: 1 % of errors, 1 % of slots late, 5 % of the cycles longer than the p95 allows. Uptime is
 * slots done on time over slots due. Without cases a promise is neither kept nor broken.
 * Source: Beyer et al., Site Reliability Engineering (2016), chapter 3.
 */
import { percentilesOf } from "./Quantiles.ts"

/** Shares from 0 to 1. */
export interface SlaTargets {
  readonly cycleP95Ms: number
  readonly errorShare: number
  readonly uptimeShare: number
  /** From a bar's close to its message delivered. */
  readonly deliveredP95Ms: number
}

export const defaultTargets: SlaTargets = {
  cycleP95Ms: 60_000,
  errorShare: 0.01,
  uptimeShare: 0.99,
  deliveredP95Ms: 60_000
}

/** What a period had. */
export interface Service {
  readonly cyclesMs: ReadonlyArray<number>
  /** Runs, and those of them that ended in an error. */
  readonly runs: number
  readonly errors: number
  readonly slotsDue: number
  readonly slotsOnTime: number
  readonly deliveriesMs: ReadonlyArray<number>
}

export type Promised = "cycle p95" | "errors" | "uptime" | "delivered p95"

/** `allowed` cases may go wrong of `n`, `used` did. */
export interface ErrorBudget {
  readonly n: number
  readonly allowed: number
  readonly used: number
}

export interface Kept {
  readonly promise: Promised
  readonly unit: "ms" | "share"
  readonly target: number
  /** Null without cases, as is `kept`. */
  readonly found: number | null
  readonly kept: boolean | null
  readonly budget: ErrorBudget
}

export const slaOf = (service: Service, targets: SlaTargets = defaultTargets): ReadonlyArray<Kept> => [
  ofPercentile("cycle p95", targets.cycleP95Ms, service.cyclesMs),
  ofShare("errors", targets.errorShare, targets.errorShare, service.errors, service.runs, service.errors),
  ofShare(
    "uptime",
    targets.uptimeShare,
    1 - targets.uptimeShare,
    service.slotsOnTime,
    service.slotsDue,
    service.slotsDue - service.slotsOnTime
  ),
  ofPercentile("delivered p95", targets.deliveredP95Ms, service.deliveriesMs)
]

export const isBroken = (promises: ReadonlyArray<Kept>): boolean => promises.some(({ kept }) => kept === false)

const ofPercentile = (promise: Promised, target: number, values: ReadonlyArray<number>): Kept => {
  const found = percentilesOf(values)?.p95 ?? null
  return {
    promise,
    unit: "ms",
    target,
    found,
    kept: found === null ? null : found <= target,
    budget: {
      n: values.length,
      allowed: values.length * 0.05,
      used: values.filter((value) => value > target).length
    }
  }
}

const ofShare = (
  promise: Promised,
  target: number,
  allowed: number,
  counted: number,
  n: number,
  wrong: number
): Kept => ({
  promise,
  unit: "share",
  target,
  found: n === 0 ? null : counted / n,
  // Compared as counts: 1 - 0.99 is not 0.01, and 1 of 100 is within 1 %.
  kept: n === 0 ? null : wrong <= n * allowed + 1e-9 * n,
  budget: { n, allowed: n * allowed, used: wrong }
})
