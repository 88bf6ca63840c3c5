import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Odds, OddsUnavailable } from "@dgas/domain/Odds"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import { recompute } from "@dgas/engine/Recompute"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { database, engine, entriesOf, runSlots } from "./world.ts"

const it = effectTest(database)

const said = { probability: 0.1 + 0.2, calibration: "c0ffee", text: "0.30 of fills ended above 0" }
const slots = 60

/** An engine whose signals have the same odds, and what it asked for. */
const asked = () => {
  const questions: Array<ReadonlyArray<Signal>> = []
  const of = (signals: ReadonlyArray<Signal>) =>
    Effect.sync(() => {
      questions.push(signals)
      return new Map(signals.filter(({ type }) => isEntry(type)).map(({ id }) => [id, said]))
    })
  return { questions, layer: engine().pipe(Layer.provide(Layer.succeed(Odds, { of }))) }
}

describe("the odds of a cycle's signals", () => {
  it.live("are stored with its entries, and asked for where there are some", () =>
    Effect.gen(function*() {
      const { layer, questions } = asked()
      yield* Effect.provide(runSlots(0, slots, { origin: "LIVE" }), layer)
      const { entries, exits } = yield* entriesOf("LIVE")
      expect(entries.length).toBeGreaterThan(3)
      for (const { calibration, odds, probability } of entries) {
        expect({ calibration, probability, text: odds }).toEqual(said)
      }
      for (const { odds, probability } of exits) {
        expect({ odds, probability }).toEqual({ odds: null, probability: null })
      }
      expect(questions).toHaveLength(new Set(entries.map(({ runId }) => runId)).size)
      for (const signals of questions) expect(signals.some(({ type }) => isEntry(type))).toBe(true)
    }))

  it.live("have no part in the decision: a run computed again is identical", () =>
    Effect.gen(function*() {
      const { layer } = asked()
      yield* Effect.provide(runSlots(0, slots, { origin: "LIVE" }), layer)
      const { entries } = yield* entriesOf("LIVE")
      const run = (yield* (yield* RunStore).get(entries[0]!.runId))!
      expect((yield* recompute(run)).differences).toEqual([])
    }))

  it.live("are not asked for in a replay, whose slots pay nothing for them", () =>
    Effect.gen(function*() {
      const { layer, questions } = asked()
      yield* Effect.provide(runSlots(0, slots), layer)
      expect((yield* entriesOf()).entries.length).toBeGreaterThan(3)
      expect(questions).toEqual([])
    }))

  it.live("that cannot be read leave the slot to another try, with nothing stored", () =>
    Effect.gen(function*() {
      const away = Layer.succeed(Odds, { of: () => Effect.fail(new OddsUnavailable({ detail: "no database" })) })
      const error = yield* Effect.flip(
        Effect.provide(runSlots(0, slots, { origin: "LIVE" }), engine().pipe(Layer.provide(away)))
      )
      expect(error._tag).toBe("OddsUnavailable")
      expect(yield* (yield* SignalStore).recent({ limit: 10 })).toEqual([])
    }))
})
