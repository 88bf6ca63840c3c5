/** The dispatcher over a real database and real webhooks on loopback; time is the machine's own. */
import { DestinationStore } from "@dgas/db/DestinationStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { type ReceiverServer, receiverServer } from "@dgas/testkit/ReceiverServer"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as DeliveryWake from "../src/DeliveryWake.ts"
import { type Destination, Destinations } from "../src/Destinations.ts"
import { deliverDue, dispatch } from "../src/Dispatcher.ts"
import { SafeHttp } from "../src/SafeHttp.ts"
import { webhook } from "../src/Webhook.ts"
import { wishes } from "./listeners.ts"

const it = effectTest(Layer.mergeAll(TestDatabase.layer, SafeHttp.layer({ allowLoopback: true }), DeliveryWake.layer))
const secret = Redacted.make(`whsec_${Buffer.alloc(32, 7).toString("base64")}`)

/** A webhook for each receiver, that reports what each try came to. */
const hooks = (receivers: Readonly<Record<string, ReceiverServer>>) =>
  Effect.gen(function*() {
    const tried = yield* Queue.unbounded<string>()
    const all = yield* Effect.forEach(Object.entries(receivers), ([name, { url }]) =>
      Effect.map(
        webhook({ url: Redacted.make(`${url}/${name}`), secret, rotation: null, body: null }),
        (channel): Destination => ({
          name,
          wishes: wishes({ ratePerSecond: 50 }),
          channel: {
            ...channel,
            deliver: (delivery) =>
              Effect.tap(channel.deliver(delivery), ({ outcome }) => Queue.offer(tried, `${delivery.id} ${outcome}`))
          }
        })
      ))
    return { layer: Layer.succeed(Destinations, Destinations.of({ all })), tried }
  })

const write = (...messages: ReadonlyArray<readonly [destination: string, id: string]>) =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    const rows = messages.map(([destination, id]) => ({ destination, id, payload: { body: "{}", contentType: "a/b" } }))
    yield* run("write", (sql) =>
      sql`
        insert into outbox (id, channel, destination, kind, payload)
        select id, 'webhook', destination, 'signals', payload
        from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as x(id text, destination text, payload jsonb)`)
    yield* (yield* DeliveryWake.DeliveryWake).wake
  })

/** Asks until the messages stand so. */
const become = (expected: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    while (true) {
      const rows = yield* run("states", (sql) => sql`select id, state::text from outbox order by id`)
      const found = Object.fromEntries(rows.map(({ id, state }) => [String(id), String(state)]))
      if (Bun.deepEquals(found, expected)) return
      yield* Effect.sleep(20)
    }
  })

describe("dispatch", () => {
  it.live("sends what waits and what comes, once each, and keeps what was answered", () =>
    Effect.gen(function*() {
      const desk = yield* receiverServer()
      const { layer } = yield* hooks({ desk })
      yield* write(["desk", "a"])
      yield* Effect.forkScoped(Effect.provide(dispatch(), layer))
      yield* become({ a: "done" })
      yield* write(["desk", "b"], ["desk", "c"])
      yield* become({ a: "done", b: "done", c: "done" })
      expect(desk.received.map(({ headers }) => headers.get("webhook-id"))).toEqual(["a", "b", "c"])
      const { run } = yield* Sql
      const tries = yield* run("tries", (sql) =>
        sql`select message_id as id, attempt, status, answer from delivery_attempts order by id`)
      expect(tries).toEqual(["a", "b", "c"].map((id) => ({ id, attempt: 1, status: 200, answer: "ok" })))
    }))

  it.live("lets no destination wait for another that does not answer", () =>
    Effect.gen(function*() {
      const [dead, desk] = [yield* receiverServer(), yield* receiverServer()]
      const ended = Promise.withResolvers<void>()
      dead.answerAlways({ kind: "after", until: ended.promise })
      const { layer } = yield* hooks({ dead, desk })
      yield* Effect.forkScoped(Effect.provide(dispatch(), layer))
      yield* write(["dead", "1"], ["dead", "2"], ["dead", "3"])
      while (dead.received.length < 2) yield* Effect.sleep(5)
      yield* write(["desk", "a"], ["desk", "b"], ["desk", "c"], ["desk", "d"])
      yield* become({ "1": "leased", "2": "leased", "3": "pending", a: "done", b: "done", c: "done", d: "done" })
      expect(dead.received.length).toBe(2)
      ended.resolve()
    }))

  it.live(
    "holds what goes to one that fails, disables one that is gone, and gives up what is refused",
    () =>
      Effect.gen(function*() {
        const [failing, gone, strict] = [yield* receiverServer(), yield* receiverServer(), yield* receiverServer()]
        failing.answerAlways({ kind: "status", status: 503, body: "soon" })
        gone.answerAlways({ kind: "status", status: 410, body: "moved away" })
        strict.answer({ kind: "status", status: 422, body: "no such field" })
        const { layer } = yield* hooks({ failing, gone, strict })
        yield* Effect.forkScoped(Effect.provide(dispatch(), layer))
        yield* write(["failing", "f"], ["gone", "g"], ["strict", "s1"], ["strict", "s2"])
        yield* become({ f: "held", g: "held", s1: "dead", s2: "done" })
        yield* write(["gone", "g2"], ["strict", "s3"])
        const known = { f: "held", g: "held", s1: "dead", s2: "done", s3: "done" }
        yield* Effect.race(become({ ...known, g2: "pending" }), become({ ...known, g2: "held" }))
        const health = yield* (yield* DestinationStore).list
        expect(health.map(({ name, reason, state }) => `${name} ${state} ${reason}`)).toEqual([
          "failing failing 503 soon",
          "gone disabled 410 moved away",
          "strict well null"
        ])
        expect(gone.received.length).toBe(1)
      }),
    20_000
  )

  it.live("lets what is on its way arrive when it is stopped, so that nobody sends it again", () =>
    Effect.gen(function*() {
      const desk = yield* receiverServer()
      const answered = Promise.withResolvers<void>()
      desk.answerAlways({ kind: "after", until: answered.promise })
      const { layer, tried } = yield* hooks({ desk })
      const dispatching = yield* Effect.forkScoped(Effect.provide(dispatch(), layer))
      yield* write(["desk", "a"])
      while (desk.received.length === 0) yield* Effect.sleep(5)
      const stopping = yield* Effect.forkScoped(Fiber.interrupt(dispatching))
      yield* Effect.sleep(50)
      answered.resolve()
      yield* Fiber.join(stopping)
      expect(yield* Queue.take(tried)).toBe("a taken")
      yield* become({ a: "done" })
    }))
})

describe("deliverDue", () => {
  it.live("ends when nothing only waits for its turn, and tells how many tries there were", () =>
    Effect.gen(function*() {
      const [desk, failing] = [yield* receiverServer(), yield* receiverServer()]
      failing.answerAlways({ kind: "status", status: 500 })
      const { layer } = yield* hooks({ desk, failing })
      yield* write(...Array.from({ length: 60 }, (_, index) => ["desk", `d${index}`] as const), ["failing", "f"])
      expect(yield* Effect.provide(deliverDue(), layer)).toBe(61)
      expect(desk.received.length).toBe(60)
      expect(yield* Effect.provide(deliverDue(), layer)).toBe(0)
    }))
})
