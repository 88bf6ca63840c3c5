/** What every answer has, whatever was asked: on a real socket, with the real handlers. */
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { aKey, bearer } from "./accessWorld.ts"
import { get, it, listening } from "./apiWorld.ts"
import { rawly } from "./rawly.ts"

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const expectSecured = (headers: Headers) => {
  expect(headers.get("content-security-policy")).toBe(policy)
  expect(headers.get("x-content-type-options")).toBe("nosniff")
  expect(headers.get("referrer-policy")).toBe("no-referrer")
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin")
  expect(headers.get("cross-origin-resource-policy")).toBe("same-origin")
  expect(headers.get("permissions-policy")).toContain("camera=()")
  expect(headers.get("cache-control")).toBe("no-store")
  expect(headers.get("strict-transport-security")).toBeNull()
  expect(headers.get("access-control-allow-origin")).toBeNull()
  expect(headers.get("server")).toBeNull()
  expect(headers.get("x-powered-by")).toBeNull()
}

describe("every answer", () => {
  it.live("has the headers that keep a browser to the API's own, also where something is wrong", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const { authorization } = bearer((yield* aKey({ scopes: ["admin"] })).key)
      const json = { authorization, "content-type": "application/json" }
      const cases: ReadonlyArray<readonly [status: number, path: string, init: RequestInit]> = [
        [200, "/livez", {}],
        [200, "/livez", { method: "HEAD" }],
        [200, "/openapi.json", {}],
        [200, "/sign-in", {}],
        [200, "/sign-in.js", {}],
        [400, "/v1/signals?limit=0", {}],
        [401, "/v1/keys", {}],
        [401, "/v1/me", { headers: { authorization: "Bearer x" } }],
        [403, "/v1/me", { headers: { origin: "http://evil.example" } }],
        [404, "/nothing", {}],
        [404, "/v1/keys/dgas_none", { method: "DELETE", headers: json }],
        [405, "/v1/keys", { method: "PATCH" }],
        [413, "/v1/keys", { method: "POST", headers: json, body: "x".repeat(65_537) }]
      ]
      for (const [status, path, init] of cases) {
        const answer = yield* get(`${url}${path}`, init)
        expect([path, answer.status]).toEqual([path, status])
        expectSecured(answer.headers)
        if (status < 400) continue
        expect(answer.headers.get("content-type")).toBe("application/problem+json")
        expect(answer.json).toMatchObject({ type: "about:blank", status })
        expect(answer.json.requestId).toMatch(/^[0-9a-f-]{36}$/)
      }
    }))

  it.live("to a method that a path does not have tells those that it has", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const allow = (path: string, method: string) =>
        Effect.map(get(`${url}${path}`, { method }), ({ headers, status }) => [status, headers.get("allow")])
      expect(yield* allow("/v1/keys", "PUT")).toEqual([405, "GET, HEAD, POST"])
      expect(yield* allow("/v1/signals/x/outcome", "GET")).toEqual([405, "PUT, DELETE"])
      expect(yield* allow("/livez", "OPTIONS")).toEqual([405, "GET, HEAD"])
      expect(yield* allow("/nothing", "PUT")).toEqual([404, null])
    }))

  it.live("to a text with a NUL says so, as the database could not hold it", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const headers = { ...bearer((yield* aKey({ scopes: ["admin"] })).key), "content-type": "application/json" }
      const body = JSON.stringify({ name: "a\0b", scopes: ["read"], expiresAt: null })
      for (
        const answer of [
          yield* get(`${url}/v1/keys/a%00b`, { method: "DELETE", headers }),
          yield* get(`${url}/v1/signals?symbol=a%00b`),
          yield* get(`${url}/v1/signals?cursor=${Buffer.from("[1704726000000,\"\\u0000\"]").toString("base64url")}`),
          yield* get(`${url}/v1/keys`, { method: "POST", headers, body })
        ]
      ) {
        expect(answer.status).toBe(400)
        expect(answer.json.mistakes[0].expected).toBe("texts without NUL")
      }
    }))

  it.live("to a body that is no JSON, not UTF-8 or deeper than anybody needs is 400", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const headers = { ...bearer((yield* aKey({ scopes: ["admin"] })).key), "content-type": "application/json" }
      for (
        const body of ["", "{", "[".repeat(60_000), `${"[".repeat(30_000)}${"]".repeat(30_000)}`, "\xff", "null", "3"]
      ) {
        const sent = body === "\xff" ? new Uint8Array([0x22, 0xff, 0xfe, 0x22]) : body
        expect((yield* get(`${url}/v1/keys`, { method: "POST", headers, body: sent })).status).toBe(400)
      }
      const form = { ...headers, "content-type": "application/x-www-form-urlencoded" }
      expect((yield* get(`${url}/v1/keys`, { method: "POST", headers: form, body: "name=x" })).status).toBe(400)
      expect(yield* (yield* ApiKeyStore).list).toHaveLength(1)
    }))

  it.live("closes on a body that goes on and on, and is itself whole", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const { authorization } = bearer((yield* aKey({ scopes: ["admin"] })).key)
      const head =
        `POST /v1/keys HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n`
      const told = yield* rawly(url, [`${head}content-length: 99999999999\r\n\r\n`, "x".repeat(70_000)])
      expect(told).toStartWith("HTTP/1.1 413 ")
      expect(told.toLowerCase()).toContain("connection: close")
      const chunk = `8000\r\n${"x".repeat(0x8000)}\r\n`
      const chunked = yield* rawly(url, [`${head}transfer-encoding: chunked\r\n\r\n`, chunk, chunk, chunk])
      expect(chunked).toStartWith("HTTP/1.1 413 ")
    }))

  it.live("to what is hardly HTTP is no 500", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const statusOf = (text: string) => Effect.map(rawly(url, [text]), (told) => Number(told.slice(9, 12)))
      expect(yield* statusOf("GET /livez HTTP/1.0\r\n\r\n")).toBe(403)
      expect(
        yield* statusOf("GET /livez HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n")
      ).toBe(403)
      expect(
        yield* statusOf("GET http://evil.example/livez HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")
      ).toBe(403)
      expect(yield* statusOf("TRACE /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).toBe(405)
      expect(yield* statusOf("GET /%ff%00%zz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).toBe(404)
      expect(yield* statusOf("garbage\r\n\r\n")).toBe(400)
    }))
})
