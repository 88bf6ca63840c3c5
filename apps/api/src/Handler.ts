/** What answers a route: a function of what was asked, decoded, to what its contract says. */
import type { Answered, Asked, Route } from "@dgas/contract/Route"
import type { Routes } from "@dgas/contract/Routes"
import type { SqlFailure } from "@dgas/db/Sql"
import type * as Effect from "effect/Effect"
import type { ApiError } from "./ApiError.ts"
import type { Caller } from "./Caller.ts"

/** An answer with another status, or with headers of its own. */
export class Reply<A> {
  readonly answer: A
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>>
  constructor(answer: A, { headers = {}, status = null }: {
    readonly status?: number | null
    readonly headers?: Readonly<Record<string, string>>
  } = {}) {
    this.answer = answer
    this.status = status
    this.headers = headers
  }
}

export interface Context {
  readonly caller: Caller
  readonly request: Request
  /** The address at the other end of the connection. */
  readonly peer: string | null
  readonly requestId: string
}

/** A `Response` is an answer that is written already. */
export type Handler<R extends Route, Services> = (
  asked: Asked<R> & Context
) => Effect.Effect<Answered<R> | Reply<Answered<R>> | Response, ApiError | SqlFailure, Services>

/** As the application calls them: what was asked is decoded by the route's own schemas. */
export type AnyHandlers<Services> = {
  readonly [Name in keyof Routes]: (
    asked: Asked<Route> & Context
  ) => Effect.Effect<unknown, ApiError | SqlFailure, Services>
}

/** Handlers of some routes, by name. */
export type Handlers<Names extends keyof Routes, Services> = {
  readonly [Name in Names]: Handler<Routes[Name], Services>
}
