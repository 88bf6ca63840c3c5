import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeConfig, defineConfig, UniverseConfig } from "../src/Config.ts"
import { type EventConfig, eventOf } from "../src/EventConfig.ts"
import { parseSplit } from "../src/PriceEvent.ts"

const universe = { source: "files", calendar: "XNYS", instruments: [{ symbol: "AAPL" }] } as const
const configured = (events: unknown, change: object = {}) => ({
  ...defineConfig({
    sources: { files: { kind: "csv", folder: "bars" } },
    universes: {},
    schedules: [{ name: "us", universe: "us", trading: "1d", higher: "1w" }]
  }),
  universes: { us: { ...universe, ...change, events } }
})
const decoded = (value: unknown) => Effect.runSync(decodeConfig("dgas.config.ts", value)).universes["us"]!
const mistakes = (value: unknown) => Effect.runSync(Effect.flip(decodeConfig("dgas.config.ts", value))).detail

const split = { at: "2014-06-09", split: "7:1" }

describe("the events of a configuration", () => {
  test("are splits, rolls and dividends of symbols", () => {
    const list: ReadonlyArray<EventConfig> = [
      split,
      { at: "2024-03-14T17:30-04:00", roll: 1.0123 },
      { at: "2014-06-09", dividend: 0.47 },
      { at: "2024-01-02T14:30:00.000Z", split: "1:10" }
    ]
    const { events } = decoded(configured({ AAPL: list }))
    expect(events["AAPL"]?.map(eventOf)).toEqual([
      { kind: "split", factor: 1 / 7, amount: null, detail: "7:1 split" },
      { kind: "roll", factor: 1.0123, amount: null, detail: "roll" },
      { kind: "dividend", factor: 1, amount: 0.47, detail: "dividend of 0.47" },
      { kind: "split", factor: 10, amount: null, detail: "1:10 split" }
    ])
    expect(decoded(configured({ AAPL: [] })).events).toEqual({ AAPL: [] })
  })

  test("are no part of what is kept with the runs of a universe", () => {
    const kept = Schema.encodeSync(UniverseConfig)
    expect(kept(decoded(configured({ AAPL: [split] })))).toEqual(kept(decoded(configured({}))))
    expect(Object.keys(kept(decoded(configured({ AAPL: [split] }))))).not.toContain("events")
  })

  const cases: ReadonlyArray<readonly [name: string, value: unknown, line: string]> = [
    [
      "a symbol that the universe does not have",
      configured({ MSFT: [split] }),
      "universes.us.events.MSFT: found [{\"at\":\"2014-06-09\",\"split\":\"7:1\"}], expected as key a symbol of the universe"
    ],
    [
      "prices that have no events left",
      configured({ AAPL: [split] }, { basis: "total" }),
      "universes.us.events.AAPL: found [{\"at\":\"2014-06-09\",\"split\":\"7:1\"}], " +
      "expected none, as prices of basis total have no splits and dividends left"
    ],
    [
      "the same event twice",
      configured({ AAPL: [split, { ...split, split: "4:1" }] }),
      "universes.us.events.AAPL[1]: found {\"at\":\"2014-06-09\",\"split\":\"4:1\"}, " +
      "expected an event of another kind or time than those before it"
    ],
    [
      "nothing told",
      configured({ AAPL: [{ at: "2014-06-09" }] }),
      "universes.us.events.AAPL[0]: found {\"at\":\"2014-06-09\"}, expected one of split, roll and dividend"
    ],
    [
      "two things told",
      configured({ AAPL: [{ ...split, dividend: 1 }] }),
      "universes.us.events.AAPL[0]: found {\"at\":\"2014-06-09\",\"split\":\"7:1\",\"dividend\":1}, " +
      "expected one of split, roll and dividend"
    ],
    [
      "no time",
      configured({ AAPL: [{ split: "7:1" }] }),
      "universes.us.events.AAPL[0].at: found nothing, expected string"
    ],
    [
      "a day that does not exist",
      configured({ AAPL: [{ ...split, at: "2014-02-30" }] }),
      "universes.us.events.AAPL[0].at: found \"2014-02-30\", expected a date YYYY-MM-DD, or an ISO instant with its offset"
    ],
    [
      "an instant without its offset",
      configured({ AAPL: [{ ...split, at: "2014-06-09T14:30" }] }),
      "universes.us.events.AAPL[0].at: found \"2014-06-09T14:30\", " +
      "expected a date YYYY-MM-DD, or an ISO instant with its offset"
    ],
    [
      "a split that is no ratio",
      configured({ AAPL: [{ ...split, split: "7" }] }),
      "universes.us.events.AAPL[0].split: found \"7\", expected new shares for old ones, like 7:1"
    ],
    [
      "a roll of nothing",
      configured({ AAPL: [{ at: "2014-06-09", roll: 0 }] }),
      "universes.us.events.AAPL[0].roll: found 0, expected a value greater than 0"
    ],
    [
      "a word that is no event",
      configured({ AAPL: [{ ...split, merger: 1 }] }),
      "universes.us.events.AAPL[0].merger: found 1, expected no such key, only at, split, roll, dividend"
    ]
  ]
  for (const [name, value, line] of cases) {
    test(`are refused with ${name}`, () => {
      expect(mistakes(value)).toBe(line)
    })
  }
})

describe("a split as text", () => {
  test("is new shares for old ones", () => {
    for (const text of ["7:1", "7/1", " 7.000000/1.000000 "]) expect(parseSplit(text)?.factor).toBe(1 / 7)
    expect(parseSplit("3:2")).toEqual({ kind: "split", factor: 2 / 3, amount: null, detail: "3:2 split" })
  })

  test("is nothing when it is no ratio, or one of 1", () => {
    for (const text of ["", "7", "7:0", "0:1", "-7:1", "7:1:1", "a:b", "1:1", "NaN/1", `${"9".repeat(400)}:1`]) {
      expect(parseSplit(text)).toBeNull()
    }
  })
})
