import { defaultRules, type Rules } from "@dgas/domain/Rules"
import {
  emptyLevels,
  ENVELOPE_BOTTOM,
  ENVELOPE_TOP,
  FIVE_NINE_DOWN,
  FIVE_NINE_UP,
  FIVE_ONE_DOWN,
  FIVE_ONE_UP,
  FIVE_TWO_DOWN,
  FIVE_TWO_UP,
  levelCount,
  levelNames,
  Z2_BOTTOM,
  Z5_TOP
} from "@dgas/engine/geometry/Levels"
import { PatternDetector, type PatternName, patternNames, PUSH, remembered } from "@dgas/engine/geometry/Patterns"
import type { Side } from "@dgas/engine/geometry/StateMachine"
import { describe, expect, test } from "bun:test"
import { patternBar } from "../bars.ts"

/** A bar against a dot at 100 in an envelope from 90 to 110 (W = 20), unless it says otherwise. */
interface Look {
  readonly close?: number
  readonly high?: number
  readonly low?: number
  readonly before?: number
  readonly side?: Side
  readonly slope?: number
  readonly lastSlope?: number
  readonly flat?: boolean
  readonly top?: number
  readonly bottom?: number
  readonly levels?: ReadonlyArray<readonly [level: number, price: number]>
}

/** Each event as `bar: direction first-last strength`, of one pattern. */
const play = (pattern: PatternName, looks: ReadonlyArray<Look>, rules: Rules = defaultRules) => {
  const detector = new PatternDetector(rules)
  const events: Array<string> = []
  for (const [index, look] of looks.entries()) {
    const close = look.close ?? 100
    const levels = emptyLevels()
    levels[ENVELOPE_TOP] = look.top ?? 110
    levels[ENVELOPE_BOTTOM] = look.bottom ?? 90
    for (const [level, price] of look.levels ?? []) levels[level] = price
    detector.push(patternBar(
      {
        index,
        high: look.high ?? close,
        low: look.low ?? close,
        close,
        side: look.side ?? (Math.sign(close - 100) as Side),
        slope: look.slope ?? 0,
        previousSlope: look.lastSlope ?? 0,
        flat: look.flat ?? false
      },
      levels,
      look.before ?? 100
    ))
    for (const event of detector.events()) {
      if (event.pattern !== pattern) continue
      const sign = event.direction === 1 ? "+1" : String(event.direction)
      events.push(`${index}: ${sign} ${event.firstBar}-${event.lastBar} ${event.strength}`)
    }
  }
  return events
}

const reflect = (look: Look): Look => ({
  close: 200 - (look.close ?? 100),
  high: 200 - (look.low ?? look.close ?? 100),
  low: 200 - (look.high ?? look.close ?? 100),
  before: 200 - (look.before ?? 100),
  ...(look.side === undefined ? {} : { side: -look.side as Side }),
  slope: -(look.slope ?? 0),
  lastSlope: -(look.lastSlope ?? 0),
  flat: look.flat ?? false,
  top: 200 - (look.bottom ?? 90),
  bottom: 200 - (look.top ?? 110),
  levels: (look.levels ?? []).map(([level, price]) => [opposite[level]!, 200 - price] as const)
})

const opposite: Record<number, number> = {
  [Z5_TOP]: Z2_BOTTOM,
  [Z2_BOTTOM]: Z5_TOP,
  [FIVE_NINE_UP]: FIVE_NINE_DOWN,
  [FIVE_NINE_DOWN]: FIVE_NINE_UP,
  [FIVE_ONE_UP]: FIVE_ONE_DOWN,
  [FIVE_ONE_DOWN]: FIVE_ONE_UP,
  [FIVE_TWO_UP]: FIVE_TWO_DOWN,
  [FIVE_TWO_DOWN]: FIVE_TWO_UP
}

const turned = (event: string) => event.replace(/ ([+-])1 /, (_, sign: string) => sign === "+" ? " -1 " : " +1 ")

type Case = readonly [rule: string, looks: ReadonlyArray<Look>, events: ReadonlyArray<string>]

/** Every case also upside down: prices reflected at 100 turn every direction. */
const holds = (pattern: PatternName, cases: ReadonlyArray<Case>) =>
  describe(pattern, () => {
    for (const [rule, looks, events] of cases) {
      test(rule, () => {
        expect(play(pattern, looks)).toEqual([...events])
        expect(play(pattern, looks.map(reflect)).toSorted()).toEqual(events.map(turned).toSorted())
      })
    }
  })

const up: Look = { close: 101, slope: 1 }
holds("PLDOT_PUSH", [
  ["completes on the third close on the side to which the dot slopes, once", [up, up, up, up, up], ["2: +1 0-2 3"]],
  ["two closes are none", [up, up], []],
  ["a close on the other side starts it anew", [up, up, { close: 99, slope: 1 }, up, up, up], ["5: +1 3-5 3"]],
  ["a close on the dot starts it anew", [up, up, { close: 100, slope: 1 }, up, up], []],
  ["a slope against the closes is none", [up, up, { close: 101, slope: -1 }, up, up, up], ["5: +1 3-5 3"]],
  ["a flat slope is none", [up, up, { ...up, flat: true }, up, up], []],
  ["completes again after a pause", [up, up, up, { close: 99, slope: 1 }, up, up, up], ["2: +1 0-2 3", "6: +1 4-6 3"]],
  ["turns over without a pause", [up, up, up, ...[up, up, up].map(reflect)], ["2: +1 0-2 3", "5: -1 3-5 3"]]
])

const far: Look = { close: 110 }
const near: Look = { close: 103 }
holds("PLDOT_REFRESH", [
  ["two closes half a width away, then one within 0.15 of it, both bounds included", [far, far, near], ["2: -1 0-2 2"]],
  ["four closes away are still a refresh", [far, far, far, far, near], ["4: -1 0-4 4"]],
  ["one close away is none", [far, near], []],
  ["five closes away are none", [far, far, far, far, far, near], []],
  ["a close not near enough ends it", [far, far, { close: 103.1 }, near], []],
  ["a close on the other side of the dot may be near too", [far, far, { close: 97 }], ["2: -1 0-2 2"]],
  ["a close less than half a width away does not count", [far, { close: 109.9 }, near], []],
  ["changing sides counts anew", [{ close: 90 }, far, near], []],
  ["and goes back from the later side", [{ close: 90 }, far, far, near], ["3: -1 1-3 2"]],
  ["is told once", [far, far, near, near], ["2: -1 0-2 2"]]
])

const out: Look = { close: 125, slope: 2, lastSlope: 1 }
const beyond: Look = { close: 115, slope: 2, lastSlope: 1 }
const fading: Look = { close: 105, slope: 1, lastSlope: 2 }
holds("EXHAUST", [
  ["two closes 0.75 widths outside, then one inside with the slope fading", [out, out, fading], ["2: -1 0-2 2"]],
  ["three closes outside have strength three", [out, out, out, fading], ["3: -1 0-3 3"]],
  ["a slope that turned has faded", [out, out, { ...fading, slope: -3 }], ["2: -1 0-2 2"]],
  ["a slope that grows has not", [out, out, { ...fading, slope: 3 }], []],
  ["a slope as large as before has not", [out, out, { ...fading, slope: 2 }], []],
  ["one close outside is none", [out, fading], []],
  ["closes less far outside are none", [{ ...out, close: 124.9 }, { ...out, close: 124.9 }, fading], []],
  ["closes outside must follow each other", [out, beyond, out, fading], []],
  ["three bars back inside are time enough", [out, out, beyond, beyond, fading], ["4: -1 0-4 2"]],
  ["four are not", [out, out, beyond, beyond, beyond, fading], []],
  ["waits inside for the slope to fade", [out, out, { ...fading, slope: 3 }, fading], ["3: -1 0-3 2"]],
  ["the edge of the envelope is inside", [out, out, { ...fading, close: 110 }], ["2: -1 0-2 2"]],
  ["is told once", [out, out, fading, fading], ["2: -1 0-2 2"]]
])

const wave = (top: number, close = top): Look => ({ top, close })
holds("C_WAVE", [
  ["three closes at or beyond a side that advances", [wave(110, 100), wave(111), wave(112, 113), wave(113)], [
    "3: +1 1-3 3"
  ]],
  ["the first envelope of a series has not advanced", [wave(110), wave(111), wave(112)], []],
  ["a side that stands still ends it", [wave(110), wave(111), wave(112), wave(112, 115), wave(113), wave(114)], []],
  ["a close inside ends it", [wave(110), wave(111), wave(112, 111.9), wave(113), wave(114)], []],
  ["is told once", [wave(110), wave(111), wave(112), wave(113), wave(114), wave(115)], ["3: +1 1-3 3"]]
])

const swing = (close: number, flat = true): Look => ({ close, flat })
holds("CONGESTION_OSCILLATION", [
  [
    "four bars inside 20 to 80 % of a flat envelope that alternate, bounds included",
    [swing(106), swing(94), swing(105), swing(95)],
    ["3: 0 0-3 4"]
  ],
  ["is told once", [swing(105), swing(95), swing(105), swing(95), swing(105), swing(95)], ["3: 0 0-3 4"]],
  ["three are none", [swing(105), swing(95), swing(105)], []],
  ["two on one side start it anew", [swing(105), swing(95), swing(95), swing(105), swing(95)], []],
  ["and count from the second", [swing(105), swing(105), swing(95), swing(105), swing(95)], ["4: 0 1-4 4"]],
  ["a close beyond 80 % ends it", [swing(105), swing(95), swing(106.1), swing(95), swing(105)], []],
  ["a slope ends it", [swing(105), swing(95), swing(105, false), swing(95)], []],
  ["a close on the dot ends it", [swing(105), swing(95), swing(100), swing(95), swing(105)], []]
])

holds("TERMINATION_APPROACH", [
  ["a high within 0.25 widths below the top", [{ high: 105 }], ["0: +1 0-0 1"]],
  ["a high farther away is none", [{ high: 104.9 }], []],
  ["a high at the level touches it", [{ high: 110 }], []],
  ["both sides of one bar", [{ high: 109, low: 91 }], ["0: +1 0-0 1", "0: -1 0-0 1"]],
  ["the level nearest to the previous close counts", [{ high: 109, levels: [[FIVE_TWO_DOWN, 103]], close: 99 }], []],
  ["each bar by itself", [{ high: 106 }, { high: 107 }], ["0: +1 0-0 1", "1: +1 1-1 1"]]
])

holds("TERMINATION_TOUCH", [
  ["a high through the top and a close back inside", [{ high: 112, close: 109 }], ["0: -1 0-0 1"]],
  ["a high that reaches the top", [{ high: 110, close: 109 }], ["0: -1 0-0 1"]],
  ["a close beyond is none", [{ high: 112, close: 111 }], []],
  ["a close at the level is none", [{ high: 112, close: 110 }], []],
  [
    "the level nearest to the previous close counts",
    [{ high: 104, close: 102, levels: [[FIVE_TWO_DOWN, 103], [Z5_TOP, 120]] }],
    ["0: -1 0-0 1"]
  ],
  ["a level on the previous close is on neither side", [{ high: 101, low: 99, levels: [[FIVE_ONE_UP, 100]] }], []],
  ["a level that was passed by the previous close is below", [{ before: 112, high: 113, low: 109, close: 111 }], [
    "0: +1 0-0 1"
  ]]
])

describe("levels that terminate", () => {
  const watched = [
    "envelopeTop",
    "envelopeBottom",
    "z5Top",
    "z2Bottom",
    "fiveNineUp",
    "fiveNineDown",
    "fiveOneUp",
    "fiveOneDown",
    "fiveTwoUp",
    "fiveTwoDown"
  ]
  for (const name of levelNames) {
    test(`${name} ${watched.includes(name) ? "is one" : "is none"}`, () => {
      const levels = Array.from({ length: levelCount }, (_, index) => [index, NaN] as const)
        .filter(([index]) => index !== ENVELOPE_TOP && index !== ENVELOPE_BOTTOM)
      const level = levelNames.indexOf(name)
      const touched = play("TERMINATION_TOUCH", [{
        high: 103,
        close: 101,
        top: 300,
        bottom: -300,
        levels: [...levels, [level, 102]]
      }])
      expect(touched).toEqual(watched.includes(name) ? ["0: -1 0-0 1"] : [])
    })
  }
})

describe("PatternDetector", () => {
  test("an envelope without width completes nothing and breaks every run", () => {
    const closed: Look = { ...up, top: 100, bottom: 100 }
    expect(play("PLDOT_PUSH", [up, up, closed, up, up])).toEqual([])
    expect(play("EXHAUST", [out, out, { ...closed, slope: 1, lastSlope: 2 }, fading])).toEqual([])
    expect(play("PLDOT_REFRESH", [far, far, closed, near])).toEqual([])
    expect(play("TERMINATION_TOUCH", [{ high: 112, low: 80, close: 99, top: NaN, bottom: NaN }])).toEqual([])
  })

  test("remembers on which of the last bars a pattern completed in a direction", () => {
    const detector = new PatternDetector(defaultRules)
    expect(detector.has(PUSH, 1, remembered)).toBe(false)
    const levels = emptyLevels()
    levels[ENVELOPE_TOP] = 110
    levels[ENVELOPE_BOTTOM] = 90
    const push = (index: number, side: Side) =>
      detector.push(patternBar({ index, close: 101, side, slope: side, previousSlope: side }, levels))
    for (let index = 0; index < 5; index++) push(index, 1)
    expect([1, 2, 3, remembered].map((bars) => detector.has(PUSH, 1, bars))).toEqual([false, false, true, true])
    expect(detector.has(PUSH, -1, remembered)).toBe(false)
    for (let index = 5; index < remembered + 2; index++) push(index, 0)
    expect([remembered - 1, remembered].map((bars) => detector.has(PUSH, 1, bars))).toEqual([false, true])
    push(remembered + 2, 0)
    expect(detector.has(PUSH, 1, remembered)).toBe(false)
  })

  test("takes its thresholds from the rules", () => {
    const rules = {
      ...defaultRules,
      pushBars: 4,
      refreshMinBars: 1,
      exhaustOutside: 0.5,
      waveBars: 2,
      oscillationBars: 2
    }
    expect(play("PLDOT_PUSH", [up, up, up, up], rules)).toEqual(["3: +1 0-3 4"])
    expect(play("PLDOT_REFRESH", [far, near], rules)).toEqual(["1: -1 0-1 1"])
    expect(play("EXHAUST", [{ ...out, close: 120 }, { ...out, close: 120 }, fading], rules)).toEqual(["2: -1 0-2 2"])
    expect(play("C_WAVE", [wave(110), wave(111), wave(112)], rules)).toEqual(["2: +1 1-2 2"])
    expect(play("CONGESTION_OSCILLATION", [swing(105), swing(95)], rules)).toEqual(["1: 0 0-1 2"])
  })

  test("knows seven patterns", () => expect(patternNames).toHaveLength(7))
})
