/** What every error of the API answers, after RFC 9457: `application/problem+json`. */
import * as Schema from "effect/Schema"

/** What each status says of a request, as the title of its problem. */
export const titles = {
  400: "not understood",
  401: "no valid key",
  403: "not allowed",
  404: "not found",
  405: "no such method",
  409: "not as it stands",
  413: "too large",
  429: "too many requests",
  500: "a bug",
  503: "not available"
} as const
export type ProblemStatus = keyof typeof titles

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
