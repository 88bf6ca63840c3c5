/** Entries of which a person said what became of them: who leaves them alone, and what is made of them. */
import { EntryTerms } from "@dgas/db/EntryTerms"
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { SignalWords } from "@dgas/db/SignalWords"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { anOutcome } from "../../db/test/rows.ts"
import { calibrate } from "../src/Calibrating.ts"
import { correctedOutcome } from "../src/Correction.ts"
import { costsOf } from "../src/Costs.ts"
import { judgeOutcomes } from "../src/Outcomes.ts"
import { anyBucket, forecaster } from "./signals.ts"
import { storeSignals } from "./storedSignals.ts"
import { config, configOf, database, engine, entriesOf, first, runSlots, step } from "./world.ts"

const it = effectTest(database)

describe("an entry that a person corrected", () => {
  it.live(
    "is judged no more, matched with no random entry, and after a withdrawal what its bars say",
    () =>
      Effect.gen(function*() {
        const words = yield* SignalWords
        const query = { origin: "REPLAY", costs: costsOf(config), doubts: true } as const
        yield* Effect.provide(runSlots(0, 60), engine())
        yield* judgeOutcomes(query)
        const { entries } = yield* entriesOf()
        const was = entries.find(({ exitReason, type }) => exitReason === "STOP" && type !== "EXIT_LONG")!
        const living = entries.find(({ outcome }) => outcome === "PENDING")!
        const termsOf = Effect.flatMap(EntryTerms, (terms) => terms.ofFills({ origin: "REPLAY" }))
        const ids = (terms: ReadonlyArray<{ readonly id: string }>) => terms.map(({ id }) => id)
        expect(ids(yield* termsOf)).toContain(was.id)

        for (const signal of [was, living]) {
          const entry = { ...signal, type: signal.type === "LONG" ? "LONG" as const : "SHORT" as const }
          const said = {
            exitReason: "EXIT",
            fillPrice: signal.entryPrice,
            exitPrice: signal.entryPrice,
            decidedAt: first + 60 * step
          } as const
          yield* words.correct({ outcome: correctedOutcome(entry, said, 0), by: "ann", note: "left by hand" })
        }
        // Other costs are a doubt of every outcome that its bars told.
        const dearer = { ...query, costs: costsOf(configOf(null, { feePct: 0.5 })) }
        const { changed, ended, failures } = yield* judgeOutcomes(dearer)
        expect([changed, ended, failures].flat().filter((one) => typeof one === "string" || one.signalId === was.id))
          .toEqual([])
        const now = (yield* entriesOf()).entries
        expect(now.find(({ id }) => id === was.id)).toMatchObject({ outcome: "NEUTRAL", r: 0, costPct: 0 })
        expect(now.find(({ id }) => id === living.id)).toMatchObject({ outcome: "NEUTRAL", exitReason: "EXIT" })
        expect(ids(yield* termsOf)).not.toContain(was.id)
        // One who had read it just now knows when it was corrected, and writes nothing over it all the same.
        const { evaluatedAt } = now.find(({ id }) => id === was.id)!
        const update = anOutcome({ signalId: was.id, evaluatedAt: evaluatedAt! + 1 })
        const store = yield* OutcomeStore
        expect(yield* store.write([{ update, readOver: evaluatedAt }])).toEqual(new Set())
        expect(ids(yield* store.doubtful({ origin: "REPLAY", limit: 999 }, dearer.costs))).not.toContain(was.id)
        const judged = yield* (yield* OutcomeHistory).judged({ origin: "REPLAY" })
        expect(judged.filter(({ corrected }) => corrected).map(({ id }) => id).toSorted()).toEqual(
          [was.id, living.id].toSorted()
        )

        yield* words.withdraw(was.id)
        yield* judgeOutcomes(query)
        const again = (yield* entriesOf()).entries.find(({ id }) => id === was.id)!
        expect({ ...again, evaluatedAt: 0 }).toEqual({ ...was, evaluatedAt: 0 })
      }),
    60_000
  )

  it.live("is in no fit", () =>
    Effect.gen(function*() {
      const start = Date.UTC(2025, 0, 1)
      const all = forecaster(201, 5, anyBucket, (p) => p)
      yield* storeSignals(all.slice(0, 200), { origin: "LIVE", start })
      const said = {
        signalId: all[0]!.id,
        outcome: "WIN",
        exitReason: "TARGET",
        filled: true,
        fillPrice: 100,
        exitPrice: 102,
        pnlPct: 2,
        r: 2,
        costPct: 0,
        decidedAt: start + 1
      } as const
      yield* (yield* SignalWords).correct({ outcome: said, by: "ann", note: "it filled" })
      expect(yield* calibrate()).toEqual([])
      yield* storeSignals(all.slice(200), { origin: "LIVE", start })
      expect(yield* calibrate()).toMatchObject([{ fills: 200 }])
    }))
})
