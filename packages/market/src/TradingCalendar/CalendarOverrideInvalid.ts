/** The refusal of a calendar to be overridden where it has nothing of the kind. */
import * as Schema from "effect/Schema"

/** A date has no session, or a time does not lie in it; `mistakes` are lines with path, found and expected. */
export class CalendarOverrideInvalid extends Schema.TaggedError<CalendarOverrideInvalid>()("CalendarOverrideInvalid", {
  mistakes: Schema.Array(Schema.String)
}) {
  override get message() {
    return this.mistakes.join("; ")
  }
}
