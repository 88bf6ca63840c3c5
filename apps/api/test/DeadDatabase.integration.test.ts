/** What is answered while the database is away. */
import { DbClock } from "@dgas/db/DbClock"
import { Sql } from "@dgas/db/Sql"
import * as Stores from "@dgas/db/Stores"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Access } from "../src/Access.ts"
import { Evidence } from "../src/Evidence.ts"
import { LiveFeed } from "../src/LiveFeed.ts"
import { get, listening, testConfig } from "./apiWorld.ts"

/** Nothing listens at port 1. */
const away = Sql.layer({ url: Redacted.make("postgres://user:pl4nted@127.0.0.1:1/db"), pool: "api" })
const stores = Layer.fresh(
  Stores.layer.pipe(Layer.provideMerge(DbClock.layer), Layer.provideMerge(away))
)
const access = Layer.unwrap(Effect.map(testConfig, ({ api }) => Access.layer({ api, host: "127.0.0.1" })))
/** Who asks is known still; what is asked for is not. */
const it = effectTest(
  Layer.merge(
    Layer.provide(
      Layer.mergeAll(access, LiveFeed.layer, Evidence.layer(Effect.map(TestDatabase, ({ url }) => url))),
      TestDatabase.layer
    ),
    stores
  )
)

const routes = [
  "runs",
  "runs/r",
  "slots",
  "slots/days?since=2024-01-01&until=2024-01-02",
  "scheduler",
  "scheduler/runs/r",
  "symbols",
  "bars?symbol=SIM-A&timeframe=30m",
  "geometry?symbol=SIM-A&timeframe=30m",
  "levels?symbol=SIM-A",
  "analysis?symbol=SIM-A",
  "health"
]

describe("without its database", () => {
  it.live("each route says that it is not available, and nothing of the database", () =>
    Effect.gen(function*() {
      const url = yield* listening
      for (const route of routes) {
        const { headers, json, status, text } = yield* get(`${url}/v1/${route}`)
        expect([route, status]).toEqual([route, 503])
        expect(headers.get("content-type")).toBe("application/problem+json")
        expect(headers.get("retry-after")).toBe("1")
        expect(json).toMatchObject({ status: 503, detail: "the database cannot be reached" })
        expect(text).not.toMatch(/pl4nted|127\.0\.0\.1/)
      }
    }))

  it.live("what comes of the configuration is there", () =>
    Effect.gen(function*() {
      const url = yield* listening
      for (const route of ["universes", "config"]) {
        expect(yield* get(`${url}/v1/${route}`)).toMatchObject({ status: 200 })
      }
    }))
})
