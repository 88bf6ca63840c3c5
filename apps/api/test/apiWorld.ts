/** An API on a real socket over a database of the test's own. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { type Config, decodeConfig } from "@dgas/domain/Config"
import { effectTest } from "@dgas/testkit/effectTest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Access } from "../src/Access.ts"
import { Evidence } from "../src/Evidence.ts"
import type { Keys } from "../src/Keys.ts"
import { LiveFeed } from "../src/LiveFeed.ts"
import { listen } from "../src/Process.ts"

export const configInput = {
  timeZone: "America/New_York",
  sources: { sim: { kind: "sim", seed: 1 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }, { symbol: "SIM-B" }] } },
  schedules: [{ name: "desk", universe: "sim", trading: "30m", higher: "4h" }]
}

export const testConfig: Effect.Effect<Config> = Effect.orDie(decodeConfig("dgas.config.ts", configInput))

type TestServices = Layer.Success<typeof TestDatabase.layer>

/** Everything that the API needs, over the test's database. */
export const itWith = <E>(
  access: Layer.Layer<Access | Keys, E, TestServices>,
  at = Effect.map(TestDatabase, ({ url }) => url)
) =>
  effectTest(
    Layer.mergeAll(access, LiveFeed.layer, Evidence.layer(at)).pipe(
      Layer.provideMerge(TestDatabase.layer)
    )
  )

export const it = itWith(
  Layer.unwrap(Effect.map(testConfig, ({ api }) => Access.layer({ api, host: "127.0.0.1" })))
)

/** Where it listens by that configuration, until the test ends. */
export const listeningBy = (input: unknown) =>
  Effect.gen(function*() {
    const config = yield* Effect.orDie(decodeConfig("dgas.config.ts", input))
    return yield* listen({ config, file: "dgas.config.ts", root: "." }, "127.0.0.1", 0)
  })
export const listening = listeningBy(configInput)

/** The same with more in its configuration, in an environment of these variables alone. */
export const listeningWith = (more: object, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function*() {
    const config = yield* Effect.orDie(decodeConfig("dgas.config.ts", { ...configInput, ...more }))
    return yield* listen({ config, file: "dgas.config.ts", root: "." }, "127.0.0.1", 0)
  }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env))))

export const get = (url: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    const text = await response.text()
    const json = text !== "" && /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : null
    return { status: response.status, headers: response.headers, text, json }
  })
