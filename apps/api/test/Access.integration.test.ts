import { routes } from "@dgas/contract/Routes"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { StoreUnavailable } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { decodeConfig } from "@dgas/domain/Config"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Access } from "../src/Access.ts"
import { makeApp } from "../src/App.ts"
import { Keys } from "../src/Keys.ts"
import { accessTest, aKey, aPage, asking, bearer, reached } from "./accessWorld.ts"
import { configInput } from "./apiWorld.ts"

/** Of one who tries keys. */
const guesses = Array.from({ length: 500 }, (_, drawn) => ({
  authorization: `Bearer dgas_bcdfghjk_${String(drawn).padStart(43, "A")}`
}))

const local = accessTest("127.0.0.1", { hosts: ["dgas.example.org"] })
const proxied = accessTest("127.0.0.1", { hosts: ["dgas.example.org"], proxies: ["127.0.0.1"] })
const open = accessTest("0.0.0.0")

describe("without a key", () => {
  local.live(
    "is read only what is asked under a name of this machine, and not through a proxy",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        expect((yield* ask({})).status).toBe(200)
        expect((yield* ask({ headers: { host: "localhost:1" } })).status).toBe(200)
        expect((yield* ask({ headers: { host: "dgas.example.org" } })).status).toBe(401)
        expect((yield* ask({ peer: "10.0.0.9" })).status).toBe(401)
        for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"]) {
          expect((yield* ask({ headers: { [name]: "127.0.0.1" } })).status).toBe(401)
        }
      })
  )

  proxied.live(
    "is nothing read where proxies are configured, nor where other machines may ask",
    () =>
      Effect.gen(function*() {
        expect((yield* (yield* asking)({})).status).toBe(401)
      })
  )

  open.live("is nothing read where other machines may ask, also from this one", () =>
    Effect.gen(function*() {
      const answer = yield* (yield* asking)({})
      expect(answer.status).toBe(401)
      expect(answer.headers.get("www-authenticate")).toBe("Bearer realm=\"dgas\"")
    }))
})

describe("Host and Origin", () => {
  local.live("are looked at on every path and also where there is none, before any key", () =>
    Effect.gen(function*() {
      const ask = yield* asking
      const admin = bearer((yield* aKey({ scopes: ["admin"] })).key)
      let asked = 0
      const paths = [...Object.values(routes).map(({ path }) => path.replaceAll(/:\w+/g, "x")), "/nothing", "/v1"]
      for (const path of paths) {
        for (
          const foreign of [
            { host: "evil.example:8787" },
            { origin: "http://evil.example" },
            { origin: "null" },
            { "sec-fetch-site": "cross-site" }
          ]
        ) {
          for (const method of ["GET", "POST", "OPTIONS"]) {
            // Each from an address of its own, as they are counted.
            const peer = `10.0.${asked >> 8}.${asked++ & 255}`
            const answer = yield* ask({ path, method, peer, headers: { ...admin, ...foreign } })
            expect([path, method, answer.status]).toEqual([path, method, 403])
            expect(answer.headers.get("access-control-allow-origin")).toBeNull()
            expect(yield* Effect.promise(() => answer.text())).not.toContain("evil")
          }
        }
      }
    }))

  local.live(
    "of another site let a page's cookie do nothing, and without them it may only read",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const { cookie } = yield* aPage()
        const write = (headers: Readonly<Record<string, string>>) =>
          Effect.map(
            ask({ method: "PUT", path: "/v1/signals/x/acknowledgement", headers: { cookie, ...headers } }),
            ({ status }) => status
          )
        expect(yield* write({ origin: "http://127.0.0.1:8787" })).toBe(200)
        expect(yield* write({ "sec-fetch-site": "same-origin" })).toBe(200)
        expect(yield* write({})).toBe(403)
        expect(yield* write({ "sec-fetch-site": "none" })).toBe(403)
        expect(yield* write({ origin: "http://127.0.0.1:3000" })).toBe(403)
        expect(yield* write({ origin: "http://evil.example", "sec-fetch-site": "cross-site" })).toBe(403)
        expect((yield* ask({ headers: { cookie, host: "dgas.example.org" } })).status).toBe(200)
      })
  )
})

const aborting = () => new AbortController()

describe("a client that does not wait for its answer", () => {
  local.live("is told of as that, and not as a fault of the API", () =>
    Effect.gen(function*() {
      const begun = Promise.withResolvers<void>()
      const getCaller = () => Effect.andThen(Effect.sync(() => begun.resolve()), Effect.never)
      const app = makeApp<never>({ ...reached, getCaller }, yield* Effect.context<Access>())
      const client = aborting()
      const headers = { host: "localhost" }
      const answer = app.fetch(new Request("http://localhost/v1/me", { headers, signal: client.signal }), {
        peer: "::1"
      })
      yield* Effect.promise(() => begun.promise)
      client.abort()
      expect((yield* Effect.promise(async () => answer)).status).toBe(499)
    }))
})

describe("TLS", () => {
  const isHttps = (headers: Readonly<Record<string, string>>, peer = "127.0.0.1") =>
    Effect.map(Access, ({ isHttps }) => isHttps(new Request("http://127.0.0.1:8787/", { headers }), peer))

  proxied.live("is what a configured proxy says that its client speaks", () =>
    Effect.gen(function*() {
      expect(yield* isHttps({ "x-forwarded-proto": "https" })).toBe(true)
      expect(yield* isHttps({ "x-forwarded-proto": "http, https" })).toBe(true)
      expect(yield* isHttps({ "x-forwarded-proto": "https, http" })).toBe(false)
      expect(yield* isHttps({ "x-forwarded-proto": "https" }, "10.0.0.9")).toBe(false)
      expect(yield* isHttps({})).toBe(false)
    }))
})

describe("limits", () => {
  local.live(
    "are 60 requests a minute without a key, told with every answer, whatever it is",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const paths = ["/v1/me", "/nothing", "/livez", "/v1/keys"]
        for (let request = 1; request <= 60; request++) {
          const answer = yield* ask({ path: paths[request % 4]! })
          expect(answer.headers.get("ratelimit-limit")).toBe("60")
          expect(answer.headers.get("ratelimit-remaining")).toBe(String(60 - request))
          expect(answer.status).not.toBe(429)
        }
        for (const path of paths) {
          const answer = yield* ask({ path })
          expect(answer.status).toBe(429)
          const seconds = Number(answer.headers.get("retry-after"))
          expect(answer.headers.get("ratelimit-reset")).toBe(String(seconds))
          expect(seconds).toBeWithin(1, 61)
        }
        // Whoever has a key is not kept from using it.
        expect((yield* ask({ headers: bearer((yield* aKey()).key) })).status).toBe(200)
      })
  )

  local.live("hold for what a page elsewhere asks too, and keep nobody else from asking", () =>
    Effect.gen(function*() {
      const ask = yield* asking
      const foreign = { origin: "http://evil.example" }
      for (let request = 1; request <= 60; request++) {
        const answer = yield* ask({ headers: foreign })
        expect([answer.status, answer.headers.get("ratelimit-remaining")]).toEqual([403, String(60 - request)])
      }
      const refused = yield* ask({ headers: foreign })
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61)
      expect((yield* ask({ headers: { host: "evil.example" } })).status).toBe(429)
      expect((yield* ask({ headers: foreign, peer: "10.0.0.1" })).status).toBe(403)
      const own = yield* ask({})
      expect([own.status, own.headers.get("ratelimit-remaining")]).toEqual([200, "59"])
    }))

  local.live("hold whatever X-Forwarded-For says", () =>
    Effect.gen(function*() {
      const ask = yield* asking
      let counted = 0
      for (let request = 0; request < 200; request++) {
        const headers = { "x-forwarded-for": `203.0.113.${request % 250}, 198.51.100.${request % 199}` }
        if ((yield* ask({ path: "/livez", headers })).status === 200) counted++
      }
      expect(counted).toBe(60)
    }))

  proxied.live(
    "are those of the client behind a configured proxy, whatever it says of others itself",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const through = (client: string, claimed: number) =>
          Effect.map(
            ask({
              path: "/livez",
              headers: { host: "dgas.example.org", "x-forwarded-for": `10.9.8.${claimed}, ${client}` }
            }),
            ({ status }) => status
          )
        let counted = 0
        for (let request = 0; request < 200; request++) if ((yield* through("203.0.113.9", request)) === 200) counted++
        expect(counted).toBe(60)
        expect(yield* through("203.0.113.10", 1)).toBe(200)
      })
  )

  local.live(
    "are 600 with a key, those of the key where it has its own, and 3000 of a page",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const limitOf = (headers: Readonly<Record<string, string>>) =>
          Effect.map(ask({ headers }), (answer) => answer.headers.get("ratelimit-limit"))
        expect(yield* limitOf(bearer((yield* aKey({ perMinute: null })).key))).toBe("600")
        expect(yield* limitOf({ cookie: (yield* aPage()).cookie })).toBe("3000")
        expect(yield* limitOf(bearer((yield* aKey({ perMinute: 0 })).key))).toBeNull()
        const own = bearer((yield* aKey({ perMinute: 2 })).key)
        expect(yield* limitOf(own)).toBe("2")
        // Counted by key, wherever it is used from.
        expect((yield* ask({ headers: own, peer: "10.0.0.1" })).status).toBe(200)
        expect((yield* ask({ headers: own, peer: "10.0.0.2" })).status).toBe(429)
      })
  )

  local.live(
    "of wrong keys are an address's own, and keep nobody there from using a key that is right",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const key = bearer((yield* aKey()).key)
        const { cookie } = yield* aPage()
        const tried = yield* Effect.forEach(guesses, (headers) => ask({ headers }), { concurrency: "unbounded" })
        expect(tried.filter(({ status }) => status === 401)).toHaveLength(60)
        expect(tried.filter(({ status }) => status === 429)).toHaveLength(440)
        expect((yield* ask({ headers: key })).status).toBe(200)
        expect((yield* ask({ headers: { cookie } })).status).toBe(200)
        expect((yield* ask({})).status).toBe(200)
      })
  )
})

describe("a key", () => {
  const virtual = effectTest(
    Layer.unwrap(
      Effect.map(Effect.orDie(decodeConfig("c", configInput)), ({ api }) => Access.layer({ api, host: "127.0.0.1" }))
    ).pipe(Layer.provideMerge(TestDatabase.layer))
  )

  virtual.effect(
    "that is revoked elsewhere is refused after two seconds, and one that is revoked here at once",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const store = yield* ApiKeyStore
        const { key, stored } = yield* aKey()
        const status = Effect.map(ask({ headers: bearer(key) }), ({ status }) => status)
        expect(yield* status).toBe(200)
        yield* store.revoke(stored.prefix)
        yield* TestClock.adjust("2 seconds")
        expect(yield* status).toBe(200)
        yield* TestClock.adjust("1 millis")
        expect(yield* status).toBe(401)

        yield* TestClock.adjust("1 second")
        const other = yield* aKey()
        const ofOther = Effect.map(ask({ headers: bearer(other.key) }), ({ status }) => status)
        expect(yield* ofOther).toBe(200)
        yield* store.revoke(other.stored.prefix)
        yield* (yield* Keys).forget
        yield* TestClock.adjust("1 second")
        expect(yield* ofOther).toBe(401)
      })
  )

  virtual.effect(
    "that was just made is taken at once, but where too many were tried, with the next reading",
    () =>
      Effect.gen(function*() {
        const ask = yield* asking
        const statusOf = (headers: Readonly<Record<string, string>>, peer: string) =>
          Effect.map(ask({ headers, peer }), ({ status }) => status)
        yield* Effect.forEach(guesses, (headers) => statusOf(headers, "10.0.0.1"))
        yield* TestClock.adjust("1 second")
        const made = bearer((yield* aKey()).key)
        expect(yield* statusOf(made, "10.0.0.1")).toBe(429)
        yield* TestClock.adjust("1001 millis")
        expect(yield* statusOf(made, "10.0.0.1")).toBe(200)
        const other = bearer((yield* aKey()).key)
        yield* TestClock.adjust("250 millis")
        expect(yield* statusOf(other, "10.0.0.2")).toBe(200)
      })
  )

  virtual.effect("has its last use written beside the requests", () =>
    Effect.gen(function*() {
      const ask = yield* asking
      const store = yield* ApiKeyStore
      const { key } = yield* aKey()
      const lastUse = Effect.map(store.list, ([only]) => only!.lastUsedAt)
      yield* ask({ headers: bearer(key) })
      expect(yield* lastUse).toBeNull()
      yield* TestClock.adjust("15 seconds")
      while ((yield* lastUse) === null) yield* Effect.yieldNow
      expect(yield* lastUse).toBeGreaterThan(0)
    }))
})

describe("the last uses", () => {
  const written: Array<ReadonlyArray<string>> = []
  const failing = effectTest(
    Keys.layer.pipe(
      Layer.provide(Layer.succeed(
        ApiKeyStore,
        new Proxy({} as ApiKeyStore["Service"], {
          get: () => (prefixes: ReadonlyArray<string>) =>
            written.push(prefixes) === 1 ? Effect.die(new Error("no such column")) : Effect.void
        })
      ))
    )
  )

  failing.effect("go on being written after a defect in writing them", () =>
    Effect.gen(function*() {
      const { used } = yield* Keys
      yield* used("a")
      yield* TestClock.adjust("15 seconds")
      yield* used("b")
      yield* TestClock.adjust("15 seconds")
      expect(written).toEqual([["a"], ["b"]])
    }))
})

describe("keys that nobody has", () => {
  let readings = 0
  const counted = effectTest(
    Layer.unwrap(
      Effect.map(Effect.orDie(decodeConfig("c", configInput)), ({ api }) => Access.layer({ api, host: "127.0.0.1" }))
    ).pipe(
      Layer.provide(Layer.succeed(
        ApiKeyStore,
        new Proxy({} as ApiKeyStore["Service"], { get: () => Effect.sync(() => (readings++, [])) })
      ))
    )
  )

  /** How many readings a guess after the other costs, `everyMs` apart, from one address or each from its own. */
  const cost = Effect.fnUntraced(function*(everyMs: number, peerOf: (guess: number) => string) {
    readings = 0
    const ask = yield* asking
    for (const [guess, headers] of guesses.entries()) {
      const answer = yield* Effect.forkChild(ask({ headers, peer: peerOf(guess) }))
      while (answer.pollUnsafe() === undefined) {
        yield* TestClock.adjust(10)
        yield* Effect.promise(() => Bun.sleep(0))
      }
      yield* TestClock.adjust(everyMs)
    }
    return readings
  })

  counted.effect("cost the database a reading of all keys, and not one each", () =>
    Effect.gen(function*() {
      const ask = yield* asking
      readings = 0
      const tries = yield* Effect.forkChild(
        Effect.forEach(guesses, (headers) => ask({ headers }), { concurrency: "unbounded" })
      )
      while (tries.pollUnsafe() === undefined) {
        yield* TestClock.adjust("1 second")
        yield* Effect.promise(() => Bun.sleep(0))
      }
      expect((yield* Fiber.join(tries)).filter(({ status }) => status === 200)).toEqual([])
      expect(readings).toBeWithin(1, 5)
    }))

  counted.effect(
    "cost it none beyond the one in two seconds where an address has tried too many",
    () =>
      Effect.gen(function*() {
        // 60 that are looked for, and then 40 s of those that are not: the minute is not over.
        expect(yield* cost(0, () => "10.0.0.1")).toBeWithin(1, 62)
        expect(yield* cost(80, () => "10.0.0.1")).toBeWithin(1, 22)
      })
  )

  counted.effect("cost it four readings a second, from however many addresses", () =>
    Effect.gen(function*() {
      const begun = yield* Clock.currentTimeMillis
      const found = yield* cost(0, (guess) => `10.0.${guess >> 8}.${guess & 255}`)
      const seconds = ((yield* Clock.currentTimeMillis) - begun) / 1000
      expect(found).toBeLessThanOrEqual(4 * seconds + 2)
    }))
})

describe("a database that is away", () => {
  const away = new StoreUnavailable({ target: "test", reason: "away" })
  const without = effectTest(
    Layer.unwrap(
      Effect.map(Effect.orDie(decodeConfig("c", configInput)), ({ api }) => Access.layer({ api, host: "127.0.0.1" }))
    ).pipe(
      Layer.provide(Layer.succeed(
        ApiKeyStore,
        new Proxy({} as ApiKeyStore["Service"], { get: () => Effect.fail(away) })
      ))
    )
  )

  without.live("keeps nobody from what is open to all, and lets in nobody by a key", () =>
    Effect.gen(function*() {
      const ask = yield* asking
      const headers = { authorization: `Bearer dgas_bcdfghjk_${"A".repeat(43)}` }
      expect((yield* ask({ path: "/livez", headers })).status).toBe(200)
      const answer = yield* ask({ headers })
      expect(answer.status).toBe(503)
      expect(answer.headers.get("retry-after")).toBe("1")
    }))
})
