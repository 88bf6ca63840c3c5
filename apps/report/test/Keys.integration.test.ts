/** `report keys` as processes. */
import { hashOf } from "@dgas/db/ApiKey"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import { runReport } from "./runReport.ts"

const it = effectTest(TestDatabase.layer)

const config = `export default {
  sources: { s: { kind: "sim" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "pairs", universe: "u", trading: "30m", higher: "4h" }]
}`

/** The key of a secret, null when it may not be used. */
const found = (secret: string) =>
  Effect.map(
    Effect.flatMap(ApiKeyStore, ({ usable }) => usable),
    (keys) => keys.find(({ hash }) => hash === hashOf(secret)) ?? null
  )

const project = Effect.gen(function*() {
  const { url } = yield* TestDatabase
  const cwd = temporaryFolder("report-keys")
  yield* Effect.promise(() => Bun.write(join(cwd, "dgas.config.ts"), config))
  const env = { DATABASE_URL: Redacted.value(url) }
  return (...args: ReadonlyArray<string>) => Effect.promise(() => runReport(["keys", ...args], { cwd, env }))
})

describe("report keys", () => {
  it.live("makes a key that works, shows it once, lists it, and revokes it", () =>
    Effect.gen(function*() {
      const run = yield* project
      expect((yield* run()).out).toContain("There are no keys")
      const made = yield* run(
        "create",
        "a desk",
        "--scopes",
        "read,write",
        "--expires",
        "90d",
        "--per-minute",
        "unlimited"
      )
      expect(made).toMatchObject({ code: 0, err: "" })
      const key = /^dgas_\w{8}_[\w-]{43}$/m.exec(made.out)![0]
      const stored = (yield* found(key))!
      expect(stored).toMatchObject({ name: "a desk", scopes: ["read", "write"], perMinute: 0 })
      expect(stored.leftMs! / 86_400_000).toBeWithin(89.9, 90.0001)
      expect(made.out).toContain(`withdrawn by: bun run report keys revoke ${stored.prefix}`)

      const listed = yield* run("list")
      expect(listed.out).toContain(stored.prefix)
      expect(listed.out).toContain("unlimited")
      expect(listed.out).not.toContain(key)
      expect(JSON.parse((yield* run("list", "--format", "json")).out)).toMatchObject([
        { prefix: stored.prefix, scopes: ["read", "write"], kind: "key", lastUsedAt: null, revokedAt: null }
      ])
      const revoked = yield* run("revoke", stored.prefix)
      expect(revoked.out).toContain(`${stored.prefix} (a desk) is revoked`)
      expect(yield* found(key)).toBeNull()
      const unknown = yield* run("revoke", "dgas_none")
      expect(unknown).toMatchObject({ code: 1 })
      expect(unknown.err).toContain("there is no key dgas_none, expected a prefix of report keys list")
    }), 60_000)

  it.live("gives programs the key with its row", () =>
    Effect.gen(function*() {
      const run = yield* project
      const [row] = JSON.parse((yield* run("create", "ci", "--scopes", "admin", "--format", "json")).out)
      expect(row).toMatchObject({ name: "ci", scopes: ["admin"], perMinute: "configured", expiresAt: null })
      expect(yield* found(row.key)).toMatchObject({ prefix: row.prefix })
    }), 60_000)

  it.live("makes a link that signs in", () =>
    Effect.gen(function*() {
      const run = yield* project
      const { out } = yield* run("link", "--scopes", "read", "--url", "https://dgas.example.org/")
      const link = /^https:\/\/dgas\.example\.org\/sign-in#([\w-]{43})$/m.exec(out)![1]!
      expect(yield* (yield* ApiKeyStore).openLink(link)).toMatchObject({ stored: { kind: "page", scopes: ["read"] } })
    }), 60_000)

  it.live("says what is wrong with a flag", () =>
    Effect.gen(function*() {
      const run = yield* project
      const wrong = (...args: ReadonlyArray<string>) =>
        Effect.map(run("create", "x", ...args), ({ code, err }) => `${code} ${err}`)
      expect(yield* wrong("--scopes", "root")).toContain(
        "2 error: --scopes: found root, expected some of read, write and admin"
      )
      expect(yield* wrong("--scopes", "read", "--expires", "soon")).toContain(
        "2 error: --expires: found soon, expected 90m"
      )
      expect(yield* wrong("--scopes", "read", "--per-minute", "0")).toContain(
        "2 error: --per-minute: found 0, expected a number"
      )
      expect(yield* (yield* ApiKeyStore).list).toEqual([])
    }), 60_000)
})
