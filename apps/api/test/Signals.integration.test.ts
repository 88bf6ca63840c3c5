import { SignalItem } from "@dgas/contract/Signals"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { SignalPages } from "@dgas/db/SignalPages"
import { SignalStore } from "@dgas/db/SignalStore"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { anOutcome, aRun, aSignal, monday } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { get, it, listening } from "./apiWorld.ts"

describe("signals", () => {
  it.live("come newest first, a page at a time, each once", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storeRun()
      const signals = [0, 1, 2, 3, 4].map((slot) =>
        aSignal({ id: `s${slot}`, signalTimestamp: monday + slot * 60_000 })
      )
      yield* (yield* SignalStore).insertMany(aRun().id, signals)
      const first = yield* get(`${url}/v1/signals?limit=3`)
      expect(first.status).toBe(200)
      expect(first.json.items.map(({ id }: { id: string }) => id)).toEqual(["s4", "s3", "s2"])
      expect(first.json.items[0].signalTimestamp).toBe("2024-01-08T15:04:00.000Z")
      const second = yield* get(`${url}/v1/signals?limit=3&cursor=${first.json.next}`)
      expect(second.json.items.map(({ id }: { id: string }) => id)).toEqual(["s1", "s0"])
      expect(second.json.next).toBeNull()
    }))

  it.live("are in a list what the contract makes of their rows, to the last digit", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storeRun()
      const odd = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 123456789.12345678]
      const signals = odd.map((entryPrice, index) =>
        aSignal({ id: `s${index} "\\ é\u{1f4c8}`, signalTimestamp: monday + index, type: "EXIT_LONG", entryPrice })
      )
      yield* (yield* SignalStore).insertMany(aRun().id, signals)
      yield* (yield* OutcomeStore).write([{
        update: anOutcome({ signalId: signals[0]!.id, r: 1 / 3 }),
        readOver: null
      }])
      const { items } = yield* (yield* SignalPages).page({ origin: "LIVE", limit: 10 })
      const { json } = yield* get(`${url}/v1/signals`)
      expect(json.items).toEqual(Schema.encodeSync(Schema.Array(SignalItem))(items))
      expect(Object.keys(json.items[0]).toSorted()).toEqual(Object.keys(SignalItem.fields).toSorted())
    }))

  it.live("are not listed by a name that comes twice", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const { json, status } = yield* get(`${url}/v1/signals?limit=5&symbol=A&limit=6`)
      expect([status, json.mistakes]).toEqual([400, [{ where: "query.limit", expected: "it once" }]])
    }))

  it.live("are not guessed at from a query that is not understood, and what it had is not said back", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const answer = yield* get(`${url}/v1/signals?limit=zwölf&nonsense=1&cursor=xxx&since=gestern`)
      expect(answer.status).toBe(400)
      expect(answer.headers.get("content-type")).toBe("application/problem+json")
      expect([...new Set(answer.json.mistakes.map(({ where }: { where: string }) => where))].toSorted()).toEqual([
        "query.cursor",
        "query.limit",
        "query.nonsense",
        "query.since"
      ])
      expect(answer.text).not.toContain("zwölf")
      expect(answer.text).not.toContain("gestern")
      expect(answer.text).not.toContain("xxx")
    }))
})
