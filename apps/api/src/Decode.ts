/**
 * What a route is asked with, as its schemas decode it: the path, the query, the body.
 *
 * A request that is not understood is told where and what was expected, never what it had sent.
 */
import type { Route, Wire } from "@dgas/contract/Route"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { notAsExpected, type NotUnderstood } from "./ApiError.ts"
import { hasNul, jsonOf } from "./Body.ts"
import { mistakesOf } from "./Expectation.ts"

/** What is expected of a value that is not so, and where; nothing of the value itself. */
const describe = SchemaIssue.makeFormatterStandardSchemaV1()

export const decoderOf = ({ body, params, query }: Route, bodyBytes: number) => {
  const path = partOf("path", params)
  const asked = partOf("query", query ?? Schema.Struct({}))
  const content = partOf("body", body)
  return Effect.fnUntraced(
    function*(request: Request, given: unknown, search: Readonly<Record<string, ReadonlyArray<string>>>) {
      return {
        params: yield* path(given),
        query: yield* asked(yield* once(search)),
        body: body === undefined ? undefined : yield* content(yield* jsonOf(request, bodyBytes))
      }
    }
  )
}

/** Of a name that comes twice nobody knows which was meant. */
const once = (search: Readonly<Record<string, ReadonlyArray<string>>>) => {
  const names = Object.keys(search)
  const twice = names.filter((name) => search[name]!.length > 1)
  return twice.length > 0
    ? Effect.fail(
      notAsExpected(
        "query",
        twice.map((name) => ({ where: `query.${name}`, expected: "it once" }))
      )
    )
    : Effect.succeed(Object.fromEntries(names.map((name) => [name, search[name]![0]])))
}

const partOf = (where: string, wire: Wire | undefined) => {
  if (wire === undefined) return (): Effect.Effect<unknown, NotUnderstood> => Effect.void
  const decode = Schema.decodeUnknownEffect(wire, { errors: "all", onExcessProperty: "error" })
  return (value: unknown): Effect.Effect<unknown, NotUnderstood> =>
    decode(value).pipe(
      Effect.mapError(({ issue }) => notAsExpected(where, mistakesOf(where, describe(issue).issues))),
      // Once decoded, as a cursor has texts in it; the database could not hold them.
      Effect.filterOrFail((decoded) => !hasNul(decoded), () =>
        notAsExpected(where, [{ where, expected: "texts without NUL" }]))
    )
}
