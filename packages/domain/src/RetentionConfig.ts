/**
 * How many days rows are kept, by kind; null is for ever.
 *
 * What was found live, and what became of it, is kept for ever unless told. What another row, a live signal or a schedule's
 * warm-up needs is kept longer than its days.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A slot is run up to 31 days late, and what was told of it must be known then. */
const leastLiveDays = 62
/** Up to so long after a split stored bars may be restated for it, and then their revisions tell which have been. */
export const leastRevisionDays = 62

const days = (byDefault: number | null, minimum = 1) =>
  Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum, maximum: 36_500 }))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(byDefault))
  )

export const RetentionConfig = Schema.Struct({
  /** Bars of one minute, by their open time. Longer ones are kept for ever. */
  bars1m: days(400),
  /** Live runs with their signals, level events and slots. */
  runsLive: days(null, leastLiveDays),
  /** Runs of replays and the demo with all that is theirs, since they were made. */
  runsReplay: days(90),
  /** Messages that were sent, ran out, or were not to be sent. */
  delivered: days(90),
  /** Messages that are held or were given up. */
  undelivered: days(30),
  /** Rows of sources that were no bars, since they were delivered last. */
  quarantine: days(90),
  /** Looks that somebody asked for, once they were answered. */
  requests: days(90),
  /** Single measurements. */
  metrics: days(400),
  /** Numbers of whole hours; those of days, weeks and months. */
  metricsHourly: days(400),
  metricsDaily: days(null),
  /** Values that bars had before they were replaced. A run older than its bars' revisions can not be computed again to the bit. */
  revisions: days(400, leastRevisionDays)
})
export type RetentionConfig = typeof RetentionConfig.Type
