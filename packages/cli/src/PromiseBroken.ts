/** The command did its work, and found that what was promised was not kept. Ends the process with 3. */
import * as Schema from "effect/Schema"

export class PromiseBroken extends Schema.TaggedError<PromiseBroken>()("PromiseBroken", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}
