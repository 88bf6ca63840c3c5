/**
 * The routes of the contract as an HTTP application: each admits, decodes, handles and encodes, in this order.
 *
 * What is not in the table is 404. A request that is not understood is told where and what was expected, never what it
 * had sent.
 */
import type { Route, Wire } from "@dgas/contract/Route"
import { type RouteName, routes } from "@dgas/contract/Routes"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { Hono } from "hono"
import { Access } from "./Access.ts"
import { bug, failure, problem } from "./Answer.ts"
import { type ApiError, NotUnderstood } from "./ApiError.ts"
import { type AnyHandlers, Reply } from "./Handler.ts"
import { countRequest } from "./RequestMetrics.ts"

/** What the server knows of a request besides itself. */
export interface Env {
  readonly Bindings: { readonly peer: string | null }
}

export const makeApp = <Services>(
  handlers: AnyHandlers<Services>,
  context: Context.Context<Services | Access>
): Hono<Env> => {
  const app = new Hono<Env>()
  const run = Effect.runPromiseExitWith(context)
  for (const [name, route] of Object.entries(routes) as ReadonlyArray<[RouteName, Route]>) {
    const decode = decoderOf(route)
    const answer = answererOf(route)
    app.on(route.method.toUpperCase(), route.path, async (hono) => {
      const request = hono.req.raw
      const { peer } = hono.env
      const requestId = crypto.randomUUID()
      const answered = Effect.gen(function*() {
        const { caller, headers } = yield* (yield* Access).admit(request, peer, route.policy)
        const asked = yield* decode(request, hono.req.param(), hono.req.query())
        const found = yield* handlers[name]({ ...asked, caller, request, requestId, peer })
        return answer(found instanceof Reply ? found : new Reply(found), headers)
      })
      const begun = performance.now()
      const exit = await run(answered, { signal: request.signal })
      const response = Exit.isSuccess(exit) ? exit.value : await failed(exit.cause, `${requestId} ${name}`, requestId)
      await run(countRequest(name, response.status, performance.now() - begun))
      return response
    })
  }

  const failed = async (cause: Cause.Cause<ApiError | SqlFailure>, about: string, requestId: string) => {
    const error = Option.getOrNull(Cause.findErrorOption(cause))
    if (error !== null) return failure(error, requestId)
    if (!Cause.hasInterruptsOnly(cause)) await run(Effect.logError(`${about}: ${Cause.pretty(cause)}`))
    return bug(requestId)
  }

  app.notFound(() => problem(404, "no such path, expected one of /openapi.json", crypto.randomUUID()))
  app.onError(async (error) => {
    const requestId = crypto.randomUUID()
    await run(Effect.logError(`${requestId} ${error.stack ?? String(error)}`))
    return bug(requestId)
  })
  return app
}

/** What is expected of a value that is not so, and where; nothing of the value itself. */
const describe = SchemaIssue.makeFormatterStandardSchemaV1()

const decoderOf = ({ body, params, query }: Route) => {
  const path = partOf("path", params)
  const asked = partOf("query", query ?? Schema.Struct({}))
  const content = partOf("body", body)
  return Effect.fnUntraced(function*(request: Request, given: unknown, search: Readonly<Record<string, string>>) {
    return {
      params: yield* path(given),
      query: yield* asked(search),
      body: body === undefined ? undefined : yield* content(yield* jsonOf(request))
    }
  })
}

const partOf = (where: string, wire: Wire | undefined) => {
  if (wire === undefined) return (): Effect.Effect<unknown, NotUnderstood> => Effect.void
  const decode = Schema.decodeUnknownEffect(wire, { errors: "all", onExcessProperty: "error" })
  return (value: unknown): Effect.Effect<unknown, NotUnderstood> =>
    Effect.mapError(decode(value), ({ issue }) =>
      new NotUnderstood({
        detail: `the ${where} is not as expected`,
        mistakes: describe(issue).issues.slice(0, 20).map(({ message, path = [] }) => ({
          where: [where, ...path.map((part) => String(typeof part === "object" ? part.key : part))].join("."),
          expected: message
        }))
      }))
}

const jsonOf = (request: Request): Effect.Effect<unknown, NotUnderstood> => {
  const isJson = /^application\/json(;|$)/i.test(request.headers.get("content-type") ?? "")
  const wrong = new NotUnderstood({
    detail: "the body is not as expected",
    mistakes: [{ where: "body", expected: "JSON, with content-type application/json" }]
  })
  return isJson ? Effect.tryPromise({ try: () => request.json(), catch: () => wrong }) : Effect.fail(wrong)
}

const answererOf = ({ answer, status }: Route) => {
  const encode = answer === undefined ? null : Schema.encodeUnknownSync(answer)
  return (reply: Reply<unknown>, headers: Readonly<Record<string, string>>): Response => {
    const all = { ...headers, ...reply.headers }
    if (reply.answer instanceof Response) {
      for (const [name, value] of Object.entries(all)) reply.answer.headers.set(name, value)
      return reply.answer
    }
    return encode === null
      ? new Response(null, { status: 204, headers: all })
      : Response.json(encode(reply.answer), { status: reply.status ?? status ?? 200, headers: all })
  }
}
