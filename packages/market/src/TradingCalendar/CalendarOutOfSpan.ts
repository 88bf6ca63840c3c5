/** The refusal of a calendar to guess. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The calendar does not know the year that was asked for. */
export class CalendarOutOfSpan extends Schema.TaggedError<CalendarOutOfSpan>()("CalendarOutOfSpan", {
  calendar: Schema.String,
  year: Schema.Int,
  first: Schema.Int,
  last: Schema.Int
}) {
  override get message() {
    return `calendar ${this.calendar} knows the years ${this.first} to ${this.last}, found ${this.year}; ask for a time in between`
  }
}

/** Calendars throw, so that grids stay plain functions; for a command that was given the time it is a failure. */
export const failOutOfSpan = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | CalendarOutOfSpan, R> =>
  Effect.catchDefect(effect, (defect) => defect instanceof CalendarOutOfSpan ? Effect.fail(defect) : Effect.die(defect))
