/** What every error of the API answers, after RFC 9457: `application/problem+json`. */
import * as Schema from "effect/Schema"

export const Problem = Schema.Struct({
  /** `about:blank`: the status says what kind it is. */
  type: Schema.String,
  title: Schema.String,
  status: Schema.Int,
  /** What was found, what is expected, what to do. Never what was sent. */
  detail: Schema.String,
  /** Under which the log of the API has it. */
  requestId: Schema.String,
  /** Of a request that is not understood: each mistake, with where it is. */
  mistakes: Schema.optionalKey(Schema.Array(Schema.Struct({ where: Schema.String, expected: Schema.String })))
}).annotate({ identifier: "Problem" })
export type Problem = typeof Problem.Type
