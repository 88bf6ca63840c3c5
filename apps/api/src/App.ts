/**
 * The routes of the contract as an HTTP application: each admits, decodes, handles and encodes, in this order.
 *
 * What is not in the table is 404, or 405 where another method is, and is let in or not as everything else is.
 */
import type { Policy, Route } from "@dgas/contract/Route"
import { type RouteName, routes } from "@dgas/contract/Routes"
import type { SqlFailure } from "@dgas/db/Sql"
import { type CalendarOutOfSpan, failOutOfSpan } from "@dgas/market/TradingCalendar/CalendarOutOfSpan"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { type Context as HonoContext, Hono } from "hono"
import { Access } from "./Access.ts"
import { bug, failure, problem } from "./Answer.ts"
import type { ApiError } from "./ApiError.ts"
import { isLong } from "./Body.ts"
import { decoderOf } from "./Decode.ts"
import { type AnyHandlers, type Context as RequestContext, Reply } from "./Handler.ts"
import { countRequest } from "./RequestMetrics.ts"
import { secured } from "./SecurityHeaders.ts"

/** What the server knows of a request besides itself. */
export interface Env {
  readonly Bindings: { readonly peer: string | null }
}

export interface AppOptions {
  /** The largest body that is read. */
  readonly bodyBytes: number
}

export const makeApp = <Services>(
  handlers: AnyHandlers<Services>,
  context: Context.Context<Services | Access>,
  { bodyBytes }: AppOptions = { bodyBytes: 64 * 1024 }
): Hono<Env> => {
  const app = new Hono<Env>()
  const run = Effect.runPromiseExitWith(context)

  /** Answers a request that is let in by `work`, and every other by why it is not. */
  const answering = (
    name: RouteName | "none",
    policy: Policy,
    work: (admitted: Admitted) => Effect.Effect<Response, ApiError | SqlFailure, Services>
  ) =>
  async (hono: HonoContext<Env>): Promise<Response> => {
    const request = hono.req.raw
    const { peer } = hono.env
    const requestId = crypto.randomUUID()
    const answered = Effect.gen(function*() {
      const { headers, verdict } = yield* (yield* Access).judge(request, peer, policy)
      const response = yield* Effect.fromResult(verdict).pipe(
        Effect.flatMap((caller) => work({ hono, caller, request, requestId, peer })),
        failOutOfSpan,
        Effect.tapError((error) => told(error, `${requestId} ${name}`)),
        Effect.catch((error) => Effect.succeed(failure(error, requestId)))
      )
      for (const [header, value] of Object.entries(headers)) response.headers.set(header, value)
      return response
    })
    const begun = performance.now()
    const exit = await run(answered, { signal: request.signal })
    const isGone = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
    if (Exit.isFailure(exit) && !isGone) {
      await run(Effect.logError(`${requestId} ${name}: ${Cause.pretty(exit.cause)}`))
    }
    const response = Exit.isSuccess(exit) ? exit.value : isGone ? gone() : bug(requestId)
    countRequest(context, name, response.status, performance.now() - begun)
    return response
  }

  app.use("*", async (hono, next) => {
    await next()
    // A body that nobody reads is not made.
    if (hono.req.method === "HEAD") await hono.res.body?.cancel()
    secured(hono.res)
    if (isLong(hono.req.raw, bodyBytes)) hono.res.headers.set("connection", "close")
  })
  for (const [name, route] of Object.entries(routes) as ReadonlyArray<[RouteName, Route]>) {
    const decode = decoderOf(route, bodyBytes)
    const answer = answererOf(route)
    app.on(
      route.method.toUpperCase(),
      route.path,
      answering(name, route.policy, ({ hono, ...admitted }) =>
        Effect.gen(function*() {
          const asked = yield* decode(admitted.request, hono.req.param(), hono.req.queries())
          const found = yield* handlers[name]({ ...asked, ...admitted })
          return answer(found instanceof Reply ? found : new Reply(found))
        }))
    )
  }
  for (const [path, methods] of methodsOf(Object.values(routes))) {
    const allow = methods.join(", ")
    app.all(
      path,
      answering(
        "none",
        "public",
        ({ requestId }) =>
          Effect.succeed(
            problem(405, `there is no such method here, expected ${allow}`, requestId, { headers: { allow } })
          )
      )
    )
  }
  app.notFound(
    answering(
      "none",
      "public",
      ({ requestId }) =>
        Effect.succeed(problem(404, "there is no such path, expected one that /openapi.json lists", requestId))
    )
  )
  app.onError(async (error) => {
    const requestId = crypto.randomUUID()
    await run(Effect.logError(`${requestId} ${error.stack ?? String(error)}`))
    return bug(requestId)
  })
  return app
}

/** What whoever runs the API has to see to, which a client is told little of. */
const told = (error: ApiError | CalendarOutOfSpan | SqlFailure, what: string): Effect.Effect<void> => {
  switch (error._tag) {
    case "StoreRefused":
      return Effect.logError(`${what}: ${error.message}`)
    case "CalendarOutOfSpan":
    case "SqlTimeout":
    case "StoreUnavailable":
      return Effect.logWarning(`${what}: ${error.message}`)
    default:
      return Effect.void
  }
}

/** For the count alone: the client did not wait for an answer, which is no fault of the API. */
const gone = (): Response => new Response(null, { status: 499 })

interface Admitted extends RequestContext {
  readonly hono: HonoContext<Env>
}

/** What each path answers, as `Allow` says it. */
const methodsOf = (given: ReadonlyArray<Route>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const methods = new Map<string, Array<string>>()
  for (const { method, path } of given) {
    const known = methods.get(path) ?? []
    known.push(...method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])
    methods.set(path, known)
  }
  return methods
}

const answererOf = ({ answer, status }: Route) => {
  const encode = answer === undefined ? null : Schema.encodeUnknownSync(answer)
  return ({ answer, headers, status: told }: Reply<unknown>): Response => {
    if (answer instanceof Response) {
      for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value)
      return answer
    }
    return encode === null
      ? new Response(null, { status: 204, headers })
      : Response.json(encode(answer), { status: told ?? status ?? 200, headers })
  }
}
