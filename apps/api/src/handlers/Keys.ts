/** API keys: made, listed, withdrawn. */
import type { StoredKey } from "@dgas/db/ApiKey"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { DbClock } from "@dgas/db/DbClock"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { notAsExpected, NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"
import { Keys } from "../Keys.ts"

export const keyHandlers = (
  { api }: Config
): Handlers<"listKeys" | "createKey" | "revokeKey", ApiKeyStore | DbClock | Keys> => {
  const { perMinute } = api.limits
  /** With the limit that is in force for it. */
  const shown = (key: StoredKey) => ({
    ...key,
    perMinute: key.perMinute === 0 ? null : key.perMinute ?? perMinute[key.kind]
  })
  return {
    listKeys: () =>
      Effect.gen(function*() {
        return { items: (yield* (yield* ApiKeyStore).list).map(shown) }
      }),

    createKey: ({ body: { expiresAt, name, scopes }, caller, requestId }) =>
      Effect.gen(function*() {
        if (expiresAt !== null && expiresAt <= (yield* (yield* DbClock).now)) {
          return yield* notAsExpected("body", [
            { where: "body.expiresAt", expected: "an instant to come, or null for never" }
          ])
        }
        const { key, stored } = yield* (yield* ApiKeyStore).create({
          name,
          scopes: [...new Set(scopes)],
          perMinute: null,
          expiresAt
        })
        yield* Effect.logInfo(`${requestId} key ${stored.prefix} was made by ${caller.prefix}`)
        return { ...shown(stored), key: Redacted.value(key) }
      }),

    revokeKey: ({ caller, params: { prefix }, requestId }) =>
      Effect.gen(function*() {
        const revoked = yield* (yield* ApiKeyStore).revoke(prefix)
        if (revoked === null) return yield* new NotFound({ what: "key" })
        yield* (yield* Keys).forget
        yield* Effect.logInfo(`${requestId} key ${revoked.prefix} was revoked by ${caller.prefix}`)
        return shown(revoked)
      })
  }
}
