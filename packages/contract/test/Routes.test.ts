import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import type { Route } from "../src/Route.ts"
import { routes } from "../src/Routes.ts"
import { Cursor } from "../src/Wire.ts"

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

describe("a cursor", () => {
  const encode = Schema.encodeSync(Cursor)
  const decode = Schema.decodeUnknownSync(Cursor)

  test("is what it was made of, whatever an id holds", () => {
    for (const id of ["a", "desk/SIM-A/2024-01-08T15:00:00Z/LONG@1", "é\u{1f4c8} \"\\", ""]) {
      const text = encode({ at: 1_704_726_000_000, id })
      expect(text).toMatch(/^[\w-]+$/)
      expect(decode(text)).toEqual({ at: 1_704_726_000_000, id })
    }
  })

  test("is refused when it is none", () => {
    for (const text of ["", "x", "!", btoa("[1]"), btoa("{}"), btoa("[\"a\",\"b\"]"), btoa("[1.5,\"b\"]")]) {
      expect(() => decode(text)).toThrow()
    }
  })
})
