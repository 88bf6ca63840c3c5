/** What people may say of an entry, and what follows from it. */
import { describe, expect, test } from "bun:test"
import { correctedOutcome, mistakesOf, type Said } from "../src/Correction.ts"
import { type Entry, Trial } from "../src/Trial.ts"
import { watch } from "./world.ts"

const long: Entry = {
  id: "one",
  type: "LONG",
  signalTimestamp: 1000,
  entryPrice: 100,
  stopLoss: 95,
  targetPrice: 110
}
const short: Entry = { ...long, type: "SHORT", stopLoss: 105, targetPrice: 90 }

const said = (change: Partial<Said> = {}): Said => ({
  exitReason: "TARGET",
  fillPrice: 100,
  exitPrice: 110,
  decidedAt: 5000,
  ...change
})

const wheres = (entry: Entry, change: Partial<Said>) => mistakesOf(entry, said(change), 9000).map(({ where }) => where)

describe("a correction", () => {
  test("is possible for its order: target or better, stop or worse, and both prices or none", () => {
    expect(wheres(long, {})).toEqual([])
    expect(wheres(long, { exitPrice: 112 })).toEqual([])
    expect(wheres(long, { exitPrice: 109.99 })).toEqual(["exitPrice"])
    expect(wheres(long, { exitReason: "STOP", exitPrice: 94 })).toEqual([])
    expect(wheres(long, { exitReason: "STOP", exitPrice: 95.01 })).toEqual(["exitPrice"])
    expect(wheres(short, { exitPrice: 90 })).toEqual([])
    expect(wheres(short, { exitPrice: 90.01 })).toEqual(["exitPrice"])
    expect(wheres(short, { exitReason: "STOP", exitPrice: 105 })).toEqual([])
    expect(wheres(short, { exitReason: "STOP", exitPrice: 104.99 })).toEqual(["exitPrice"])
    expect(wheres(long, { exitReason: "EXIT", exitPrice: 97 })).toEqual([])
    expect(wheres(long, { exitReason: "TIME", fillPrice: null })).toEqual(["fillPrice"])
    expect(wheres(long, { exitReason: "UNFILLED" })).toEqual(["fillPrice", "exitPrice"])
    expect(wheres(long, { exitReason: "UNFILLED", fillPrice: null, exitPrice: null })).toEqual([])
    expect(wheres(long, { exitReason: "EXIT", exitPrice: 1e300 })).toEqual(["exitPrice"])
    expect(wheres(long, { exitReason: "EXIT", exitPrice: 1900 })).toEqual([])
    expect(mistakesOf(long, said({ fillPrice: 49 }), 9000)).toEqual([
      { where: "fillPrice", expected: "a price from 66.67 to 150, as the entry is at 100" }
    ])
  })

  test("was decided after the signal, and before now", () => {
    expect(wheres(long, { decidedAt: 1000 })).toEqual(["decidedAt"])
    expect(wheres(long, { decidedAt: 1001 })).toEqual([])
    expect(wheres(long, { decidedAt: 9000 })).toEqual([])
    expect(wheres(long, { decidedAt: 9001 })).toEqual(["decidedAt"])
  })

  test("has the result that bars with the same prices would have had", () => {
    for (const entry of [long, short]) {
      const trial = new Trial(entry, { rules: watch.rules, costPct: 0.3, leave: { at: 4000, price: 103 } })
      const flat = { openTime: 1000, closeTime: 3000, open: 100, high: 100.5, low: 99.5, close: 100, volume: 1 }
      trial.take({ bar: flat, finer: [] })
      trial.leaveBefore(5000)
      const judged = trial.outcome({ barsMissing: 0, evaluatedAt: 9000 })
      const word = said({ exitReason: "EXIT", fillPrice: 100, exitPrice: 103, decidedAt: 4000 })
      expect(judged).toMatchObject(correctedOutcome(entry, word, 0.3))
    }
    const nothing = said({ exitReason: "UNFILLED", fillPrice: null, exitPrice: null })
    expect(correctedOutcome(long, nothing, 0.3)).toMatchObject({ outcome: "NEUTRAL", filled: false, r: 0, pnlPct: 0 })
    expect(correctedOutcome(long, said({ exitReason: "STOP", exitPrice: 95 }), 0)).toMatchObject({
      outcome: "LOSS",
      r: -1,
      pnlPct: -5
    })
  })
})
