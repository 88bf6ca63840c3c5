/** The refusal of a calendar to guess. */
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
