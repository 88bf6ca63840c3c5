/** Messages, destinations and mutes, with a receiver that is told. */
import { Sql } from "@dgas/db/Sql"
import { receiverServer } from "@dgas/testkit/ReceiverServer"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { get, itWith, listeningWith } from "./apiWorld.ts"
import { asAnn, ask, wheres } from "./writer.ts"

const it = itWith(asAnn)

const destinations = {
  delivery: { allowLoopback: true },
  destinations: {
    desk: { kind: "webhook", urlVariable: "DESK_URL", secretVariable: "DESK_SECRET" },
    spare: { kind: "webhook", urlVariable: "SPARE_URL", secretVariable: "DESK_SECRET" }
  }
}

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`

/** An API whose `desk` is a receiver; `spare` has no address. */
const world = Effect.gen(function*() {
  const desk = yield* receiverServer()
  const env = { DESK_URL: `${desk.url}/hook/planted-token`, DESK_SECRET: secret }
  const url = yield* listeningWith(destinations, env)
  return { desk, url }
})

const stored = Effect.gen(function*() {
  const { run } = yield* Sql
  yield* run("destination", (sql) =>
    sql`
      insert into destinations (name, channel, state, reason, failing_since, disabled_at) values
        ('desk', 'webhook', 'disabled', '410 gone', now() - interval '2 days', now() - interval '1 day'),
        ('former', 'slack', 'well', null, null, null)`)
  yield* run("messages", (sql) =>
    sql`
      insert into outbox (id, channel, destination, kind, payload, state, attempts, reason, finished_at) values
        ('m/arrived', 'webhook', 'desk', 'signals', '{"title": "one"}', 'done', 1, null, now()),
        ('m/dead', 'webhook', 'desk', 'signals', '{}', 'dead', 2, '400 no such field', now()),
        ('m/held', 'webhook', 'desk', 'signals', '{}', 'held', 1, 'the destination is disabled: 410 gone', null),
        ('m/muted', 'webhook', 'desk', 'signals', '{}', 'suppressed', 0, 'muted by ada: night', now()),
        ('m/waits', 'webhook', 'spare', 'signals', '{}', 'pending', 0, null, null)`)
  yield* run("tries", (sql) =>
    sql`
      insert into delivery_attempts (message_id, attempt, status, duration_ms, answer) values
        ('m/dead', 1, 500, 12, 'oops'), ('m/dead', 2, 400, 8, 'no such field'), ('m/held', 1, 410, 3, 'gone')`)
})

const ids = ({ json }: { readonly json: { readonly items: ReadonlyArray<{ readonly id: string }> } }) =>
  json.items.map(({ id }) => id)

describe("deliveries", () => {
  it.live("go on where the last one of a page has been taken out meanwhile", () =>
    Effect.gen(function*() {
      const { url } = yield* world
      yield* stored
      const { run } = yield* Sql
      yield* run("apart", (sql) => sql`update outbox set created_at = now() + position * interval '0.4 milliseconds'`)
      const first = yield* get(`${url}/v1/deliveries?limit=2`)
      expect(ids(first)).toEqual(["m/waits", "m/muted"])
      yield* run("retention", (sql) => sql`delete from outbox where id = 'm/muted'`)
      const rest = yield* get(`${url}/v1/deliveries?cursor=${first.json.next}`)
      expect(ids(rest).slice(-3)).toEqual(["m/held", "m/dead", "m/arrived"])
      expect(rest.json.next).toBeNull()
    }))

  it.live("come newest first, a page at a time, each once, and one with its tries", () =>
    Effect.gen(function*() {
      const { url } = yield* world
      expect((yield* get(`${url}/v1/deliveries`)).json).toEqual({ items: [], next: null })
      // All of one statement, so of one instant: their position tells them apart.
      yield* stored
      const first = yield* get(`${url}/v1/deliveries?limit=2`)
      expect(ids(first)).toEqual(["m/waits", "m/muted"])
      const second = yield* get(`${url}/v1/deliveries?limit=2&cursor=${first.json.next}`)
      expect(ids(second)).toEqual(["m/held", "m/dead"])
      const third = yield* get(`${url}/v1/deliveries?limit=2&cursor=${second.json.next}`)
      expect(ids(third)).toEqual(["m/arrived"])
      expect(third.json.next).toBeNull()
      expect(ids(yield* get(`${url}/v1/deliveries?state=dead`))).toEqual(["m/dead"])
      expect(ids(yield* get(`${url}/v1/deliveries?destination=spare`))).toEqual(["m/waits"])
      expect(ids(yield* get(`${url}/v1/deliveries?since=2190-01-01`))).toEqual([])
      const one = yield* get(`${url}/v1/deliveries/m%2Fdead`)
      expect(one.json).toMatchObject({
        id: "m/dead",
        status: 400,
        tries: [{ attempt: 1, status: 500 }, { attempt: 2, answer: "no such field" }]
      })
      expect((yield* get(`${url}/v1/deliveries/m%2Fnone`)).status).toBe(404)
    }))

  it.live("are sent again where they did not arrive", () =>
    Effect.gen(function*() {
      const { url } = yield* world
      yield* stored
      const again = yield* ask("POST", `${url}/v1/deliveries/m%2Fdead/replay`)
      expect(again).toMatchObject({ status: 202, json: { id: "m/dead", state: "pending", reason: null } })
      const arrived = yield* ask("POST", `${url}/v1/deliveries/m%2Farrived/replay`)
      expect(arrived).toMatchObject({ status: 409, json: { detail: "the message has arrived, and is not sent twice" } })
      expect((yield* ask("POST", `${url}/v1/deliveries/m%2Fwaits/replay`)).status).toBe(409)
      expect((yield* ask("POST", `${url}/v1/deliveries/m%2Fnone/replay`)).status).toBe(404)
      const all = yield* ask("POST", `${url}/v1/destinations/desk/replay`)
      expect(all).toMatchObject({ status: 202, json: { replayed: 1 } })
      expect((yield* ask("POST", `${url}/v1/destinations/none/replay`)).status).toBe(404)
    }))
})

describe("destinations", () => {
  it.live("are unused until a message was tried for them, also where a worker has them", () =>
    Effect.gen(function*() {
      const { url } = yield* world
      const { run } = yield* Sql
      yield* run("a worker's", (sql) => sql`insert into destinations (name, channel) values ('desk', 'webhook')`)
      const states = Effect.map(get(`${url}/v1/destinations`), ({ json }) =>
        json.items.map(({ state }: { state: string }) => state))
      expect(yield* states).toEqual(["unused", "unused"])
      yield* run("one taken", (sql) =>
        sql`update destinations set last_success_at = now()`)
      expect(yield* states).toEqual(["well", "unused"])
    }))

  it.live("are those of the configuration and those that are known, and one is enabled", () =>
    Effect.gen(function*() {
      const { url } = yield* world
      const before = yield* get(`${url}/v1/destinations`)
      expect(before.json.items).toMatchObject([
        { name: "desk", channel: "webhook", state: "unused", configured: true, waiting: 0 },
        { name: "spare", state: "unused", configured: true }
      ])
      yield* stored
      const known = yield* get(`${url}/v1/destinations`)
      expect(known.json.items).toMatchObject([
        { name: "desk", state: "disabled", configured: true, reason: "410 gone", waiting: 1, done: 1, dead: 1 },
        { name: "spare", state: "unused", configured: true },
        { name: "former", channel: "slack", state: "well", configured: false }
      ])
      const enabled = yield* ask("POST", `${url}/v1/destinations/desk/enable`)
      expect(enabled).toMatchObject({ status: 200, json: { name: "desk", state: "well", disabledAt: null } })
      expect((yield* ask("POST", `${url}/v1/destinations/spare/enable`)).json.state).toBe("unused")
      expect((yield* ask("POST", `${url}/v1/destinations/constructor/enable`)).status).toBe(404)
    }))

  it.live("are sent a sample, and what they answer is told without secrets", () =>
    Effect.gen(function*() {
      const { desk, url } = yield* world
      const taken = yield* ask("POST", `${url}/v1/destinations/desk/test`)
      expect(taken).toMatchObject({ status: 200, json: { ok: true, status: 200, detail: "it took the sample" } })
      expect(desk.received).toHaveLength(1)
      expect(desk.received[0]!.body).toContain("there is nothing to act on")

      desk.answer({ kind: "status", status: 401, body: `no ${secret} at /hook/planted-token` })
      const refused = yield* ask("POST", `${url}/v1/destinations/desk/test`)
      expect(refused.status).toBe(200)
      expect(refused.json).toMatchObject({ ok: false, status: 401 })
      const spare = yield* ask("POST", `${url}/v1/destinations/spare/test`)
      expect(spare.json).toMatchObject({ ok: false, status: null })
      expect(spare.json.detail).toContain("SPARE_URL")
      for (const { text } of [taken, refused, spare]) expect(text).not.toMatch(/planted-token|whsec_|BwcHBwcH/)
      for (const name of ["none", "constructor", "__proto__"]) {
        expect((yield* ask("POST", `${url}/v1/destinations/${name}/test`)).status).toBe(404)
      }
    }))
})

describe("mutes", () => {
  it.live("are added in the name of the key, and lifted", () =>
    Effect.gen(function*() {
      const { url } = yield* world
      expect((yield* get(`${url}/v1/mutes`)).json).toEqual({ items: [] })
      const mute = { schedule: "desk", symbol: null, destination: "console", endsAt: "2190-01-01", reason: "a holiday" }
      const added = yield* ask("POST", `${url}/v1/mutes`, mute)
      expect(added.status).toBe(201)
      expect(added.json).toMatchObject({ ...mute, endsAt: "2190-01-01T00:00:00.000Z", author: "ann", liftedAt: null })
      expect((yield* get(`${url}/v1/mutes`)).json.items).toEqual([added.json])
      const wrong = yield* ask("POST", `${url}/v1/mutes`, { ...mute, symbol: "NONE", endsAt: "2020-01-01" })
      expect(wrong.status).toBe(400)
      expect(wheres(wrong)).toEqual(["body.symbol", "body.endsAt"])
      const lifted = yield* ask("DELETE", `${url}/v1/mutes/${added.json.id}`)
      expect(lifted.json.liftedAt).toBeString()
      expect((yield* ask("DELETE", `${url}/v1/mutes/${added.json.id}`)).status).toBe(404)
      expect((yield* get(`${url}/v1/mutes`)).json).toEqual({ items: [] })
    }))
})
