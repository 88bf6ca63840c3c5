/** How far signals and their confidence deserve belief: counts, rates and intervals. */
import { Origin } from "@dgas/domain/Origin"
import * as Schema from "effect/Schema"
import { Estimate, Share } from "./Estimate.ts"
import { route } from "./Route.ts"
import { Instant, Name, OriginQuery } from "./Wire.ts"

const tag = "evidence"

const OutcomeCounts = Schema.Struct({
  signals: Schema.Int,
  waiting: Schema.Int,
  open: Schema.Int,
  unfilled: Schema.Int,
  fills: Schema.Int,
  incomplete: Schema.Int,
  wins: Schema.Int,
  losses: Schema.Int,
  neutral: Schema.Int,
  targets: Schema.Int,
  stops: Schema.Int,
  exits: Schema.Int,
  timeouts: Schema.Int,
  positive: Schema.Int,
  positiveIfLosses: Schema.Int,
  positiveIfWins: Schema.Int,
  ambiguous: Schema.Int,
  /** Final by the word of a person. */
  corrected: Schema.Int
}).annotate({ identifier: "OutcomeCounts" })

const group = {
  key: Schema.String,
  counts: OutcomeCounts,
  /** Of R > 0 given a fill; null below 30 fills. */
  rate: Schema.NullOr(Share),
  rateIfLosses: Schema.NullOr(Share),
  rateIfWins: Schema.NullOr(Share)
}
const RatedGroup = Schema.Struct(group).annotate({ identifier: "RatedGroup" })
const Bucket = Schema.Struct({
  ...group,
  from: Schema.Finite,
  to: Schema.Finite,
  meanScore: Schema.NullOr(Schema.Finite)
}).annotate({ identifier: "Bucket" })

const Scores = Schema.Struct({
  rate: Estimate,
  brier: Estimate,
  reliability: Estimate,
  resolution: Estimate,
  uncertainty: Estimate,
  withinVariance: Estimate,
  withinCovariance: Estimate,
  calibrationError: Estimate,
  logLoss: Estimate,
  calibrationErrorEqualCount: Estimate
}).annotate({ identifier: "Scores" })

/** What is in the figures, in words. */
const scope = Schema.Array(Schema.String)

export const CalibrationReport = Schema.Struct({
  scope,
  denominator: Schema.String,
  overall: RatedGroup,
  byConfidence: Schema.Array(Bucket),
  byType: Schema.Array(RatedGroup),
  byTier: Schema.Array(RatedGroup),
  bySymbol: Schema.Array(RatedGroup),
  byTimeframe: Schema.Array(RatedGroup),
  byState: Schema.Array(RatedGroup),
  byPattern: Schema.Array(RatedGroup),
  /** Of confidence, taken as if it were a probability; null where there is not enough data. */
  scores: Schema.NullOr(Scores),
  /** Of the probabilities that were given with the signals. */
  probability: Schema.Struct({
    given: Schema.Int,
    buckets: Schema.Array(Bucket),
    scores: Schema.NullOr(Scores)
  }),
  /** The map of each schedule that is in force. */
  maps: Schema.Array(
    Schema.Struct({
      origin: Origin,
      schedule: Schema.String,
      version: Schema.String,
      kind: Schema.String,
      fills: Schema.Int,
      inForceFrom: Instant,
      reason: Schema.String
    })
  )
}).annotate({ identifier: "Calibration" })
export type CalibrationReport = typeof CalibrationReport.Type

const Verdict = Schema.Literals(["not enough data", "no demonstrated edge", "edge", "negative edge"])

const EdgeReport = Schema.Struct({
  scope,
  denominator: Schema.String,
  edge: Schema.Struct({
    fills: Schema.Int,
    verdict: Verdict,
    text: Schema.String,
    expectancy: Schema.NullOr(
      Schema.Struct({ r: Estimate, pnlPct: Estimate, rIfLosses: Schema.Finite, rIfWins: Schema.Finite })
    )
  }),
  random: Schema.Struct({
    fills: Schema.Int,
    draws: Schema.Int,
    random: Schema.NullOr(Estimate),
    difference: Schema.NullOr(Estimate),
    chance: Schema.NullOr(Schema.Finite),
    verdict: Verdict,
    text: Schema.String
  }),
  /** Null without fills. */
  equity: Schema.NullOr(
    Schema.Struct({
      /** Of more than 2,000 fills the highest and the lowest of each stretch, and the last. */
      curve: Schema.Array(
        Schema.Struct({ at: Instant, r: Schema.Finite, equity: Schema.Finite, drawdown: Schema.Finite })
      ),
      total: Schema.Finite,
      maxDrawdown: Schema.Finite,
      maxDrawdownAt: Schema.NullOr(Instant),
      longestGain: Schema.Int,
      longestLoss: Schema.Int
    })
  ),
  /** Where the curve is not what its fills say: none, or a bug. */
  faults: Schema.Array(Schema.String)
}).annotate({ identifier: "Edge" })

/** Which signals: everything that is left out is everything, of live ones. */
const judged = Schema.Struct({
  schedule: Schema.optionalKey(Name),
  symbol: Schema.optionalKey(Name),
  since: Schema.optionalKey(Instant),
  origin: Schema.optionalKey(OriginQuery)
})

const wholeDays =
  "`since` counts from the beginning of its day in UTC. Schedules and symbols that nobody knows are 404."

export const evidenceRoutes = {
  getCalibration: route({
    method: "get",
    path: "/v1/calibration",
    policy: "read",
    tag,
    summary: "How often signals came good, by confidence and by all that was known of them",
    description: wholeDays,
    query: judged,
    answer: CalibrationReport,
    fails: [404]
  }),
  getEdge: route({
    method: "get",
    path: "/v1/edge",
    policy: "read",
    tag,
    summary: "Whether the signals earn anything, after costs and against random entries",
    description: wholeDays,
    query: judged,
    answer: EdgeReport,
    fails: [404]
  })
}
