/** A flag's value that could not be used, found by a command rather than by the parser. Ends the process with 2. */
import * as Schema from "effect/Schema"

export class WrongUsage extends Schema.TaggedError<WrongUsage>()("WrongUsage", {
  flag: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `--${this.flag}: found ${this.found}, expected ${this.expected}`
  }
}
