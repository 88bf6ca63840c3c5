/** Why the embedded PostgreSQL could not be used. */
import * as Schema from "effect/Schema"

/** `dir` is its folder; `reason` names what was found, `advice` what to do. */
export class EmbeddedPostgresFailed extends Schema.TaggedError<EmbeddedPostgresFailed>()("EmbeddedPostgresFailed", {
  dir: Schema.String,
  reason: Schema.String,
  advice: Schema.String
}) {
  override get message() {
    return `embedded PostgreSQL in ${this.dir}: ${this.reason.trim().replaceAll(/\s*\n\s*/g, "; ")}; ${this.advice}`
  }
}

/** What works wherever the embedded server does not. */
export const useAnother = "set DATABASE_URL to a PostgreSQL of your own"
