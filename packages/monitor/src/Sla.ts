/**
 * Whether what was promised was kept over a period, and what is left to go wrong.
 *
 * A target leaves a budget: 1 % of errors, 1 % of slots late, 5 % of the cycles longer than the p95 allows. Uptime is
 * slots done on time over slots due. Of fewer than 30 cases a promise is neither kept nor broken: one late slot of three is
 * no trouble, and neither an alarm nor a reason for an exit code.
 * Source: Beyer et al., Site Reliability Engineering (2016), chapter 3.
 */
import type { SlaConfig } from "@dgas/domain/SlaConfig"
import { leastCases } from "./Rate.ts"

/** How many there were, how many took longer than the target, and their 95th percentile in ms. */
export interface Times {
  readonly n: number
  readonly over: number
  readonly p95: number | null
}

/** What a period had. */
export interface Service {
  readonly cycles: Times
  /** Runs, and those of them that ended in an error. */
  readonly runs: number
  readonly errors: number
  readonly slotsDue: number
  readonly slotsOnTime: number
  readonly deliveries: Times
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
  /** Null without cases. */
  readonly found: number | null
  /** Null where there is not enough data. */
  readonly kept: boolean | null
  readonly budget: ErrorBudget
}

export const slaOf = (
  { cycles, deliveries, errors, runs, slotsDue, slotsOnTime }: Service,
  targets: SlaConfig
): ReadonlyArray<Kept> => [
  ofTimes("cycle p95", targets.cycleP95Ms, cycles),
  ofShare("errors", { target: targets.errors, allowed: targets.errors, counted: errors, n: runs, wrong: errors }),
  ofShare("uptime", {
    target: targets.uptime,
    allowed: 1 - targets.uptime,
    counted: slotsOnTime,
    n: slotsDue,
    wrong: slotsDue - slotsOnTime
  }),
  ofTimes("delivered p95", targets.deliveredP95Ms, deliveries)
]

export const isBroken = (promises: ReadonlyArray<Kept>): boolean => promises.some(({ kept }) => kept === false)

const allowedOver = 0.05

const ofTimes = (promise: Promised, target: number, { n, over, p95 }: Times): Kept => ({
  promise,
  unit: "ms",
  target,
  found: p95,
  kept: p95 === null || n < leastCases ? null : p95 <= target,
  budget: { n, allowed: n * allowedOver, used: over }
})

interface Shares {
  readonly target: number
  readonly allowed: number
  readonly counted: number
  readonly n: number
  readonly wrong: number
}

const ofShare = (promise: Promised, { allowed, counted, n, target, wrong }: Shares): Kept => ({
  promise,
  unit: "share",
  target,
  found: n === 0 ? null : counted / n,
  // Compared as counts: 1 - 0.99 is not 0.01, and 1 of 100 is within 1 %.
  kept: n < leastCases ? null : wrong <= n * allowed + 1e-9 * n,
  budget: { n, allowed: n * allowed, used: wrong }
})
