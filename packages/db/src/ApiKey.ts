/** A key of the HTTP API: drawn by the operating system, shown once, and known by its SHA-256. */
import { Scope } from "@dgas/domain/Scope"
import * as Schema from "effect/Schema"
import { createHash, randomBytes } from "node:crypto"

/** Instants in epoch milliseconds. `perMinute` is null for the limit of the configuration, 0 for none. */
export const StoredKey = Schema.Struct({
  prefix: Schema.String,
  name: Schema.String,
  kind: Schema.Literals(["key", "page"]),
  scopes: Schema.Array(Scope),
  perMinute: Schema.NullOr(Schema.Int),
  createdAt: Schema.Int,
  expiresAt: Schema.NullOr(Schema.Int),
  lastUsedAt: Schema.NullOr(Schema.Int),
  revokedAt: Schema.NullOr(Schema.Int)
})
export type StoredKey = typeof StoredKey.Type

export interface NewKey extends Pick<StoredKey, "name" | "scopes" | "perMinute" | "expiresAt"> {}

/** A key that may be used now, with its SHA-256 in hex; `leftMs` until it expires, null for ever. */
export const UsableKey = Schema.Struct({
  ...StoredKey.fields,
  hash: Schema.String,
  leftMs: Schema.NullOr(Schema.Finite)
})
export type UsableKey = typeof UsableKey.Type

/** Select list of a `StoredKey`. */
export const keyColumns =
  `prefix, name, kind, to_jsonb(scopes) as scopes, per_minute as "perMinute", created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`

/** How a key is looked up: its SHA-256 in hex. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex")

/** Without letters and digits that look alike, and without vowels, so that it spells nothing. */
const letters = "bcdfghjkmnpqrstvwxz23456789"

// Secrets are drawn by the operating system and not by `Random`, which can be foretold.
export const drawSecret = (): string => randomBytes(32).toString("base64url")
export const drawPrefix = (): string =>
  `dgas_${[...randomBytes(8)].map((byte) => letters[byte % letters.length]).join("")}`

/** Whether a text has the form of a drawn secret, which is that of a page. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** Whether it has that of a key: prefix, `_` and secret. */
export const isKey = (text: string): boolean => /^dgas_[a-z0-9]{8}_/.test(text) && isSecret(text.slice(14))
