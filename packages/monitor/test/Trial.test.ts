import type { Bar } from "@dgas/domain/Bar"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import { defaultRules } from "@dgas/domain/Rules"
import { describe, expect, test } from "bun:test"
import { type Leave, Trial } from "../src/Trial.ts"

type Row = readonly [open: number, high: number, low: number, close: number]

const bar = ([open, high, low, close]: Row, index: number): Bar => ({
  openTime: index * 10,
  closeTime: index * 10 + 10,
  open,
  high,
  low,
  close,
  volume: 1
})

const long = { id: "a", type: "LONG", signalTimestamp: 0, entryPrice: 100, stopLoss: 95, targetPrice: 110 } as const
const short = { ...long, type: "SHORT", stopLoss: 105, targetPrice: 90 } as const
const turn = ([open, high, low, close]: Row): Row => [200 - open, 200 - low, 200 - high, 200 - close]

const fill: Row = [101, 102, 100, 101]
const above: Row = [102, 103, 101, 102]
const quiet: Row = [101, 103, 99, 102]
const both: Row = [101, 111, 94, 100]
const repeat = (row: Row, times: number) => Array.from({ length: times }, () => row)

interface Play {
  readonly leave?: Leave
  readonly costPct?: number
  readonly finer?: ReadonlyArray<Row>
}

const play = (
  rows: ReadonlyArray<Row>,
  { costPct = 0, finer = [], leave }: Play = {},
  entry: typeof long | typeof short = long
) => {
  const trial = new Trial(entry, { rules: defaultRules, costPct, leave: leave ?? null })
  const side = (row: Row) => entry.type === "LONG" ? row : turn(row)
  for (const [index, row] of rows.entries()) {
    trial.take({ bar: bar(side(row), index), finer: index === 1 ? finer.map((part) => bar(side(part), 0)) : [] })
  }
  trial.leaveBefore(rows.length * 10 + 1)
  return trial.outcome({ barsMissing: 0, evaluatedAt: 7 })
}

const cases: ReadonlyArray<
  readonly [rule: string, rows: ReadonlyArray<Row>, expected: Partial<OutcomeUpdate>, play?: Play]
> = [
  ["a target is a win of the planned reward", [fill, [101, 111, 100, 110]], {
    outcome: "WIN",
    exitReason: "TARGET",
    r: 2,
    rIfLoss: 2,
    rIfWin: 2,
    pnlPct: 10,
    decidedAt: 20,
    barsHeld: 1,
    filled: true
  }],
  ["a stop is a loss of the planned risk", [fill, [101, 102, 94, 95]], {
    outcome: "LOSS",
    exitReason: "STOP",
    r: -1,
    rIfLoss: -1,
    rIfWin: -1,
    pnlPct: -5,
    decidedAt: 20
  }],
  ["stop and target in one bar are a loss that might have been a win", [fill, both], {
    outcome: "LOSS",
    exitReason: "STOP",
    ambiguous: true,
    r: -1,
    rIfLoss: -1,
    rIfWin: 2
  }],
  ["with its costs", [fill, both], { r: -1.2, rIfLoss: -1.2, rIfWin: 1.8, costPct: 1, pnlPct: -6 }, { costPct: 1 }],
  ["finer bars leave no bounds", [fill, both], {
    outcome: "WIN",
    exitReason: "TARGET",
    ambiguous: false,
    r: 2,
    rIfLoss: 2,
    rIfWin: 2
  }, { finer: [[101, 111, 100, 105], [105, 106, 94, 100]] }],
  ["finer bars that do not tell leave the doubt", [fill, both], { ambiguous: true, rIfWin: 2 }, { finer: [both] }],
  ["nothing filled in time is neutral and costs nothing", repeat(above, 8), {
    outcome: "NEUTRAL",
    exitReason: "UNFILLED",
    filled: false,
    r: 0,
    pnlPct: 0,
    mfe: null,
    mae: null,
    fillPrice: null,
    exitPrice: null,
    decidedAt: 80,
    costPct: 1
  }, { costPct: 1 }],
  ["before that it is pending, and nothing is known of it", repeat(above, 7), {
    outcome: "PENDING",
    exitReason: null,
    filled: false,
    r: null,
    pnlPct: null,
    rIfLoss: null,
    rIfWin: null,
    decidedAt: null,
    actualHigh: null
  }],
  ["filled it is pending with what is known so far", [fill, quiet], {
    outcome: "PENDING",
    filled: true,
    fillPrice: 100,
    exitPrice: null,
    r: null,
    pnlPct: null,
    mfe: 0.6,
    mae: 0.2,
    barsHeld: 1
  }],
  ["time ends it at the close", [fill, ...repeat(quiet, 48)], {
    outcome: "NEUTRAL",
    exitReason: "TIME",
    exitPrice: 102,
    r: 0.4,
    pnlPct: 2,
    decidedAt: 490,
    barsHeld: 48
  }],
  ["an exit ends it at its close", [fill, quiet, quiet], {
    outcome: "NEUTRAL",
    exitReason: "EXIT",
    exitPrice: 103,
    r: 0.6,
    decidedAt: 20,
    barsHeld: 1
  }, { leave: { at: 20, price: 103 } }],
  ["a stop on the bar of the exit comes first", [fill, [101, 102, 94, 96], quiet], {
    outcome: "LOSS",
    exitReason: "STOP",
    decidedAt: 20
  }, { leave: { at: 20, price: 96 } }],
  ["a stop after the exit does not come", [fill, quiet, [101, 102, 94, 96]], { exitReason: "EXIT", decidedAt: 20 }, {
    leave: { at: 20, price: 102 }
  }],
  ["an exit before the fill cancels it", [above, above, fill], {
    outcome: "NEUTRAL",
    exitReason: "UNFILLED",
    filled: false,
    r: 0,
    decidedAt: 20
  }, { leave: { at: 20, price: 102 } }],
  ["an exit whose bar is missing ends it before the next", [fill, [101, 102, 94, 96]], {
    exitReason: "EXIT",
    decidedAt: 15
  }, {
    leave: { at: 15, price: 101 }
  }],
  ["an exit to come ends nothing", [fill, quiet], { outcome: "PENDING" }, { leave: { at: 30, price: 101 } }],
  ["a gap through the stop costs more than the risk", [fill, [90, 91, 89, 90]], {
    exitReason: "STOP",
    r: -2,
    exitPrice: 90
  }],
  ["a gap through the target pays more", [fill, [115, 116, 114, 115]], { exitReason: "TARGET", r: 3, exitPrice: 115 }],
  ["the stop counts on the bar that fills, the target does not", [[101, 111, 99, 110]], {
    outcome: "PENDING",
    filled: true
  }],
  ["and there the stop is no matter of doubt", [[101, 111, 94, 100]], {
    exitReason: "STOP",
    ambiguous: false,
    rIfWin: -1
  }]
]

describe("a trial", () => {
  for (const [rule, rows, expected, how] of cases) {
    test(rule, () => {
      const found = new Map(Object.entries(play(rows, how)))
      for (const [field, value] of Object.entries(expected)) {
        const now = found.get(field)
        if (typeof value === "number") expect([field, Number(now).toFixed(9)]).toEqual([field, value.toFixed(9)])
        else expect([field, now]).toEqual([field, value])
      }
      // A SHORT of the same distances, but for what is told in prices.
      const leave = how?.leave === undefined ? {} : { leave: { at: how.leave.at, price: 200 - how.leave.price } }
      const other = play(rows, { ...how, ...leave }, short)
      for (const field of ["outcome", "exitReason", "filled", "ambiguous", "decidedAt", "barsHeld"] as const) {
        expect(new Map(Object.entries(other)).get(field)).toEqual(found.get(field))
      }
      if (how?.costPct === undefined) expect((other.r ?? 0) + 0).toBeCloseTo(Number(found.get("r") ?? 0), 9)
    })
  }

  test("knows nothing that is no number, however small the risk", () => {
    const tiny = { ...long, entryPrice: 1e300, stopLoss: 1e300 - 1e284, targetPrice: 1.7e308 }
    const trial = new Trial(tiny, { rules: defaultRules, costPct: 0, leave: { at: 10, price: 1e-300 } })
    trial.take({ bar: bar([1e300, 1e300, 1e300, 1e300], 0), finer: [] })
    for (const value of Object.values(trial.outcome({ barsMissing: 0, evaluatedAt: 0 }))) {
      expect(typeof value !== "number" || Number.isFinite(value)).toBe(true)
    }
  })
})
