/** Every route against the document that the API serves, by a validator that is not ours. */
import type { Route } from "@dgas/contract/Route"
import { type RouteName, routes } from "@dgas/contract/Routes"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { receiverServer } from "@dgas/testkit/ReceiverServer"
import addFormats from "ajv-formats"
import Ajv2020 from "ajv/dist/2020"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { get, itWith, listeningWith } from "./apiWorld.ts"
import { openEvents } from "./events.ts"
import { played, step } from "./played.ts"
import { asAnn, ask, wheres } from "./writer.ts"

const it = itWith(asAnn)

type Params = Readonly<Record<string, string>>
/** What routes that were asked before have answered. */
type Told = Partial<Readonly<Record<RouteName, { readonly json: Json; readonly text: string }>>>

/** What a request has besides its route. Each is answered as it is when all is well. */
interface Example {
  readonly params?: Params | ((told: Told) => Params)
  readonly query?: Params
  readonly body?: Readonly<Record<string, unknown>>
}

/** Something of each kind, by which the examples are named. */
interface Stored {
  readonly run: string
  readonly entry: string
  readonly message: string
  readonly link: string
  readonly at: number
}

const iso = (at: number) => new Date(at).toISOString()

/** One for each route, in the order in which they are asked: a route without one does not compile. */
const examplesOf = ({ at, entry, link, message, run }: Stored): { readonly [Name in RouteName]: Example } => ({
  listSignals: { query: { limit: "5", origin: "ALL", minConfidence: "0.1" } },
  exportSignals: { query: { since: iso(at - 86_400_000), until: iso(at + 86_400_000) } },
  getSignal: { params: { id: entry } },
  acknowledgeSignal: { params: { id: entry } },
  correctOutcome: {
    params: { id: entry },
    body: { exitReason: "UNFILLED", fillPrice: null, exitPrice: null, decidedAt: iso(at + 10 * step), note: "halted" }
  },
  withdrawCorrection: { params: { id: entry } },
  listRuns: { query: { status: "SUCCESS", limit: "3" } },
  getRun: { params: { id: run } },
  listSlots: { query: { state: "done" } },
  slotDays: { query: { since: iso(at - 86_400_000), until: iso(at + 86_400_000) } },
  getScheduler: {},
  runNow: { body: { schedule: "desk" } },
  getRunRequest: { params: ({ runNow }) => ({ id: runNow?.json.id }) },
  listUniverses: {},
  listSymbols: { query: { limit: "1" } },
  listBars: { query: { symbol: "SIM-A", timeframe: "30m" } },
  listGeometry: { query: { symbol: "SIM-A", timeframe: "30m" } },
  getLevels: { query: { symbol: "SIM-A" } },
  getAnalysis: { query: { symbol: "SIM-A", at: iso(at) } },
  getCalibration: {},
  getEdge: { query: { schedule: "desk" } },
  getPerformance: {},
  listMetrics: { query: { limit: "2" } },
  listDeliveries: { query: { state: "dead" } },
  getDelivery: { params: { id: message } },
  replayDelivery: { params: { id: message } },
  listDestinations: {},
  testDestination: { params: { name: "hook" } },
  enableDestination: { params: { name: "hook" } },
  replayDestination: { params: { name: "hook" } },
  addMute: {
    body: { schedule: null, symbol: "SIM-A", destination: null, endsAt: "2200-01-01T00:00:00Z", reason: "a test" }
  },
  listMutes: {},
  liftMute: { params: ({ addMute }) => ({ id: addMute?.json.id }) },
  getCaller: {},
  getHealth: {},
  getConfig: {},
  createKey: { body: { name: "other", scopes: ["read"], expiresAt: null } },
  listKeys: {},
  revokeKey: { params: ({ createKey }) => ({ prefix: createKey?.json.prefix }) },
  stream: {},
  metrics: {},
  livez: {},
  readyz: {},
  openapi: {},
  docs: {},
  docsStyle: {},
  page: {},
  asset: { params: ({ page }) => ({ file: /\/assets\/([^"]+)/.exec(page?.text ?? "")?.[1] ?? "" }) },
  signInPage: {},
  signInScript: {},
  signIn: { body: { link } },
  signOut: {}
})

/** A signal of a market that was played, with a message that did not arrive. */
const stored = Effect.gen(function*() {
  const { run } = yield* Sql
  yield* played
  const signals = yield* (yield* SignalStore).recent({ limit: 100 })
  const entry = signals.find(({ type }) => type === "LONG" || type === "SHORT")!
  yield* run("a destination", (sql) => sql`insert into destinations (name, channel) values ('hook', 'webhook')`)
  yield* run("a message", (sql) =>
    sql`
      insert into outbox (id, channel, destination, kind, signal_ids, payload, state, finished_at)
      values ('m/1', 'webhook', 'hook', 'signals', array[${entry.id}], '{"lines": ["a"]}', 'dead', now())`)
  yield* run(
    "a try",
    (sql) =>
      sql`insert into delivery_attempts (message_id, attempt, status, duration_ms, answer) values ('m/1', 1, 500, 3, 'no')`
  )
  const { link } = yield* (yield* ApiKeyStore).makeLink({ name: "page", scopes: ["read"] })
  return {
    run: entry.runId,
    entry: entry.id,
    message: "m/1",
    link: Redacted.value(link),
    at: entry.signalTimestamp
  }
})

type Json = ReturnType<typeof JSON.parse>

/** Compiles a schema of the document, with the components that it refers to. */
const compiler = (document: Json) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema({ $id: "api", ...document })
  return (...parts: ReadonlyArray<string>) => {
    const pointer = parts.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")
    return ajv.compile({ $ref: `api#/${encodeURI(pointer)}` })
  }
}

/** Of one answer. */
const validators = (document: Json) => {
  const compile = compiler(document)
  return (path: string, method: string, status: number, media: string) =>
    compile("paths", path, method, "responses", String(status), "content", media, "schema")
}

describe("the contract", () => {
  it.live("is kept by the answer of every route, as the document that is served has it", () =>
    Effect.gen(function*() {
      const { url: receiver } = yield* receiverServer()
      const url = yield* listeningWith(
        {
          delivery: { allowLoopback: true },
          destinations: { hook: { kind: "webhook", urlVariable: "HOOK", secretVariable: "SECRET" } }
        },
        { HOOK: `${receiver}/h`, SECRET: `whsec_${btoa("x".repeat(32))}` }
      )
      const examples = examplesOf(yield* stored)
      const { json: document } = yield* get(`${url}/openapi.json`)
      const validatorOf = validators(document)
      const wrong: Array<string> = []
      const told: Record<string, { readonly json: Json; readonly text: string }> = {}
      for (const name of Object.keys(examples) as ReadonlyArray<RouteName>) {
        const { method, path, ...route }: Route = routes[name]
        const status = route.status ?? (route.answer || route.media ? 200 : 204)
        const { body, params: given = {}, query } = examples[name]
        const params = typeof given === "function" ? given(told) : given
        const place = path.replaceAll(/:(\w+)/g, (_, part) => encodeURIComponent(params[part] ?? "?"))
        const search = query === undefined ? "" : `?${new URLSearchParams(query)}`
        const asked = `${url}${place}${search}`
        const written = path.replaceAll(/:(\w+)/g, "{$1}")
        const documented = document.paths[written]?.[method]
        expect([name, documented?.operationId]).toEqual([name, name])
        if (route.media === "text/event-stream") continue
        const found = yield* method === "get"
          ? get(asked)
          : ask(method.toUpperCase() as "POST" | "PUT" | "DELETE", asked, body)
        told[name] = found
        if (found.status !== status) {
          wrong.push(`${name}: ${found.status}, expected ${status}: ${found.text.slice(0, 300)}`)
          continue
        }
        const media = (found.headers.get("content-type") ?? "").split(";")[0]!
        const content = documented.responses[String(status)]?.content
        if (status === 204) {
          if (found.text !== "" || content !== undefined) wrong.push(`${name}: a body of 204`)
          continue
        }
        if (content?.[media] === undefined && content?.["*/*"] === undefined) {
          wrong.push(`${name}: ${media} is not documented`)
          continue
        }
        if (!media.endsWith("json")) continue
        const validate = validatorOf(written, method, status, media)
        if (!validate(found.json)) wrong.push(`${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`)
      }
      expect(wrong).toEqual([])
    }))

  it.live("is kept by what the stream says", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const { json: document } = yield* get(`${url}/openapi.json`)
      const validate = compiler(document)("components", "schemas", "StreamEvent")
      const events = yield* openEvents(`${url}/v1/stream`)
      yield* events.next
      yield* storeRun()
      const event = JSON.parse((yield* events.next)?.data ?? "null")
      expect([event.kind, validate(event)]).toEqual(["run", true])
    }))

  it.live("is kept where what is asked for is known to nobody", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const { json: document } = yield* get(`${url}/openapi.json`)
      const validatorOf = validators(document)
      const examples = examplesOf({ at: Date.UTC(2026, 0, 5), entry: "", link: "nothing", message: "", run: "" })
      const given = { symbol: "NOPE", schedule: "nope", universe: "nope", timeframe: "30m", since: "2026-01-01" }
      const wrong: Array<string> = []
      for (
        const [name, { media, method, path, query }] of Object.entries(routes) as ReadonlyArray<[RouteName, Route]>
      ) {
        if (media === "text/event-stream") continue
        const fields = Object.keys((query as unknown as { fields: object } | undefined)?.fields ?? {})
        const asked = new URLSearchParams(Object.entries(given).filter(([field]) => fields.includes(field)))
        const place = `${url}${path.replaceAll(/:\w+/g, "nothing")}?${asked}`
        const found = yield* method === "get"
          ? get(place)
          : ask(method.toUpperCase() as "POST" | "PUT" | "DELETE", place, examples[name].body)
        if (found.status < 400) continue
        const written = path.replaceAll(/:(\w+)/g, "{$1}")
        const type = found.headers.get("content-type") ?? ""
        if (document.paths[written][method].responses[found.status]?.content?.[type] === undefined) {
          wrong.push(`${name}: ${found.status} ${type} is not documented`)
        } else if (!validatorOf(written, method, found.status, type)(found.json)) wrong.push(`${name}: ${found.text}`)
      }
      expect(wrong).toEqual([])
    }))

  it.live("is kept by what says that the API is not ready", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const { json: document } = yield* get(`${url}/openapi.json`)
      yield* (yield* Sql).run("forget", (sql) => sql`delete from migrations where version = '0001_initial'`)
      const { headers, json, status } = yield* get(`${url}/readyz`)
      const media = headers.get("content-type")!.split(";")[0]!
      expect(Object.keys(document.paths["/readyz"].get.responses[status].content)).toEqual([media])
      expect(validators(document)("/readyz", "get", status, media)(json)).toBe(true)
    }))

  it.live("has a document that tells every field of a query and of a body that the schemas take", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const { json: document } = yield* get(`${url}/openapi.json`)
      expect(document.openapi).toStartWith("3.1")
      for (const [name, { method, path, query }] of Object.entries(routes) as ReadonlyArray<[RouteName, Route]>) {
        const operation = document.paths[path.replaceAll(/:(\w+)/g, "{$1}")][method]
        const named = (operation.parameters ?? []).filter((one: Json) => one["in"] === "query").map((one: Json) =>
          one["name"]
        )
        const fields = query === undefined ? [] : Object.keys((query as unknown as { fields: object }).fields)
        expect([name, named]).toEqual([name, fields])
      }
    }))

  it.live("takes a body that the document has, and no other field", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const { json: document } = yield* get(`${url}/openapi.json`)
      const compile = compiler(document)
      const examples = examplesOf({ at: Date.UTC(2026, 0, 5), entry: "x", link: "x", message: "x", run: "x" })
      for (const [name, { method, path }] of Object.entries(routes) as ReadonlyArray<[RouteName, Route]>) {
        const { body } = examples[name]
        if (body === undefined) continue
        const written = path.replaceAll(/:(\w+)/g, "{$1}")
        const validate = compile("paths", written, method, "requestBody", "content", "application/json", "schema")
        const more = { ...body, nobody: 1 }
        expect([name, validate(body), validate(more)]).toEqual([name, true, false])
        const asked = `${url}${path.replaceAll(/:\w+/g, "x")}`
        const found = yield* ask(method.toUpperCase() as "POST" | "PUT", asked, more)
        expect([name, found.status, wheres(found)]).toEqual([name, 400, ["body.nobody"]])
      }
    }))

  it.live("takes no time that ends before it begins", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const given = { symbol: "SIM-A", timeframe: "30m", since: "2026-01-02", until: "2026-01-01" }
      const met: Array<string> = []
      for (const { path, query } of Object.values<Route>(routes)) {
        const fields = Object.keys((query as unknown as { fields: object } | undefined)?.fields ?? {})
        if (!fields.includes("until")) continue
        const asked = new URLSearchParams(Object.entries(given).filter(([name]) => fields.includes(name)))
        const { json, status } = yield* get(`${url}${path}?${asked}`)
        expect([path, status, wheres({ json })]).toEqual([path, 400, ["query.since"]])
        met.push(path)
      }
      expect(met).toContain("/v1/bars")
    }))

  it.live("has a document that tells what the texts of instants, numbers and cursors are", () =>
    Effect.gen(function*() {
      const url = yield* listeningWith({})
      const { json: document } = yield* get(`${url}/openapi.json`)
      const { parameters } = document.paths["/v1/signals"].get
      const of = (wanted: string) => parameters.find(({ name }: { name: string }) => name === wanted)
      expect(of("since").schema).toEqual({ type: "string", format: "date-time" })
      expect(of("limit").description).toBe("A whole number from 1 to 200")
      expect(of("minConfidence").description).toBe("A number from 0 to 1")
      expect(of("cursor").description).toBe("What the page before had as `next`")
      expect(document.components.schemas.Signal.properties.signalTimestamp.format).toBe("date-time")
    }))
})
