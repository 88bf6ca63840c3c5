import { optionsOf, watchFrom, watchOf } from "@dgas/engine/Watch"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { watchesOf } from "../src/Worker.ts"
import { configOf } from "./world.ts"

const at = (text: string) => Date.parse(text)
const overrides = { closed: ["2026-12-24"], early: { "2026-11-25": "13:00" }, open: {} }

const configWith = (calendars: unknown) =>
  configOf({
    sources: { files: { kind: "csv", folder: "bars" } },
    universes: {
      stocks: { source: "files", calendar: "XNYS", instruments: [{ symbol: "SPY" }] },
      pairs: { source: "files", calendar: "24/7", instruments: [{ symbol: "BTCUSDT" }] }
    },
    schedules: [
      { name: "stocks", universe: "stocks", trading: "1h", higher: "1d" },
      { name: "pairs", universe: "pairs", trading: "1h", higher: "1d" }
    ],
    calendars
  })

/** Closes of the hours from 23 November to 26 December 2026 on the two days that are overridden. */
const closesOf = (watch: ReturnType<typeof watchOf>) =>
  watch.tradingGrid.closes(at("2026-11-23T00:00Z"), at("2026-12-26T00:00Z"))
    .map((close) => new Date(close).toISOString().slice(0, 16))
    .filter((text) => text.startsWith("2026-11-25") || text.startsWith("2026-12-24"))

const overridden = ["2026-11-25T15:30", "2026-11-25T16:30", "2026-11-25T17:30", "2026-11-25T18:00"]

describe("a schedule whose calendar is overridden", () => {
  const config = configWith({ XNYS: overrides })
  const watch = watchOf(config, config.schedules[0])

  test("has the slots of the other hours", () => {
    expect(closesOf(watch)).toEqual(overridden)
    expect(watchOf(config, config.schedules[1]!).overrides).toEqual({ closed: [], early: {}, open: {} })
  })

  test("keeps them with its runs, so that one is computed again with the hours that it had", () => {
    const options = JSON.parse(JSON.stringify(optionsOf(watch)))
    expect(options.overrides).toEqual(overrides)
    expect(closesOf(Effect.runSync(watchFrom(options)))).toEqual(overridden)
  })

  test("can be computed again from options that were stored before calendars could be overridden", () => {
    const { overrides: _, ...options } = optionsOf(watch)
    expect(closesOf(Effect.runSync(watchFrom(options)))).toHaveLength(11)
  })
})

describe("watchesOf", () => {
  test("refuses overrides that do not fit their calendar, whoever watches it, a line each with the file", () => {
    const config = configWith({
      XNYS: { closed: ["2026-12-25"], early: { "2026-11-27": "09:00" } },
      XTKS: { early: { "2026-11-27": "12:00" } }
    })
    const error = Effect.runSync(Effect.flip(watchesOf("dgas.config.ts", config, "pairs")))
    expect(error.message.split("\n")).toEqual([
      "dgas.config.ts: calendars.XNYS.closed[0]: found \"2026-12-25\", expected a date on which XNYS has a session",
      "dgas.config.ts: calendars.XNYS.early[\"2026-11-27\"]: found \"09:00\", expected a time after 09:30 and up to 16:00",
      "dgas.config.ts: calendars.XTKS.early[\"2026-11-27\"]: found \"12:00\", expected a time after 09:00 and up to 15:30, outside the break from 11:30 to 12:30"
    ])
  })

  test("makes the watches of a configuration whose overrides fit", () => {
    const watches = Effect.runSync(watchesOf("dgas.config.ts", configWith({ XNYS: overrides }), "stocks"))
    expect(watches.map(closesOf)).toEqual([overridden])
  })
})
