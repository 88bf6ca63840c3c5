/** Which slots a symbol is owed. */
import { describe, expect, test } from "bun:test"
import { owedSince } from "../src/LateSymbols.ts"

const run = (slotAt: number, ...symbols: ReadonlyArray<string>) => ({ runId: `run ${slotAt}`, slotAt, symbols })

describe("the slots that a symbol is owed", () => {
  test("are those since the last one that had its bar", () => {
    const runs = [run(5, "A", "B"), run(4, "A", "B"), run(3, "A"), run(2, "B")]
    expect(owedSince(runs, ["A", "B", "C"])).toEqual(new Map([[3, ["A"]], [4, ["B"]]]))
  })

  test("are all that are looked at when none had it, and none when the newest had it or there is no run", () => {
    expect(owedSince([run(2, "A"), run(1, "A")], ["A"])).toEqual(new Map([[1, ["A"]]]))
    expect(owedSince([run(2), run(1, "A")], ["A"])).toEqual(new Map())
    expect(owedSince([], ["A"])).toEqual(new Map())
  })
})
