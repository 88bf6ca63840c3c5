import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import type { Route } from "../src/Route.ts"
import { routes } from "../src/Routes.ts"

const all: ReadonlyArray<Route> = Object.values(routes)

describe("the contract", () => {
  test("has each method of each path once", () => {
    const places = all.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ":")}`)
    expect(places.toSorted()).toEqual([...new Set(places)].toSorted())
  })

  test("decodes the parameters that a path has, and no others", () => {
    for (const { params, path } of all) {
      const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
      const decoded = params === undefined ? [] : Object.keys(
        Schema.decodeUnknownSync(params)(Object.fromEntries(named.map((name) => [name, "x"])))
      )
      expect([path, decoded]).toEqual([path, named])
    }
  })

  test("changes nothing without a key, but for signing in", () => {
    const open = all.filter(({ method, policy }) => method !== "get" && (policy === "public" || policy === "read"))
    expect(open.map(({ path }) => path).toSorted()).toEqual(["/v1/sign-in", "/v1/sign-out"])
  })
})
