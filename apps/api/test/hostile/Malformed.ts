/**
 * Requests that are HTTP, and wrong in some way: paths, queries, headers, methods, bodies.
 *
 * Most come with a key that may do all, so that they get as far as they can.
 */
import type { Route } from "@dgas/contract/Route"
import type { Random } from "./Random.ts"

/** A request as its bytes; `head` is true where its answer has no body. */
export interface Malformed {
  readonly kind: string
  readonly what: string
  readonly bytes: Uint8Array
  readonly head: boolean
}

interface Draft {
  method: string
  target: string
  host: string | null
  headers: Array<readonly [name: string, value: string]>
  body: Uint8Array | null
}

const nasty = [
  "%00",
  "%ff%fe",
  "%zz",
  "%",
  "%c0%ae%c0%ae",
  "..%2f..%2fetc%2fpasswd",
  "%ed%a0%80",
  "%F0%9F%92%A9",
  "a".repeat(3000),
  "'%20or%201=1--",
  "%24%7B7*7%7D",
  "__proto__",
  "constructor",
  "-1",
  "1e309",
  "NaN",
  "9".repeat(400),
  "null",
  "[]",
  "%2e%2e",
  ";",
  "%0d%0aset-cookie:%20x=y"
]

const instants = [
  "yesterday",
  "2024-13-45",
  "2024-02-30T25:61:61Z",
  "-271821-04-20",
  "+275760-09-13T00:00:00.001Z",
  "2024-01-01T00:00:00+99:99",
  "2024-01-01T00:00:00",
  "0000-00-00",
  "9999-12-31T23:59:59.999Z",
  "1e9"
]

const cursors = (random: Random): string =>
  random.pick([
    () => Buffer.from(random.bytes(random.below(80))).toString("base64url"),
    () =>
      Buffer.from(JSON.stringify([random.pick([1e300, -1, "x", null, {}]), random.pick(["", "\0", 7, []])])).toString(
        "base64url"
      ),
    () => Buffer.from("[".repeat(2000)).toString("base64url"),
    () => Buffer.from("[1704726000000,\"\\u0000\"]").toString("base64url"),
    () => Buffer.from("[1704726000000,\"x\",3]").toString("base64url"),
    () => "!!!!",
    () => "A".repeat(5000)
  ])()

/** Some value of JSON, not too deep. */
const json = (random: Random, depth = 0): unknown => {
  const kind = random.below(depth > 3 ? 6 : 8)
  return kind === 0
    ? null
    : kind === 1
    ? random.pick([0, -1, 1e308, 1.5, -0, 2 ** 53, 2 ** 31])
    : kind === 2
    ? random.pick(["", "\0", "\ud800", "x".repeat(500), "2024-01-01", "read", "=1+1", "<script>"])
    : kind === 3
    ? true
    : kind < 6
    ? random.pick(["name", "UNFILLED", "TARGET", "2026-01-01T00:00:00Z"])
    : kind === 6
    ? Array.from({ length: random.below(5) }, () => json(random, depth + 1))
    : Object.fromEntries(
      Array.from({ length: random.below(6) }, () => [
        random.pick([
          "name",
          "scopes",
          "expiresAt",
          "note",
          "exitReason",
          "fillPrice",
          "schedule",
          "__proto__",
          "",
          "\0",
          "link",
          "reason"
        ]),
        json(random, depth + 1)
      ])
    )
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const bodies = (random: Random): Uint8Array =>
  random.pick([
    () => text(JSON.stringify(json(random))),
    () => text(JSON.stringify(json(random)).slice(0, -1)),
    () => text("{".repeat(1 + random.below(30_000))),
    () => text(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
    () => text(`{"a":`.repeat(5000)),
    () => random.bytes(random.below(500)),
    () => text(""),
    () => text(`{"name":"\\u0000","scopes":["read"],"expiresAt":null}`),
    () => text(`{"name":"\\ud800","scopes":["root"],"expiresAt":null}`),
    () => text(`{"name":"x","name":"y","scopes":[],"expiresAt":1e999}`),
    () => text(`\ufeff{}`),
    () => text("x".repeat(65_000 + random.below(2000)))
  ])()

type Damage = (draft: Draft, random: Random, route: Route) => void

/** Puts `value` into a random place of the query. */
const query = (draft: Draft, name: string, value: string) => {
  draft.target += `${draft.target.includes("?") ? "&" : "?"}${name}=${value}`
}

const json415 = (draft: Draft) => draft.headers.push(["content-type", "application/json"])

const damages: Readonly<Record<string, Damage>> = {
  path: (draft, random) => {
    draft.target = draft.target.replace(/x(?=$|\/)/, () => random.pick(nasty))
    if (random.below(2) === 0) draft.target += random.pick(["/", "//", "/..", `/${random.pick(nasty)}`, "?", "#x"])
  },
  "long path": (draft, random) => {
    draft.target += `/${"a/".repeat(random.below(4000))}`
  },
  query: (draft, random) => {
    const names = [
      "limit",
      "cursor",
      "since",
      "until",
      "symbol",
      "schedule",
      "origin",
      "minConfidence",
      "state",
      "at",
      "timeframe",
      "x",
      "%00",
      ""
    ]
    for (let part = random.below(6); part >= 0; part--) {
      query(draft, random.pick(names), random.pick([random.pick(nasty), random.pick(instants), "", "1", "LIVE"]))
    }
  },
  cursor: (draft, random) => query(draft, "cursor", cursors(random)),
  instant: (draft, random) => {
    query(draft, "since", random.pick(instants).replaceAll("+", "%2b"))
    query(draft, "until", random.pick(instants).replaceAll("+", "%2b"))
  },
  "many parameters": (draft, random) => {
    for (let part = random.below(400); part > 0; part--) query(draft, `p${part}`, "1")
  },
  method: (draft, random) => {
    draft.method = random.pick(["TRACE", "OPTIONS", "PATCH", "HEAD", "DELETE", "PUT", "PROPFIND", "SEARCH", "LINK"])
  },
  body: (draft, random) => {
    json415(draft)
    draft.body = bodies(random)
  },
  "body of a read": (draft, random) => {
    draft.method = "GET"
    draft.body = bodies(random)
  },
  "content type": (draft, random) => {
    draft.headers.push([
      "content-type",
      random.pick(["text/xml", "application/json; charset=utf-16", "multipart/form-data", "", "a/b;".repeat(500)])
    ])
    draft.body = bodies(random)
  },
  "content encoding": (draft, random) => {
    json415(draft)
    draft.headers.push(["content-encoding", random.pick(["gzip", "br", "x"])])
    draft.body = random.bytes(200)
  },
  "huge header": (draft, random) =>
    draft.headers.push([
      random.pick(["x-a", "cookie", "authorization", "if-none-match"]),
      "y".repeat(random.below(20_000))
    ]),
  "many headers": (draft, random) => {
    for (let header = random.below(150); header > 0; header--) draft.headers.push([`x-${header}`, "1"])
  },
  host: (draft, random) => {
    draft.host = random.pick([
      null,
      "",
      "evil.example",
      "[::",
      "localhost:99999999",
      "127.0.0.1:x",
      "a".repeat(3000),
      "localhost, evil.example"
    ])
  },
  origin: (draft, random) =>
    draft.headers.push([
      "origin",
      random.pick(["null", "http://evil.example", "http://[::", "x", "http://localhost:1:1", "file:///"])
    ]),
  credentials: (draft, random) => {
    draft.headers = [
      [
        "authorization",
        random.pick([
          "Bearer",
          "Bearer ",
          "Basic eDp5",
          `Bearer dgas_bcdfghjk_${"A".repeat(43)}`,
          "Bearer \u00ff",
          `Bearer ${"x".repeat(5000)}`
        ])
      ],
      [
        "cookie",
        random.pick([`dgas_session=${"B".repeat(43)}`, "dgas_session=", "=;=;=", ";".repeat(3000), "dgas_session=%00"])
      ]
    ]
  },
  forwarded: (draft, random) =>
    draft.headers.push(["x-forwarded-for", random.pick(["1.2.3.4", "::1, x", ",".repeat(5000), "[::1]:1", "\u00ff"])]),
  conditions: (draft, random) => {
    draft.headers.push(["last-event-id", random.pick(nasty)], ["range", "bytes=9-1"], ["if-none-match", "*"], [
      "accept",
      random.pick(nasty)
    ])
    draft.headers.push(["expect", random.pick(["100-continue", "x"])])
  }
}

const kinds = Object.keys(damages)

const bytesOf = ({ body, headers, host, method, target }: Draft): Uint8Array => {
  const length = body === null ? [] : [["content-length", String(body.length)] as const]
  const lines = [...host === null ? [] : [["host", host] as const], ...headers, ...length]
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
  return Buffer.concat([Buffer.from(head, "latin1"), body ?? new Uint8Array()])
}

export const malformed = (random: Random, routes: ReadonlyArray<Route>, key: string): Malformed => {
  const route = random.pick(routes)
  const writes = route.method === "post" || route.method === "put"
  const draft: Draft = {
    method: route.method.toUpperCase(),
    target: route.path.replaceAll(/:\w+/g, "x"),
    host: "127.0.0.1",
    headers: [["authorization", `Bearer ${key}`]],
    body: writes ? text("{}") : null
  }
  const chosen = [random.pick(kinds), ...random.below(3) === 0 ? [random.pick(kinds)] : []]
  if (writes && random.below(2) === 0) chosen.push("body")
  for (const kind of chosen) damages[kind]!(draft, random, route)
  return {
    kind: chosen.join(" + "),
    what: `${draft.method} ${draft.target.slice(0, 200)}`,
    bytes: bytesOf(draft),
    head: draft.method === "HEAD"
  }
}
