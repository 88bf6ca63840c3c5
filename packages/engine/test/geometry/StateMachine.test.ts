import { type Side, StateMachine } from "@dgas/engine/geometry/StateMachine"
import { describe, expect, test } from "bun:test"
import { barsOf, pushed } from "../bars.ts"

const letters = {
  TREND: "T",
  CONGESTION_ENTRANCE: "E",
  CONGESTION_ACTION: "A",
  CONGESTION_EXIT: "X",
  REVERSAL: "R"
} as const
const sideOf = { "+": 1, "-": -1, "0": 0 } as const

const play = (sides: string) => {
  const machine = new StateMachine()
  let states = ""
  let directions = ""
  let ages = ""
  for (const sign of sides) {
    machine.push(sideOf[sign as keyof typeof sideOf], true, 2, 1)
    states += letters[machine.state]
    directions += machine.direction === 1 ? "U" : machine.direction === -1 ? "D" : "N"
    ages += machine.barsInState
  }
  return { states, directions, ages }
}

const opposite = (text: string) =>
  text.replace(/[+\-UD]/g, (sign) => ({ "+": "-", "-": "+", U: "D", D: "U" })[sign] ?? sign)

const cases: ReadonlyArray<readonly [rule: string, sides: string, states: string, directions: string]> = [
  ["fewer than three dots are a neutral congestion", "++", "AA", "NN"],
  ["three closes on one side with no earlier trend are a trend", "+++", "AAT", "NNU"],
  ["a trend goes on while closes stay on its side", "++++++", "AATTTT", "NNUUUU"],
  ["closes that alternate never make a trend", "+-+-+-+-", "AAAAAAAA", "NNNNNNNN"],
  ["two closes are not three", "++-++-++", "AAAAAAAA", "NNNNNNNN"],
  ["the first close off the trend's side is the entrance", "+++-", "AATE", "NNUU"],
  ["a close on the dot is off the trend's side", "+++0", "AATE", "NNUU"],
  ["after the entrance comes the action", "+++-+-+", "AATEAAA", "NNUUUUU"],
  ["three in a row on the old side are an exit for one bar, then a trend", "+++-+++++", "AATEAAXTT", "NNUUUUUUU"],
  ["three in a row on the other side are a reversal for one bar, then a trend", "+++-----", "AATEARTT", "NNUUUDDD"],
  ["the reversal may come late", "+++-+--+---", "AATEAAAAAAR", "NNUUUUUUUUD"],
  ["a close on the dot breaks the run of three", "+++-++0++", "AATEAAAAA", "NNUUUUUUU"],
  ["a close on the dot starts no run", "+++00+++", "AATEAAAX", "NNUUUUUU"],
  ["a close on the dot breaks a first run", "++0+++", "AAAAAT", "NNNNNU"],
  ["an exit that breaks on the next bar is an entrance of the same trend", "+++-+++-", "AATEAAXE", "NNUUUUUU"],
  ["and it exits again", "+++-+++-+++", "AATEAAXEAAX", "NNUUUUUUUUU"],
  ["a reversal that breaks on the next bar goes back to the interrupted trend", "+++---+", "AATEARE", "NNUUUDU"],
  ["then three on the old side are its exit", "+++---+++", "AATEAREAX", "NNUUUDUUU"],
  ["then three on the other side reverse it again", "+++---+---", "AATEAREAAR", "NNUUUDUUUD"],
  ["a reversal broken by a close on the dot too", "+++---0--", "AATEAREAA", "NNUUUDUUU"],
  ["a reversal that held is the trend that the next congestion interrupts", "+++----+---", "AATEARTEAAX", "NNUUUDDDDDD"]
]

describe("states from sides", () => {
  for (const [rule, sides, states, directions] of cases) {
    test(rule, () => {
      expect(play(sides)).toMatchObject({ states, directions })
      expect(play(opposite(sides))).toMatchObject({ states, directions: opposite(directions) })
    })
  }

  test("bars in a state count from 1", () => {
    expect(play("+++++-+-+++++")).toMatchObject({ states: "AATTTEAAAAXTT", ages: "1212311234112" })
  })

  test("bars without a dot do not count toward the three", () => {
    const machine = new StateMachine()
    for (let i = 0; i < 5; i++) machine.push(0, false, 2, 1)
    machine.push(1, true, 2, 1)
    machine.push(1, true, 2, 1)
    expect([machine.state, machine.direction]).toEqual(["CONGESTION_ACTION", 0])
    machine.push(1, true, 2, 1)
    expect([machine.state, machine.direction]).toEqual(["TREND", 1])
  })
})

describe("dotted line and block level", () => {
  type Row = readonly [side: Side, high: number, low: number, state: string, dotted: number, block: number]
  const rows = (up: ReadonlyArray<Row>) => {
    const machine = new StateMachine()
    for (const [side, high, low, state, dotted, block] of up) {
      machine.push(side, true, high, low)
      expect([letters[machine.state], machine.dottedLine, machine.blockLevel]).toEqual([state as "T", dotted, block])
    }
  }
  const both = (up: ReadonlyArray<Row>) => {
    rows(up)
    rows(
      up.map(([side, high, low, state, dotted, block]) =>
        [side === 1 ? -1 : side === -1 ? 1 : 0, -low, -high, state, -dotted, -block] as const
      )
    )
  }

  test("are the trend's highest high and the low of the first close on the other side", () => {
    both([
      [1, 12, 9, "A", NaN, NaN],
      [1, 11, 10, "A", NaN, NaN],
      [1, 11, 10, "T", NaN, NaN],
      [-1, 20, 8, "E", 12, 8],
      [-1, 9, 7, "A", 12, 8],
      [1, 15, 9, "A", 12, 8],
      [1, 14, 9, "A", 12, 8],
      [1, 13, 9, "X", NaN, NaN]
    ])
  })

  test("the block waits for a close on the other side, a close on the dot is none", () => {
    both([
      [1, 10, 9, "A", NaN, NaN],
      [1, 10, 9, "A", NaN, NaN],
      [1, 10, 9, "T", NaN, NaN],
      [0, 11, 6, "E", 10, NaN],
      [1, 11, 5, "A", 10, NaN],
      [-1, 11, 4, "A", 10, 4],
      [-1, 11, 3, "A", 10, 4]
    ])
  })

  test("an exit goes on with the trend's high, and a new trend starts one", () => {
    both([
      [1, 10, 9, "A", NaN, NaN],
      [1, 10, 9, "A", NaN, NaN],
      [1, 10, 9, "T", NaN, NaN],
      [-1, 9, 6, "E", 10, 6],
      [1, 9, 8, "A", 10, 6],
      [1, 9, 8, "A", 10, 6],
      [1, 9, 8, "X", NaN, NaN],
      [-1, 9, 7, "E", 10, 6],
      [-1, 9, 5, "A", 10, 6],
      [-1, 8, 4, "R", NaN, NaN],
      [-1, 8, 6, "T", NaN, NaN],
      [1, 12, 7, "E", 4, 12]
    ])
  })

  test("no earlier trend, no lines", () => {
    both([
      [1, 10, 9, "A", NaN, NaN],
      [-1, 10, 9, "A", NaN, NaN],
      [1, 10, 9, "A", NaN, NaN],
      [-1, 10, 9, "A", NaN, NaN]
    ])
  })
})

describe("state confidence and trend strength", () => {
  const rising = (count: number) =>
    pushed(barsOf(Array.from({ length: count }, (_, i) => [101 + 3 * i, 99 + 3 * i, 100 + 3 * i] as const)))

  // Age, then 0.2 for the slope of a trend, then 0.1 for three equal sides, at most 1.
  const trend: ReadonlyArray<readonly [bars: number, confidence: number, strength: number]> = [
    [1, 0.55, 0.1 + 0.22],
    [4, 0.7, 0.4 + 0.28],
    [5, 0.75, 0.4 + 0.3],
    [6, 0.85, 0.1 + 0.34 + 0.2],
    [7, 0.9, 0.2 + 0.36 + 0.2],
    [8, 0.95, 0.3 + 0.38 + 0.2],
    [9, 1, 1],
    [30, 1, 1]
  ]
  for (const [count, confidence, strength] of trend) {
    test(`of a steady rise after ${count} bars are ${confidence} and ${strength.toFixed(2)}`, () => {
      const geometry = rising(count)
      expect(geometry.stateConfidence).toBeCloseTo(confidence, 12)
      expect(geometry.trendStrength).toBeCloseTo(strength, 12)
      expect(geometry.machine.state).toBe(count < 6 ? "CONGESTION_ACTION" : "TREND")
    })
  }

  test("a flat congestion is 0.15 surer", () => {
    const swinging = (count: number) =>
      pushed(barsOf(Array.from({ length: count }, (_, i) => [102, 98, i % 2 === 0 ? 100.5 : 99.5] as const)))
    expect(swinging(3).stateConfidence).toBeCloseTo(0.65, 12)
    expect(swinging(4).stateConfidence).toBeCloseTo(0.5 + 0.2 + 0.15, 12)
    expect(swinging(20).stateConfidence).toBeCloseTo(0.5 + 0.3 + 0.15, 12)
    expect(swinging(20).direction).toBe("NEUTRAL")
  })
})
