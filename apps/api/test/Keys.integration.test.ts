import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { Sql } from "@dgas/db/Sql"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { refuseOpen } from "../src/Exposure.ts"
import { aKey, bearer, expire } from "./accessWorld.ts"
import { get, it, listening } from "./apiWorld.ts"

const post = (url: string, headers: Readonly<Record<string, string>>, body: unknown) =>
  get(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) })

describe("keys", () => {
  it.live("are made, work, are listed without themselves, and stop working at once when they are revoked", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const admin = yield* aKey({ name: "root", scopes: ["admin"] })
      const made = yield* post(`${url}/v1/keys`, bearer(admin.key), {
        name: "a desk",
        scopes: ["read", "read"],
        expiresAt: "2199-01-01"
      })
      expect(made.status).toBe(201)
      const { key, ...stored } = made.json
      expect(stored).toMatchObject({
        name: "a desk",
        kind: "key",
        scopes: ["read"],
        perMinute: 600,
        expiresAt: "2199-01-01T00:00:00.000Z",
        lastUsedAt: null,
        revokedAt: null
      })
      const mine = { authorization: `Bearer ${key}` }
      const me = yield* get(`${url}/v1/me`, { headers: mine })
      expect(me.json).toMatchObject({ kind: "key", name: "a desk", scopes: ["read"] })
      expect((yield* post(`${url}/v1/keys`, mine, { name: "x", scopes: ["admin"], expiresAt: null })).status).toBe(403)

      const listed = yield* get(`${url}/v1/keys`, { headers: bearer(admin.key) })
      expect(listed.json.items.map(({ name, perMinute }: Record<string, unknown>) => [name, perMinute])).toEqual([
        ["a desk", 600],
        ["root", null]
      ])
      expect(listed.text).not.toContain(key.slice(14))
      const revoked = yield* get(`${url}/v1/keys/${stored.prefix}`, { method: "DELETE", headers: bearer(admin.key) })
      expect(revoked.json).toMatchObject({ prefix: stored.prefix, revokedAt: expect.any(String) })
      const refused = yield* get(`${url}/v1/me`, { headers: mine })
      expect(refused.status).toBe(401)
      expect(refused.text).not.toContain(key.slice(5))
    }))

  it.live("that would be over before they are made are not made", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const admin = bearer((yield* aKey({ scopes: ["admin"] })).key)
      const answer = yield* post(`${url}/v1/keys`, admin, { name: "x", scopes: ["read"], expiresAt: "2020-01-01" })
      expect(answer.status).toBe(400)
      expect(answer.json.mistakes).toEqual([{
        where: "body.expiresAt",
        expected: "an instant to come, or null for never"
      }])
      for (const wrong of [{ scopes: [] }, { scopes: ["root"] }, { name: "" }, { perMinute: 0 }]) {
        const body = { name: "x", scopes: ["read"], expiresAt: null, ...wrong }
        expect((yield* post(`${url}/v1/keys`, admin, body)).status).toBe(400)
      }
    }))

  it.live("are needed before the API listens where other machines may ask", () =>
    Effect.gen(function*() {
      yield* refuseOpen("127.0.0.1")
      yield* refuseOpen("::1")
      const open = Effect.flip(refuseOpen("0.0.0.0"))
      expect((yield* open).message).toBe(
        "the API cannot listen at 0.0.0.0, which other machines reach: found no valid key, make one by: bun run report keys create NAME --scopes read"
      )
      const keys = yield* ApiKeyStore
      const { link } = yield* keys.makeLink({ name: "page", scopes: ["read"] })
      yield* keys.openLink(Redacted.value(link))
      const { stored } = yield* aKey()
      yield* expire(stored.prefix)
      expect((yield* open)._tag).toBe("NoKey")
      yield* aKey()
      yield* refuseOpen("0.0.0.0")
    }))
})

describe("a page", () => {
  it.live("is signed in by a link once, after it was looked at, and out again", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const keys = yield* ApiKeyStore
      const link = Redacted.value((yield* keys.makeLink({ name: "page", scopes: ["read", "write"] })).link)
      for (let look = 0; look < 3; look++) {
        const page = yield* get(`${url}/sign-in`)
        expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8")
        expect(page.text).toContain("<script src=\"/sign-in.js\" defer></script>")
        expect(page.text).not.toMatch(/<script>|style=|onclick|<style/)
      }
      expect((yield* get(`${url}/sign-in.js`)).headers.get("content-type")).toBe("text/javascript; charset=utf-8")

      const signedIn = yield* post(`${url}/v1/sign-in`, { origin: url }, { link })
      expect(signedIn.status).toBe(200)
      expect(signedIn.json).toMatchObject({ kind: "page", name: "page", scopes: ["read", "write"] })
      const cookie = signedIn.headers.get("set-cookie")!
      expect(cookie).toMatch(/^dgas_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
      const again = yield* post(`${url}/v1/sign-in`, { origin: url }, { link })
      expect(again.status).toBe(401)
      expect(again.headers.get("set-cookie")).toBeNull()
      expect(again.text).not.toContain(link)

      const own = { cookie: cookie.split(";")[0]!, origin: url }
      expect((yield* get(`${url}/v1/me`, { headers: own })).json.kind).toBe("page")
      expect((yield* get(`${url}/v1/keys`, { headers: own })).status).toBe(403)
      const out = yield* post(`${url}/v1/sign-out`, own, {})
      expect(out.status).toBe(204)
      expect(out.headers.get("set-cookie")).toBe("dgas_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict")
      expect((yield* get(`${url}/v1/me`, { headers: own })).json.kind).toBe("none")
    }))

  it.live("that signs out with a key withdraws no key", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const headers = bearer((yield* aKey()).key)
      expect((yield* post(`${url}/v1/sign-out`, headers, {})).status).toBe(204)
      expect((yield* get(`${url}/v1/me`, { headers })).status).toBe(200)
    }))
})

describe("readyz", () => {
  it.live("says what is missing, to whoever asks", () =>
    Effect.gen(function*() {
      const url = yield* listening
      expect((yield* get(`${url}/readyz`)).json).toEqual({ ready: true, problems: [] })
      const { run } = yield* Sql
      yield* run("forget", (sql) => sql`delete from migrations where version = '0001_initial'`)
      const answer = yield* get(`${url}/readyz`)
      expect(answer.status).toBe(503)
      expect(answer.json).toEqual({
        ready: false,
        problems: ["database of this API has an older schema, without 0001_initial: run `bun run db:migrate`"]
      })
    }))
})
