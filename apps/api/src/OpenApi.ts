/**
 * The OpenAPI 3.1 document of the contract, made of the schemas that validate and encode: the two cannot differ.
 *
 * Schemas with an identifier are components, those of events too; every route also tells the problems that it may answer.
 */
import { Problem, type ProblemStatus, titles } from "@dgas/contract/Problem"
import type { Route, Wire } from "@dgas/contract/Route"
import { type RouteName, routes } from "@dgas/contract/Routes"
import * as JsonSchema from "effect/JsonSchema"
import type * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"

type Json = { readonly [key: string]: Schema.Json }

/** Of every route, those of a policy, and its own. */
const failuresOf = (
  { body, fails = [], params, policy, query, unready }: Route
): ReadonlyArray<ProblemStatus> => [
  ...when(params !== undefined || query !== undefined || body !== undefined, 400),
  ...when(policy !== "public", 401),
  403,
  ...fails,
  ...when(body !== undefined, 413),
  429,
  500,
  ...when(unready === undefined, 503)
]

const when = (is: boolean, status: ProblemStatus): ReadonlyArray<ProblemStatus> => is ? [status] : []

export const openApi = (version: string): Json => {
  const given = Object.entries(routes) as ReadonlyArray<[RouteName, Route]>
  const wires = [
    ...new Set([
      Problem,
      ...given.flatMap(([, { answer, body, event, params, query, unready }]) =>
        [params, query, body, answer, event, unready].filter((wire) => wire !== undefined)
      )
    ])
  ]
  const { definitions, schemas } = compiled(wires)
  const schemaOf = (wire: Wire): JsonSchema.JsonSchema => schemas[wires.indexOf(wire)] ?? {}

  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of given) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}")
    paths[path] = { ...paths[path], [route.method]: operation(name, route, schemaOf) }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "dgas",
      version,
      description:
        "Drummond Geometry signals, what became of them, and how far their confidence deserves belief. Instants are ISO 8601 in UTC; a query takes any zone, and a date as its beginning. Lists come newest first, a page at a time: `next` of a page is the `cursor` of the one after it, of symbols, which come by name, the `after`. Computed from past prices, no investment advice."
    },
    paths: paths as unknown as Json,
    components: {
      schemas: definitions as Json,
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "bun run report keys create" } }
    }
  }
}

const compiled = (wires: ReadonlyArray<Wire>) => {
  const [first, ...others] = wires.map(({ ast }) => ast)
  if (first === undefined) return { schemas: [], definitions: {} }
  return JsonSchema.toMultiDocumentOpenApi3_1(
    SchemaRepresentation.toJsonSchemaMultiDocument(SchemaRepresentation.toRepresentations([first, ...others]))
  )
}

const operation = (name: RouteName, route: Route, schemaOf: (wire: Wire) => JsonSchema.JsonSchema): Json => {
  const {
    answer,
    body,
    description,
    media = "application/json",
    params,
    policy,
    query,
    status,
    summary,
    tag,
    unready
  } = route
  const content = (type: string, wire: Wire) => ({ content: { [type]: { schema: schemaOf(wire) as Json } } })
  const parameters = [
    ...params === undefined ? [] : parametersOf("path", schemaOf(params)),
    ...query === undefined ? [] : parametersOf("query", schemaOf(query))
  ]
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...description === undefined ? {} : { description },
    // A page sends its key as a cookie that only it has.
    security: policy === "public" ? [] : policy === "read" ? [{ key: ["read"] }, {}] : [{ key: [policy] }],
    ...parameters.length === 0 ? {} : { parameters },
    ...body === undefined ? {} : {
      requestBody: { required: true, content: { "application/json": { schema: closed(schemaOf(body)) } } }
    },
    responses: {
      [status ?? (answer === undefined && route.media === undefined ? 204 : 200)]: {
        description: summary,
        ...answer !== undefined
          ? content("application/json", answer)
          : route.media === undefined
          ? {}
          : { content: { [media === "*" ? "*/*" : media]: { schema: { type: "string" } } } }
      },
      ...Object.fromEntries(
        failuresOf(route).map((code) => [
          code,
          { description: titles[code], ...content("application/problem+json", Problem) }
        ])
      ),
      ...unready === undefined
        ? {}
        : { 503: { description: titles[503], ...content("application/json", unready) } }
    }
  }
}

/** A body has no field besides those of its schema. */
const closed = (schema: JsonSchema.JsonSchema): Json => ({ ...schema as Json, additionalProperties: false })

const parametersOf = (place: "path" | "query", schema: JsonSchema.JsonSchema): ReadonlyArray<Json> => {
  const properties = schema["properties"] as Readonly<Record<string, Json>>
  const required = (schema["required"] ?? []) as ReadonlyArray<string>
  return Object.entries(properties).map(([name, { description, ...shape }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...description === undefined ? {} : { description },
    schema: shape
  }))
}
