/** Random entries of fills that the cycle stored and the judge judged. */
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { costsOf } from "../src/Costs.ts"
import { isFill } from "../src/Fill.ts"
import { judgeOutcomes } from "../src/Outcomes.ts"
import { matchedTwins } from "../src/Twins.ts"
import { config, database, engine, runSlots, slots } from "./world.ts"

const it = effectTest(database)
const filter = { origin: "REPLAY" } as const

describe("matchedTwins", () => {
  it.live(
    "draws a twin of each fill from the slots that were run, the same whenever it is asked",
    () =>
      Effect.gen(function*() {
        expect(yield* matchedTwins([], filter)).toMatchObject({
          fills: 0,
          verdict: "not enough data",
          difference: null
        })

        yield* Effect.provide(runSlots(0, slots), engine())
        yield* judgeOutcomes({ origin: "REPLAY", costs: costsOf(config), doubts: false })
        const entries = yield* (yield* OutcomeHistory).judged(filter)
        const fills = entries.filter(isFill)
        expect(fills.length).toBeGreaterThan(30)

        const found = yield* matchedTwins(entries, filter)
        expect(found).toMatchObject({ fills: fills.length, draws: 1000 })
        expect(yield* matchedTwins(entries.toReversed(), filter)).toEqual(found)
        const mean = fills.reduce((sum, { r }) => sum + r, 0) / fills.length
        expect(found.difference!.value).toBeCloseTo(mean - found.random!.value, 9)
        // Of one symbol only its own are matched.
        const own = entries.filter(({ symbol }) => symbol === "A")
        const one = yield* matchedTwins(own, { ...filter, symbol: "A" })
        expect(one.fills).toBe(own.filter(isFill).length)
      }),
    60_000
  )
})
