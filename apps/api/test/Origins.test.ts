import { describe, expect, test } from "bun:test"
import { makeOrigins } from "../src/Origins.ts"

const request = (headers: Readonly<Record<string, string>>, method = "GET") =>
  new Request("http://127.0.0.1:8787/v1/signals", { method, headers })

const local = makeOrigins({ bound: "127.0.0.1", hosts: [] })
const open = makeOrigins({ bound: "0.0.0.0", hosts: ["dgas.example.org", "dgas.example.org:8443"] })

describe("Host", () => {
  test("of this machine is answered, with whatever port leads here", () => {
    for (const host of ["127.0.0.1:8787", "localhost:9000", "[::1]:8787", "localhost", "LOCALHOST:1"]) {
      expect(local.objection(request({ host }))).toBeNull()
    }
  })

  test("of somebody else is not, whatever address it leads to", () => {
    for (
      const host of [
        "evil.example",
        "evil.example:8787",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "localhost:8787, evil.example",
        "10.0.0.1",
        "[::ffff:10.0.0.1]",
        "",
        " ",
        "localhost:port",
        "localhost:123456"
      ]
    ) expect(local.objection(request({ host }))).toContain("the Host is not a name of this API")
  })

  test("of the configuration, or any address, is answered where other machines may ask", () => {
    for (const host of ["dgas.example.org", "dgas.example.org:8443", "10.0.0.7:8787", "[2001:db8::1]:8787"]) {
      expect(open.objection(request({ host }))).toBeNull()
    }
    expect(open.objection(request({ host: "evil.example" }))).not.toBeNull()
    expect(open.isLocalName(request({ host: "dgas.example.org" }))).toBe(false)
  })
})

describe("Origin", () => {
  const host = "localhost:8787"

  test("of the API itself is answered, and known for its own page", () => {
    for (
      const [own, headers] of [
        [local, { host, origin: "http://localhost:8787" }],
        [local, { host: "localhost", origin: "http://localhost" }],
        [open, { host: "dgas.example.org", origin: "https://dgas.example.org" }],
        [open, { host: "10.0.0.7:8787", origin: "https://dgas.example.org:8443" }]
      ] as const
    ) {
      expect(own.objection(request(headers, "POST"))).toBeNull()
      expect(own.isOwnPage(request(headers, "POST"))).toBe(true)
    }
    expect(local.isOwnPage(request({ host, "sec-fetch-site": "same-origin" }))).toBe(true)
    expect(local.isOwnPage(request({ host }))).toBe(false)
    expect(local.isOwnPage(request({ host, "sec-fetch-site": "none" }))).toBe(false)
  })

  test("of another site, another port or none that can be named is not", () => {
    for (
      const origin of [
        "http://evil.example",
        "http://localhost:3000",
        "http://127.0.0.1:8787",
        "null",
        "file://",
        "http://localhost:8787.evil.example",
        ""
      ]
    ) {
      expect(local.objection(request({ host, origin }, "POST"))).not.toBeNull()
      expect(local.isOwnPage(request({ host, origin }, "POST"))).toBe(false)
    }
    // A service at another port of the same name is not ours, nor is that name without TLS on this port.
    expect(open.objection(request({ host: "10.0.0.7:8787", origin: "https://dgas.example.org:9000" }))).not.toBeNull()
  })

  test("requests that a browser makes for another site are refused; a link that was followed is not", () => {
    const from = (site: string, more = {}) => local.objection(request({ host, "sec-fetch-site": site, ...more }))
    expect(from("same-origin")).toBeNull()
    expect(from("none")).toBeNull()
    for (const site of ["cross-site", "same-site", "?"]) {
      expect(from(site)).not.toBeNull()
      expect(from(site, { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" })).not.toBeNull()
      expect(from(site, { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" })).not.toBeNull()
      expect(from(site, { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" })).toBeNull()
    }
    const posted = { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }
    expect(local.objection(request(posted, "POST"))).not.toBeNull()
  })
})
