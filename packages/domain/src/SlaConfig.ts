/** What a desk holds its own dgas to. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400_000 }))

/** Shares from 0 to 1, of the last `windowDays`. */
export const SlaConfig = Schema.Struct({
  windowDays: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 366 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(30))
  ),
  /** 95 of 100 cycles take no longer. */
  cycleP95Ms: Milliseconds.pipe(Schema.withDecodingDefaultKey(Effect.succeed(60_000))),
  /** Runs that may fail. */
  errors: Share.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01))),
  /** Slots that are done on time, of those that were due. */
  uptime: Share.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.99))),
  /** From a bar's close, or the end of quiet hours, until a destination has taken the message. */
  deliveredP95Ms: Milliseconds.pipe(Schema.withDecodingDefaultKey(Effect.succeed(60_000)))
})
export type SlaConfig = typeof SlaConfig.Type
