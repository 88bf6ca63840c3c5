/**
 * What a configuration knows better than a trading calendar: days without a session, early closes and late opens.
 *
 * Dates are those of sessions, `YYYY-MM-DD`; times are `HH:MM` of the exchange's own clock. Whether a date has a
 * session and a time lies inside it is for the calendar to say.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isDate } from "./InstantText.ts"

const SessionDate = Schema.String.check(Schema.makeFilter(isDate, { expected: "a date YYYY-MM-DD" }))
const ClockTime = Schema.String.check(Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$/, { expected: "a time HH:MM" }))

export const CalendarOverrides = Schema.Struct({
  /** Days on which there is no session after all. */
  closed: Schema.Array(SessionDate).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** When the sessions of these dates close. */
  early: Schema.Record(SessionDate, ClockTime).pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** When the sessions of these dates open. */
  open: Schema.Record(SessionDate, ClockTime).pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
})
export type CalendarOverrides = typeof CalendarOverrides.Type

export const noOverrides: CalendarOverrides = { closed: [], early: {}, open: {} }
