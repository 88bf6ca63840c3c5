/** The routes of the contract with handlers that only say that they were reached, and requests of all kinds of callers. */
import { type RouteName, routes } from "@dgas/contract/Routes"
import type { NewKey } from "@dgas/db/ApiKey"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { type Config, decodeConfig } from "@dgas/domain/Config"
import { effectTest } from "@dgas/testkit/effectTest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Access } from "../src/Access.ts"
import { makeApp } from "../src/App.ts"
import { type AnyHandlers, Reply } from "../src/Handler.ts"
import { configInput } from "./apiWorld.ts"

export type ApiInput = NonNullable<Parameters<typeof import("@dgas/domain/Config").defineConfig>[0]["api"]>

/** Tests of an API that listens at `host` with the `api` of a configuration. */
export const accessTest = (host: string, api: ApiInput = {}) =>
  effectTest(
    Layer.unwrap(Effect.map(configOf(api), ({ api }) => Access.layer({ api, host }))).pipe(
      Layer.provideMerge(TestDatabase.layer)
    )
  )

const configOf = (api: ApiInput): Effect.Effect<Config> =>
  Effect.orDie(decodeConfig("dgas.config.ts", { ...configInput, api }))

export const reached = Object.fromEntries(
  Object.keys(routes).map((name) => [name, () => Effect.sync(() => new Reply(new Response("reached")))])
) as unknown as AnyHandlers<never>

export const stubApp = Effect.map(Effect.context<Access>(), (context) => makeApp<never>(reached, context))

export interface Ask {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly peer?: string
}

/** Asks the application as a client on this machine, unless told. */
export const asking = Effect.map(
  stubApp,
  (app) => ({ headers = {}, method = "GET", path = "/v1/me", peer = "127.0.0.1" }: Ask) =>
    Effect.promise(async () => {
      const request = new Request(`http://127.0.0.1:8787${path}`, {
        method,
        headers: { host: "127.0.0.1:8787", ...headers },
        ...method === "POST" || method === "PUT" ? { body: "{}" } : {}
      })
      return app.fetch(request, { peer })
    })
)

/** A request of a route; what its parameters are is no matter. */
export const askOf = (name: RouteName): Ask => ({
  method: routes[name].method.toUpperCase(),
  path: routes[name].path.replaceAll(/:\w+/g, "x")
})

export const bearer = (key: Redacted.Redacted<string>) => ({ authorization: `Bearer ${Redacted.value(key)}` })

/** A key without a limit, unless told. */
export const aKey = (change: Partial<NewKey> = {}) =>
  Effect.flatMap(
    ApiKeyStore,
    (keys) => keys.create({ name: "test", scopes: ["read"], perMinute: 0, expiresAt: null, ...change })
  )

/** The cookie of a page that was signed in. */
export const aPage = Effect.fnUntraced(function*(scopes: NewKey["scopes"] = ["read", "write"]) {
  const keys = yield* ApiKeyStore
  const { link } = yield* keys.makeLink({ name: "page", scopes })
  const opened = (yield* keys.openLink(Redacted.value(link)))!
  return { cookie: `dgas_session=${Redacted.value(opened.secret)}`, prefix: opened.stored.prefix }
})

/** Lets a key expire, as its time would. */
export const expire = (prefix: string) =>
  Effect.flatMap(
    Sql,
    ({ run }) =>
      run("expire", (sql) => sql`update api_keys set expires_at = clock_timestamp() where prefix = ${prefix}`)
  )
