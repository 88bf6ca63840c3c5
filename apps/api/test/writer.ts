/** A caller who may do everything, and what it asks for. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { Access } from "../src/Access.ts"
import type { Caller } from "../src/Caller.ts"
import { Keys } from "../src/Keys.ts"
import { get } from "./apiWorld.ts"

const ann: Caller = { kind: "key", name: "ann", prefix: "dgas_ann", scopes: ["read", "write", "admin"] }

/** Whoever asks is Ann. */
export const asAnn = Layer.merge(
  Layer.succeed(
    Access,
    Access.of({
      judge: () => Effect.succeed({ verdict: Result.succeed(ann), headers: {} }),
      mayGoOn: () => Effect.succeed(true),
      clientOf: () => "ann",
      isHttps: () => false
    })
  ),
  Keys.layer
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
