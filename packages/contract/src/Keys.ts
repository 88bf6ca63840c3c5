/** Keys of the API. */
import { Scope } from "@dgas/domain/Scope"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, words } from "./Wire.ts"

const tag = "keys"

/** An API key without the key itself, which is shown once. `page` is a page that was signed in. */
const ApiKey = Schema.Struct({
  prefix: Schema.String,
  name: Schema.String,
  kind: Schema.Literals(["key", "page"]),
  scopes: Schema.Array(Scope),
  /** Requests a minute; null for no limit. */
  perMinute: Schema.NullOr(Schema.Int),
  createdAt: Instant,
  expiresAt: Schema.NullOr(Instant),
  lastUsedAt: Schema.NullOr(Instant),
  revokedAt: Schema.NullOr(Instant)
}).annotate({ identifier: "ApiKey" })

export const keyRoutes = {
  listKeys: route({
    method: "get",
    path: "/v1/keys",
    policy: "admin",
    tag,
    summary: "API keys, without the keys themselves",
    answer: Schema.Struct({ items: Schema.Array(ApiKey) })
  }),
  createKey: route({
    method: "post",
    path: "/v1/keys",
    policy: "admin",
    tag,
    summary: "Makes a key, which is shown this once",
    body: Schema.Struct({
      name: words(200),
      scopes: Schema.NonEmptyArray(Scope),
      expiresAt: Schema.NullOr(Instant)
    }),
    answer: Schema.Struct({ ...ApiKey.fields, key: Schema.String }),
    status: 201
  }),
  revokeKey: route({
    method: "delete",
    path: "/v1/keys/:prefix",
    policy: "admin",
    tag,
    summary: "Withdraws a key at once",
    params: Schema.Struct({ prefix: Schema.String }),
    answer: ApiKey,
    fails: [404]
  })
}
