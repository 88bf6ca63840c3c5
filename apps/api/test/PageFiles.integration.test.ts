import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { get, it, listening } from "./apiWorld.ts"

describe("the page's files", () => {
  it.live("are kept for ever by their names, and the page is asked about each time", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const page = yield* get(`${url}/`)
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8")
      expect(page.headers.get("cache-control")).toBe("no-cache")
      const policy = page.headers.get("content-security-policy")
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).not.toContain("unsafe")
      for (const [, name] of page.text.matchAll(/"(\/assets\/[^"]+)"/g)) {
        const file = yield* get(`${url}${name}`)
        expect(file.status).toBe(200)
        expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
        expect(file.headers.get("vary")).toBe("accept-encoding")
      }
    }))

  it.live("are sent once to whoever has them, compressed to whoever takes that", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const plain = yield* get(`${url}/`, { headers: { "accept-encoding": "identity" } })
      expect(plain.headers.get("content-encoding")).toBeNull()
      const small = yield* get(`${url}/`, { headers: { "accept-encoding": "gzip" } })
      expect(small.headers.get("content-encoding")).toBe("gzip")
      expect(small.text).toBe(plain.text)
      const known = yield* get(`${url}/`, { headers: { "if-none-match": plain.headers.get("etag") ?? "" } })
      expect(known.status).toBe(304)
      expect(known.text).toBe("")
    }))

  it.live("are those that were built and nothing else of the disk", () =>
    Effect.gen(function*() {
      const url = yield* listening
      for (const name of ["main.js", "..%2F..%2Fpackage.json", "%2e%2e%2fAssets.ts", "page.html"]) {
        expect((yield* get(`${url}/assets/${name}`)).status).toBe(404)
      }
    }))
})
