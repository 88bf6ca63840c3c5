/** Signals: the list, one with all that is known of it, and what people say to it. */
import { ExitReason, Outcome } from "@dgas/domain/Outcome"
import { SignalType, StoredSignal, Tier } from "@dgas/domain/Signal"
import { SignalNotice } from "@dgas/domain/SignalNotice"
import * as Schema from "effect/Schema"
import { Delivery } from "./Deliveries.ts"
import { route } from "./Route.ts"
import { Instant, Name, numberText, ordered, OriginQuery, pageOf, paging, words } from "./Wire.ts"

const tag = "signals"
const id = Schema.Struct({ id: Schema.String })
const Unit = numberText("A number from 0 to 1").check(Schema.isBetween({ minimum: 0, maximum: 1 }))

const instants = {
  signalTimestamp: Instant,
  notificationTimestamp: Schema.NullOr(Instant),
  decidedAt: Schema.NullOr(Instant),
  evaluatedAt: Schema.NullOr(Instant)
}

/** When a person had seen it, and who; and whether its outcome is a person's. */
const people = {
  acknowledgedAt: Schema.NullOr(Instant),
  acknowledgedBy: Schema.NullOr(Schema.String),
  correctedAt: Schema.NullOr(Instant),
  correctedBy: Schema.NullOr(Schema.String),
  correctionNote: Schema.NullOr(Schema.String)
}

const { patternContext, ...plain } = StoredSignal.fields

/** A signal as lists have it: everything but the numbers behind it, of which `reason` is the sum. */
export const SignalItem = Schema.Struct({ ...plain, ...instants, ...people, reason: Schema.String }).annotate({
  identifier: "Signal"
})
export type SignalItem = typeof SignalItem.Type

const OutcomeChange = Schema.Struct({
  changedAt: Instant,
  outcome: Outcome,
  exitReason: Schema.NullOr(ExitReason),
  fillPrice: Schema.NullOr(Schema.Finite),
  exitPrice: Schema.NullOr(Schema.Finite),
  r: Schema.NullOr(Schema.Finite),
  /** Whose word it was; null where the bars had said so. */
  correctedBy: Schema.NullOr(Schema.String)
}).annotate({ identifier: "OutcomeChange" })

/** One signal with the levels, states, score parts and gates behind it, and what came after. */
const SignalDetail = Schema.Struct({
  ...SignalItem.fields,
  patternContext,
  timeframe: Schema.String,
  /** Of its bars; null where neither its run nor the configuration tells. */
  source: Schema.NullOr(Schema.String),
  tick: Schema.NullOr(Schema.Finite),
  notices: Schema.Array(SignalNotice),
  /** The exit that closed it, or of an exit the entry that it closes. */
  counterpart: Schema.NullOr(SignalItem),
  /** Former outcomes, oldest first. */
  outcomeChanges: Schema.Array(OutcomeChange),
  /** The messages that tell of it. */
  deliveries: Schema.Array(Delivery)
}).annotate({ identifier: "SignalDetail" })

const filter = {
  symbol: Schema.optionalKey(Name),
  schedule: Schema.optionalKey(Name),
  type: Schema.optionalKey(SignalType),
  tier: Schema.optionalKey(Tier),
  outcome: Schema.optionalKey(Outcome),
  minConfidence: Schema.optionalKey(Unit),
  /** Bar closes from then on, and before then. */
  since: Schema.optionalKey(Instant),
  until: Schema.optionalKey(Instant),
  origin: Schema.optionalKey(OriginQuery)
}

/** What a person says became of it. R and percent are computed from the prices. */
const OutcomeCorrection = Schema.Struct({
  exitReason: ExitReason,
  /** Both or, of UNFILLED, none of them. */
  fillPrice: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThan(0))),
  exitPrice: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThan(0))),
  decidedAt: Instant,
  note: words(500)
})

export const signalRoutes = {
  listSignals: route({
    method: "get",
    path: "/v1/signals",
    policy: "read",
    tag,
    summary: "Signals, newest first",
    description:
      "Of `type`, `tier`, `minConfidence`, `outcome=PENDING` (also entries that nobody has looked at yet), and of any `outcome` with a symbol or schedule, a page looks at 2,000 signals at most: it may have fewer than `limit`, or none, and a `next` that goes on behind them. Without `next` there are no more.",
    query: ordered({ ...filter, ...paging }),
    answer: pageOf(SignalItem)
  }),
  exportSignals: route({
    method: "get",
    path: "/v1/signals.csv",
    policy: "read",
    tag,
    summary: "All signals of at most 366 days as CSV, newest first",
    query: Schema.Struct(filter),
    media: "text/csv"
  }),
  getSignal: route({
    method: "get",
    path: "/v1/signals/:id",
    policy: "read",
    tag,
    summary: "One signal with its gates, levels, deliveries and outcome",
    params: id,
    answer: SignalDetail,
    fails: [404]
  }),
  correctOutcome: route({
    method: "put",
    path: "/v1/signals/:id/outcome",
    policy: "write",
    tag,
    summary: "Says what became of an entry, in the place of what the bars say",
    description: "The judge leaves a corrected outcome alone; reports say how many there are. The former one is kept.",
    params: id,
    body: OutcomeCorrection,
    answer: SignalItem,
    fails: [404, 409]
  }),
  withdrawCorrection: route({
    method: "delete",
    path: "/v1/signals/:id/outcome",
    policy: "write",
    tag,
    summary: "Lets the bars say again what became of an entry",
    params: id,
    answer: SignalItem,
    fails: [404, 409]
  }),
  acknowledgeSignal: route({
    method: "put",
    path: "/v1/signals/:id/acknowledgement",
    policy: "write",
    tag,
    summary: "Says that somebody has seen the alert; the first one stands",
    params: id,
    answer: SignalItem,
    fails: [404]
  })
}
