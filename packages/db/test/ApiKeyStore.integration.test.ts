import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { hashOf, type NewKey } from "../src/ApiKey.ts"
import { ApiKeyStore } from "../src/ApiKeyStore.ts"
import { DbClock } from "../src/DbClock.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

const aKey = (change: Partial<NewKey> = {}): NewKey => ({
  name: "desk",
  scopes: ["read"],
  perMinute: null,
  expiresAt: null,
  ...change
})
const hour = 60 * minute
/** The key of a secret, null when it may not be used. */
const found = (secret: Redacted.Redacted<string> | string) =>
  Effect.map(
    Effect.flatMap(ApiKeyStore, ({ usable }) => usable),
    (keys) =>
      keys.find(({ hash }) => hash === hashOf(typeof secret === "string" ? secret : Redacted.value(secret))) ?? null
  )

describe("ApiKeyStore", () => {
  it.effect("finds a key by its hash, and has nothing of the key but its beginning", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const keys = yield* ApiKeyStore
      const { key, stored } = yield* keys.create(aKey({ scopes: ["write", "admin"], perMinute: 0 }))
      expect(Redacted.value(key)).toMatch(/^dgas_[a-z0-9]{8}_[\w-]{43}$/)
      expect(Redacted.value(key)).toStartWith(`${stored.prefix}_`)
      expect(stored).toEqual({
        prefix: stored.prefix,
        name: "desk",
        kind: "key",
        scopes: ["write", "admin"],
        perMinute: 0,
        createdAt: monday,
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null
      })
      expect(yield* found(key)).toEqual({ ...stored, hash: hashOf(Redacted.value(key)), leftMs: null })
      expect(yield* found(`${Redacted.value(key)}x`)).toBeNull()
      const rows = yield* (yield* Sql).run("row", (sql) => sql`select to_jsonb(api_keys)::text as row from api_keys`)
      expect(rows).toHaveLength(1)
      expect(JSON.stringify(rows)).not.toContain(Redacted.value(key).slice(stored.prefix.length + 1))
    }))

  it.effect("finds none that has expired or was revoked", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const keys = yield* ApiKeyStore
      const { key } = yield* keys.create(aKey({ expiresAt: monday + hour }))
      expect(yield* keys.anyValid).toBe(true)
      yield* TestClock.setTime(monday + hour - 1)
      expect(yield* found(key)).toMatchObject({ leftMs: 1 })
      yield* TestClock.setTime(monday + hour)
      expect(yield* found(key)).toBeNull()
      expect(yield* keys.anyValid).toBe(false)

      const other = yield* keys.create(aKey())
      expect(yield* keys.revoke(other.stored.prefix)).toMatchObject({ revokedAt: monday + hour })
      yield* TestClock.adjust("1 minute")
      expect(yield* keys.revoke(other.stored.prefix)).toMatchObject({ revokedAt: monday + hour })
      expect(yield* found(other.key)).toBeNull()
      expect(yield* keys.revoke("dgas_none")).toBeNull()
      expect((yield* keys.list).map(({ prefix }) => prefix)).toHaveLength(2)
    }))

  it.effect("notes the last use once a minute at most", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const keys = yield* ApiKeyStore
      const { stored } = yield* keys.create(aKey())
      const lastUse = Effect.map(keys.list, ([key]) => key!.lastUsedAt)
      yield* keys.touch([stored.prefix, "dgas_none"])
      expect(yield* lastUse).toBe(monday)
      yield* TestClock.setTime(monday + minute - 1)
      yield* keys.touch([stored.prefix])
      expect(yield* lastUse).toBe(monday)
      yield* TestClock.setTime(monday + minute)
      yield* keys.touch([stored.prefix])
      expect(yield* lastUse).toBe(monday + minute)
    }))

  it.effect("signs a page in by a link once, for twelve hours", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const keys = yield* ApiKeyStore
      const { link, stored } = yield* keys.makeLink({ name: "page", scopes: ["read", "write"] })
      expect(yield* found(link)).toBeNull()
      expect(yield* keys.openLink("another")).toBeNull()
      yield* TestClock.setTime(monday + 10 * minute - 1)
      const opened = yield* Effect.all(
        Array.from({ length: 5 }, () => keys.openLink(Redacted.value(link))),
        { concurrency: "unbounded" }
      )
      const [page, ...others] = opened.filter((one) => one !== null)
      expect(others).toEqual([])
      expect(page!.stored).toMatchObject({
        prefix: stored.prefix,
        kind: "page",
        scopes: ["read", "write"],
        expiresAt: monday + 10 * minute - 1 + 12 * hour
      })
      expect(yield* found(page!.secret)).toMatchObject({ prefix: stored.prefix, leftMs: 12 * hour })
      // A page is no key by which the API may be opened to other machines.
      expect(yield* keys.anyValid).toBe(false)
      yield* TestClock.adjust("12 hours")
      expect(yield* found(page!.secret)).toBeNull()
    }))

  it.effect("signs no page in by a link that is ten minutes old or was revoked", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const keys = yield* ApiKeyStore
      const old = yield* keys.makeLink({ name: "page", scopes: ["read"] })
      yield* TestClock.setTime(monday + 10 * minute)
      expect(yield* keys.openLink(Redacted.value(old.link))).toBeNull()
      const revoked = yield* keys.makeLink({ name: "page", scopes: ["read"] })
      yield* keys.revoke(revoked.stored.prefix)
      expect(yield* keys.openLink(Redacted.value(revoked.link))).toBeNull()
    }))

  it.effect("drops pages that were over a month ago when a link is made, and never a key", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const keys = yield* ApiKeyStore
      yield* keys.create(aKey({ name: "old", expiresAt: monday + minute }))
      yield* keys.makeLink({ name: "first", scopes: ["read"] })
      yield* TestClock.adjust("30 days")
      yield* keys.makeLink({ name: "second", scopes: ["read"] })
      yield* TestClock.adjust("11 minutes")
      yield* keys.makeLink({ name: "third", scopes: ["read"] })
      expect((yield* keys.list).map(({ name }) => name)).toEqual(["third", "second", "old"])
    }))
})
