/** A caller who may do everything, and what it asks for. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Access } from "../src/Access.ts"
import { get } from "./apiWorld.ts"

/** In the place of keys: whoever asks is Ann. */
export const asAnn = Layer.succeed(
  Access,
  Access.of({
    admit: () =>
      Effect.succeed({
        caller: { kind: "key", name: "ann", prefix: "dgas_ann", scopes: ["read", "write", "admin"] },
        headers: {}
      })
  })
)

/** Asks with a body of JSON, or without one. */
export const ask = (method: "POST" | "PUT" | "DELETE", url: string, body?: unknown) =>
  get(url, {
    method,
    ...body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }
  })

/** Of a mistake, where. */
export const wheres = (
  { json }: { readonly json: { readonly mistakes?: ReadonlyArray<{ readonly where: string }> } }
) => (json.mistakes ?? []).map(({ where }) => where)
