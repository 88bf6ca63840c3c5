import { defaultRules, type Rules } from "@dgas/domain/Rules"
import { type Order, type OrderResult, OutcomeMachine, type Prices } from "@dgas/engine/signals/OutcomeMachine"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"

type Row = readonly [open: number, high: number, low: number, close: number]
const price = ([open, high, low, close]: Row): Prices => ({ open, high, low, close })

const long: Order = { direction: 1, entry: 100, stop: 95, target: 105 }

const play = (
  rows: ReadonlyArray<Row>,
  finer: Record<number, ReadonlyArray<Row>> = {},
  order = long,
  rules: Rules = defaultRules
) => {
  const machine = new OutcomeMachine(order, rules)
  for (const [index, row] of rows.entries()) machine.feed(price(row), (finer[index] ?? []).map(price))
  return machine
}

/** Prices upside down at 100, where a LONG becomes a SHORT. */
const turn = ([open, high, low, close]: Row): Row => [200 - open, 200 - low, 200 - high, 200 - close]
const short: Order = { direction: -1, entry: 100, stop: 105, target: 95 }

/** Fills at 100 without touching anything. */
const fill: Row = [101, 102, 100, 101]
const quiet: Row = [101, 102, 99, 101]

interface Expected {
  readonly outcome: OrderResult["outcome"]
  readonly exitReason: OrderResult["exitReason"]
  readonly pnlPct?: number
  readonly r?: number
  readonly fillPrice?: number
  readonly exitPrice?: number
  readonly ambiguous?: boolean
  readonly filled?: boolean
  readonly barsHeld?: number
}
type Case = readonly [
  rule: string,
  rows: ReadonlyArray<Row>,
  expected: Expected,
  finer?: Record<number, ReadonlyArray<Row>>
]

const repeat = (row: Row, times: number) => Array.from({ length: times }, () => row)
const stop: Expected = { outcome: "LOSS", exitReason: "STOP", pnlPct: -5, r: -1, exitPrice: 95 }
const target: Expected = { outcome: "WIN", exitReason: "TARGET", pnlPct: 5, r: 1, exitPrice: 105 }
const unfilled: Expected = { outcome: "NEUTRAL", exitReason: "UNFILLED", pnlPct: 0, r: 0, filled: false }
const both: Row = [100, 106, 94, 100]

const cases: ReadonlyArray<Case> = [
  ["the reference: high 106, low 99 wins 5 %", [fill, [101, 106, 99, 104]], target],
  ["the reference: high 100.5, low 94 loses 5 %", [fill, [100, 100.5, 94, 96]], stop],
  [
    "the reference: closes at 102 at the end, 2 %, neutral",
    [fill, ...repeat([101, 103, 97, 102], 48)],
    { outcome: "NEUTRAL", exitReason: "TIME", pnlPct: 2, r: 0.4, exitPrice: 102, barsHeld: 48 }
  ],
  ["a low at the entry fills", [[101, 102, 100, 101]], {
    outcome: "PENDING",
    exitReason: null,
    filled: true,
    fillPrice: 100
  }],
  ["a low above the entry does not", [[101, 102, 100.01, 101]], {
    outcome: "PENDING",
    exitReason: null,
    filled: false
  }],
  ["an open below the entry fills at the open", [[98, 99, 97, 98]], {
    outcome: "PENDING",
    exitReason: null,
    fillPrice: 98
  }],
  ["an open at the entry fills there", [[100, 101, 99, 100]], { outcome: "PENDING", exitReason: null, fillPrice: 100 }],
  ["eight bars without a fill are unfilled", repeat([102, 103, 101, 102], 8), unfilled],
  ["seven are not yet", repeat([102, 103, 101, 102], 7), { outcome: "PENDING", exitReason: null, filled: false }],
  ["the eighth bar may still fill", [...repeat([102, 103, 101, 102], 7), fill], {
    outcome: "PENDING",
    exitReason: null,
    filled: true
  }],
  ["a target without a fill is none", [[102, 110, 101, 108]], { outcome: "PENDING", exitReason: null, filled: false }],
  ["on the bar that fills the stop counts", [[101, 102, 94, 96]], stop],
  ["on the bar that fills the target does not", [[101, 106, 99, 104]], {
    outcome: "PENDING",
    exitReason: null,
    filled: true
  }],
  ["unless it filled at the open", [[100, 105, 99, 104]], target],
  [
    "then from the price of the open",
    [[98, 105, 97, 104]],
    { outcome: "WIN", exitReason: "TARGET", fillPrice: 98, exitPrice: 105, pnlPct: 7 / 98 * 100, r: 1.4 }
  ],
  ["stop and target on the bar that fills at the open count as the stop", [both], { ...stop, ambiguous: true }],
  [
    "stop and target on the bar that fills later are no doubt: the target does not count",
    [[101, 106, 94, 100]],
    { ...stop, ambiguous: false }
  ],
  [
    "an open beyond the stop fills and stops at the open",
    [[94, 97, 93, 96]],
    { outcome: "LOSS", exitReason: "STOP", fillPrice: 94, exitPrice: 94, pnlPct: 0, r: 0 }
  ],
  ["a low at the stop stops", [fill, [99, 100, 95, 97]], stop],
  ["a low above the stop does not", [fill, [99, 100, 95.01, 97]], { outcome: "PENDING", exitReason: null }],
  ["a high at the target wins", [fill, [101, 105, 100, 104]], target],
  ["a high below the target does not", [fill, [101, 104.99, 100, 104]], { outcome: "PENDING", exitReason: null }],
  ["a gap through the stop fills at the open", [fill, [93, 96, 92, 94]], {
    ...stop,
    exitPrice: 93,
    pnlPct: -7,
    r: -1.4
  }],
  ["a gap to the stop is the stop", [fill, [95, 96, 92, 94]], stop],
  ["a gap through the target fills at the open", [fill, [107, 108, 106, 107]], {
    ...target,
    exitPrice: 107,
    pnlPct: 7,
    r: 1.4
  }],
  ["a gap through the target wins before the stop of that bar", [fill, [106, 107, 94, 95]], {
    ...target,
    exitPrice: 106,
    pnlPct: 6,
    r: 1.2
  }],
  ["stop and target in one bar count as the stop, flagged", [fill, both], { ...stop, ambiguous: true }],
  ["finer bars decide: the target first", [fill, both], { ...target, ambiguous: false }, {
    1: [[100, 106, 100, 104], [104, 104, 94, 100]]
  }],
  ["finer bars decide: the stop first", [fill, both], { ...stop, ambiguous: false }, {
    1: [[100, 101, 94, 96], [96, 106, 96, 100]]
  }],
  ["a finer bar with both counts as the stop, flagged", [fill, both], { ...stop, ambiguous: true }, {
    1: [[100, 101, 99, 100], both]
  }],
  ["a gap between finer bars fills at their open", [fill, both], { ...stop, exitPrice: 94.5, pnlPct: -5.5, r: -1.1 }, {
    1: [[100, 101, 99, 100], [94.5, 94.8, 94, 94.6], [95, 106, 95, 100]]
  }],
  ["finer bars that show neither leave the doubt", [fill, both], { ...stop, ambiguous: true }, {
    1: [[100, 101, 99, 100]]
  }],
  [
    "finer bars decide on the bar that fills at the open too",
    [both],
    { ...target, ambiguous: false },
    { 0: [[100, 106, 100, 104], [104, 104, 94, 100]] }
  ],
  [
    "and may decide for the stop there",
    [both],
    { ...stop, ambiguous: false },
    { 0: [[100, 101, 94, 96], [96, 106, 96, 100]] }
  ],
  ["bars still missing leave it pending", [fill, ...repeat(quiet, 47)], {
    outcome: "PENDING",
    exitReason: null,
    barsHeld: 47
  }],
  ["the 48th bar after the fill ends it at the close", [fill, ...repeat(quiet, 48)], {
    outcome: "NEUTRAL",
    exitReason: "TIME",
    exitPrice: 101,
    pnlPct: 1,
    r: 0.2
  }],
  ["on the 48th bar the target still wins", [fill, ...repeat(quiet, 47), [101, 106, 100, 104]], target],
  ["nothing changes what is final", [fill, [101, 106, 99, 104], both, both], target]
]

describe("what becomes of a signal", () => {
  for (const [rule, rows, expected, finer = {}] of cases) {
    test(rule, () => {
      const result = play(rows, finer).result()
      for (const [name, value] of Object.entries(expected)) {
        const found = result[name as keyof OrderResult]
        if (typeof value === "number") expect([name, Number(found).toFixed(9)]).toEqual([name, value.toFixed(9)])
        else expect([name, found]).toEqual([name, value])
      }
      const turnedFiner = Object.fromEntries(Object.entries(finer).map(([bar, parts]) => [bar, parts.map(turn)]))
      const other = play(rows.map(turn), turnedFiner, short).result()
      const same = ["outcome", "exitReason", "filled", "ambiguous", "barsHeld"] as const
      for (const name of same) expect([name, other[name]]).toEqual([name, result[name]])
      for (const name of ["r", "mfe", "mae"] as const) expect(other[name] + 0).toBeCloseTo(result[name] + 0, 9)
      for (
        const [back, name] of [["fillPrice", "fillPrice"], ["high", "low"], ["low", "high"], [
          "close",
          "close"
        ]] as const
      ) {
        if (Number.isNaN(result[name])) expect(other[back]).toBeNaN()
        else expect(200 - other[back]).toBeCloseTo(result[name], 9)
      }
    })
  }

  test("an EXIT ends a filled one at that close", () => {
    const machine = play([fill, quiet])
    machine.closeAt(101)
    expect(machine.result()).toMatchObject({
      outcome: "NEUTRAL",
      exitReason: "EXIT",
      exitPrice: 101,
      pnlPct: 1,
      r: 0.2
    })
    machine.closeAt(90)
    expect(machine.result()).toMatchObject({ exitReason: "EXIT", exitPrice: 101 })
  })

  test("and cancels one that has not filled", () => {
    const machine = play([[102, 103, 101, 102]])
    machine.closeAt(101)
    expect(machine.status).toBe("final")
    expect(machine.result()).toMatchObject({
      outcome: "NEUTRAL",
      exitReason: "UNFILLED",
      pnlPct: 0,
      r: 0,
      filled: false
    })
  })

  test("high, low, close and excursions are those of the holding period", () => {
    const result = play([[110, 111, 108, 109], [101, 102, 99, 101], [101, 104, 97, 103], [103, 105, 101, 104]]).result()
    expect(result).toMatchObject({ high: 105, low: 97, close: 104, barsHeld: 2, exitReason: "TARGET" })
    expect(result.mfe).toBeCloseTo(1, 12)
    expect(result.mae).toBeCloseTo(0.6, 12)
  })

  test("costs come off the result, in percent of the fill price and in R", () => {
    const result = play([fill, [101, 106, 99, 104]], {}, { ...long, costPct: 0.5 }).result()
    expect(result.pnlPct).toBeCloseTo(4.5, 12)
    expect(result.r).toBeCloseTo(0.9, 12)
    expect(play(repeat([102, 103, 101, 102], 8), {}, { ...long, costPct: 0.5 }).result().pnlPct).toBe(0)
  })

  test("the bars to fill and to hold are options", () => {
    const rules = { ...defaultRules, fillBars: 2, holdBars: 3 }
    expect(play(repeat([102, 103, 101, 102], 2), {}, long, rules).result().exitReason).toBe("UNFILLED")
    expect(play([fill, ...repeat(quiet, 3)], {}, long, rules).result().exitReason).toBe("TIME")
  })

  test("status goes from waiting to filled to final", () => {
    const machine = play([])
    expect(machine.status).toBe("waiting")
    machine.feed(price(fill))
    expect(machine.status).toBe("filled")
    machine.feed(price([101, 106, 99, 104]))
    expect(machine.status).toBe("final")
  })

  const rows = fc.array(
    fc.tuple(fc.nat(40), fc.nat(6), fc.nat(6), fc.nat(12)).map(([open, up, down, part]): Row => {
      const from = 80 + open
      return [from, from + up, from - down, from - down + Math.min(part, up + down)]
    }),
    { maxLength: 70 }
  )

  test("is the same bar by bar however it is fed, and later bars change nothing that is final", () => {
    fc.assert(fc.property(rows, fc.nat(), (all, cut) => {
      const whole = play(all).result()
      const part = play(all.slice(0, cut % (all.length + 1))).result()
      if (part.exitReason !== null) expect(part).toEqual(whole)
      else expect(part.outcome).toBe("PENDING")
    }))
  })

  test("has at most the risk lost without a gap, and pays what it says", () => {
    fc.assert(fc.property(rows, (all) => {
      const result = play(all).result()
      if (!result.filled) return expect([result.pnlPct, result.r, result.mfe, result.mae]).toEqual([0, 0, 0, 0])
      expect(result.fillPrice).toBeLessThanOrEqual(100)
      expect(result.high).toBeGreaterThanOrEqual(result.low)
      expect(result.pnlPct).toBeCloseTo((result.exitPrice - result.fillPrice) / result.fillPrice * 100, 9)
      expect(result.r).toBeCloseTo((result.exitPrice - result.fillPrice) / 5, 9)
      if (result.exitReason === "TARGET") expect(result.exitPrice).toBeGreaterThanOrEqual(105)
      if (result.exitReason === "STOP") expect(result.exitPrice).toBeLessThanOrEqual(95)
      expect(Number.isFinite(result.mfe) && Number.isFinite(result.mae)).toBe(true)
    }))
  })
})
