/**
 * Failures as answers: problem+json with a request id and neither a stack, SQL, a path nor what was sent.
 *
 * The status of each kind stands here and nowhere else. What is not in the table is a bug: 500, and its cause in the log
 * under the request id.
 */
import { type Problem, type ProblemStatus, titles } from "@dgas/contract/Problem"
import type { SqlFailure } from "@dgas/db/Sql"
import type { CalendarOutOfSpan } from "@dgas/market/TradingCalendar/CalendarOutOfSpan"
import * as Match from "effect/Match"
import type { ApiError } from "./ApiError.ts"

export const problem = (
  status: ProblemStatus,
  detail: string,
  requestId: string,
  { headers = {}, mistakes }: {
    readonly headers?: Readonly<Record<string, string>>
    readonly mistakes?: Problem["mistakes"]
  } = {}
): Response =>
  Response.json(
    {
      type: "about:blank",
      title: titles[status],
      status,
      detail,
      requestId,
      ...mistakes === undefined ? {} : { mistakes }
    } satisfies Problem,
    { status, headers: { "content-type": "application/problem+json", ...headers } }
  )

/** A bug told to nobody but the log. */
export const bug = (requestId: string): Response =>
  problem(500, "the log of the API has what happened under this request id", requestId)

const later = { headers: { "retry-after": "1" } }

export const failure = (error: ApiError | CalendarOutOfSpan | SqlFailure, requestId: string): Response =>
  Match.valueTags(error, {
    NotFound: ({ message }) => problem(404, message, requestId),
    Conflict: ({ message }) => problem(409, message, requestId),
    NotUnderstood: ({ message, mistakes }) => problem(400, message, requestId, { mistakes }),
    Unauthorized: ({ message }) =>
      problem(401, message, requestId, { headers: { "www-authenticate": "Bearer realm=\"dgas\"" } }),
    Forbidden: ({ message }) => problem(403, message, requestId),
    TooLarge: ({ message }) => problem(413, message, requestId),
    TooMany: ({ message, retryAfterS }) =>
      problem(429, message, requestId, { headers: { "retry-after": String(retryAfterS) } }),
    Busy: ({ message, retryAfterS }) =>
      problem(503, message, requestId, { headers: { "retry-after": String(retryAfterS) } }),
    StoreUnavailable: () => problem(503, "the database cannot be reached", requestId, later),
    CalendarOutOfSpan: ({ message }) => problem(503, `${message}, or update dgas`, requestId),
    SqlTimeout: () => problem(503, "the database did not answer in time: ask for less, or later", requestId, later),
    StoreRefused: () => bug(requestId)
  })
