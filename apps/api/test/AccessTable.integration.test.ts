/** Every route of the contract x every kind of caller: a route that is added is in it, and one without a policy does not compile. */
import { type RouteName, routes } from "@dgas/contract/Routes"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { accessTest, aKey, aPage, asking, askOf, bearer, expire, stubApp } from "./accessWorld.ts"

const limits = { perMinute: { anonymous: 1_000_000, page: 1_000_000 } }
const loopback = accessTest("127.0.0.1", { limits })
const open = accessTest("0.0.0.0", { limits })

const names = Object.keys(routes) as ReadonlyArray<RouteName>

/** What a caller meets that has no valid key, and one whose scopes are not enough. */
type Met = "let in" | 401 | 403
type Expected = Readonly<Record<(typeof routes)[RouteName]["policy"], Met>>

const all: Expected = { public: "let in", read: "let in", write: "let in", admin: "let in" }
const keyless: Expected = { public: "let in", read: 401, write: 401, admin: 401 }
const reading: Expected = { ...all, write: 403, admin: 403 }
const writing: Expected = { ...all, admin: 403 }

const callers = Effect.gen(function*() {
  const revoked = yield* aKey({ scopes: ["admin"] })
  yield* (yield* ApiKeyStore).revoke(revoked.stored.prefix)
  const expired = yield* aKey({ scopes: ["admin"] })
  yield* expire(expired.stored.prefix)
  const { cookie } = yield* aPage(["write"])
  const admin = bearer((yield* aKey({ scopes: ["admin"] })).key)
  const { authorization } = admin
  return {
    "no key": { headers: {}, expected: keyless },
    "a wrong key": {
      headers: { authorization: `${authorization.slice(0, -1)}${authorization.endsWith("A") ? "B" : "A"}` },
      expected: keyless
    },
    "what is no key": { headers: { authorization: "Bearer admin" }, expected: keyless },
    "another scheme": { headers: { authorization: "Basic YWRtaW46YWRtaW4=" }, expected: keyless },
    "a revoked key": { headers: bearer(revoked.key), expected: keyless },
    "an expired key": { headers: bearer(expired.key), expected: keyless },
    "a key as a cookie": {
      headers: { cookie: `dgas_session=${authorization.slice("Bearer ".length)}` },
      expected: keyless
    },
    "a page's secret as a key": { headers: { authorization: `Bearer ${cookie.split("=")[1]}` }, expected: keyless },
    "a key to read": { headers: bearer((yield* aKey({ scopes: ["read"] })).key), expected: reading },
    "a key to write": { headers: bearer((yield* aKey({ scopes: ["write"] })).key), expected: writing },
    "a key to administer": { headers: admin, expected: all },
    "a page": { headers: { cookie, "sec-fetch-site": "same-origin" }, expected: writing }
  }
})

const table = Effect.gen(function*() {
  const ask = yield* asking
  const wrong: Array<string> = []
  const check = (expectedOf: (caller: string, expected: Expected) => Expected) =>
    Effect.gen(function*() {
      for (const [caller, { expected, headers }] of Object.entries(yield* callers)) {
        // At once, since keys that are not known are looked for together.
        const answers = yield* Effect.forEach(
          names,
          (name) => Effect.map(ask({ ...askOf(name), headers }), ({ status }) => ({ name, status })),
          { concurrency: "unbounded" }
        )
        for (const { name, status } of answers) {
          const met: Met | number = status < 300 || status === 400 ? "let in" : status
          const should = expectedOf(caller, expected)[routes[name].policy]
          if (met !== should) wrong.push(`${name} with ${caller}: ${met}, expected ${should}`)
        }
      }
      return wrong
    })
  return check
})

describe("every route with every kind of caller", () => {
  loopback.live(
    "on loopback: without a key what is read only, and with one what its scopes allow",
    () =>
      Effect.gen(function*() {
        const check = yield* table
        // A cookie that is none is as no key, and a header that is none is a mistake.
        const asNobody = new Set(["no key", "a key as a cookie"])
        const wrong = yield* check((caller, expected) =>
          asNobody.has(caller) ? { ...expected, read: "let in" } : expected
        )
        expect(wrong).toEqual([])
      })
  )

  open.live(
    "where other machines may ask: nothing without a key but what is open to all",
    () =>
      Effect.gen(function*() {
        const check = yield* table
        expect(yield* check((_, expected) => expected)).toEqual([])
      })
  )

  loopback.live("and the application serves no route that is not of the contract", () =>
    Effect.gen(function*() {
      const app = yield* stubApp
      const served = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`)
      const told = names.map((name) => `${routes[name].method.toUpperCase()} ${routes[name].path}`)
      expect(served.toSorted()).toEqual(told.toSorted())
      expect(new Set(told).size).toBe(names.length)
      for (const { method, path } of app.routes) {
        if (method === "ALL" && path !== "/*") expect(told.some((route) => route.endsWith(` ${path}`))).toBe(true)
      }
    }))

  loopback.live("and what reads has the method GET, but for signing out", () =>
    Effect.sync(() => {
      const unsafe = names.filter((name) =>
        routes[name].method !== "get" && !["write", "admin"].includes(routes[name].policy)
      )
      expect(unsafe.toSorted()).toEqual(["signIn", "signOut"])
    }))
})
