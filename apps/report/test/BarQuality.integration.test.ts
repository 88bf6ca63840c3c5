/** `report bars --quality` as a process, over bars with holes, and what it makes of markets that close. */
import { BarQualityStore } from "@dgas/db/BarQualityStore"
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { decodeConfig } from "@dgas/domain/Config"
import type { CalendarName, Grid } from "@dgas/domain/Instrument"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { barQuality } from "../src/BarQuality.ts"
import { json, report } from "./project.ts"

const it = effectTest(TestDatabase.layer)
const at = (text: string) => Date.parse(text)
const minute = 60_000

/** Stores every bar of a grid in [from, to) but those at the given places, and comes back with the instrument. */
const stored = Effect.fnUntraced(function*(series: {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly from: number
  readonly to: number
  readonly calendar?: CalendarName
  readonly grid?: Grid
  readonly without?: ReadonlyArray<number>
}) {
  const { calendar = "24/7", from, grid = "session", symbol, timeframe, to, without = [] } = series
  const ids = yield* (yield* InstrumentStore).ensure("binance", [
    { symbol, calendar, tick: null, basis: "raw", simulated: false }
  ])
  const slots = barGrid(calendarOf(calendar), timeframe, grid)
  const bars = slots.closes(from, to).map((close) => slots.slotAt(close - 1)!).filter((_, place) =>
    !without.includes(place)
  )
    .map((slot) => ({ ...slot, open: 1, high: 1, low: 1, close: 1, volume: 0 }))
  const instrumentId = ids.get(symbol)!
  yield* (yield* BarStore).upsert([{ instrumentId, timeframe, bars }])
  return instrumentId
})

const config = (change: object = {}) =>
  Effect.runSync(decodeConfig("test", {
    sources: { binance: { kind: "binance" } },
    universes: { u: { source: "binance", calendar: "24/7", instruments: [{ symbol: "NONE" }] } },
    schedules: [{ name: "s", universe: "u", trading: "30m", higher: "4h" }],
    ...change
  }))

const qualityAt = Effect.fnUntraced(function*(now: number, since = -Infinity, used = config()) {
  const store = yield* BarQualityStore
  const spans = yield* store.spans({})
  const found = {
    spans,
    counts: yield* store.counts(spans, since),
    jumps: yield* store.jumps(spans, since),
    refused: yield* store.refused({}),
    revised: yield* store.revised({})
  }
  return barQuality(used, found, { now, since })
})

describe("the quality of bars", () => {
  it.live("counts what is missing between stored bars and after them", () =>
    Effect.gen(function*() {
      const from = at("2026-01-05T00:00Z")
      yield* stored({
        symbol: "A",
        timeframe: "30m",
        from,
        to: from + 24 * 60 * minute,
        without: [3, 10, 11, 12, 40]
      })
      // Binance needs 3 s, so the bar that closes at this very moment is not expected yet.
      const now = from + 26 * 60 * minute
      const [row] = yield* qualityAt(now)
      expect(row).toMatchObject({
        bars: 43,
        expected: 51,
        completeness: 43 / 51,
        behind: 3,
        lastClose: from + 24 * 60 * minute,
        expectedClose: from + 25.5 * 60 * minute,
        gaps: [
          { from: "2026-01-05T01:30:00Z", to: "2026-01-05T01:30:00Z", missing: 1 },
          { from: "2026-01-05T05:00:00Z", to: "2026-01-05T06:00:00Z", missing: 3 },
          { from: "2026-01-05T20:00:00Z", to: "2026-01-05T20:00:00Z", missing: 1 }
        ]
      })
      const [later] = yield* qualityAt(now + 3000)
      expect(later).toMatchObject({ behind: 4, expected: 52 })
      const [half] = yield* qualityAt(now, at("2026-01-05T05:30Z"))
      expect(half).toMatchObject({ bars: 34, expected: 40, gaps: [{ missing: 2 }, { missing: 1 }] })
    }))

  it.live("expects nothing of nights, weekends and holidays, on either grid and on days and weeks", () =>
    Effect.gen(function*() {
      const from = at("2025-12-01T00:00Z")
      const to = at("2026-02-01T00:00Z")
      for (const grid of ["session", "clock"] as const) {
        for (const timeframe of ["5m", "1h", "4h", "1d", "1w"] as const) {
          yield* stored({ symbol: `${grid} ${timeframe}`, timeframe, from, to, calendar: "XNYS", grid })
        }
      }
      yield* stored({ symbol: "Tokyo", timeframe: "1h", from, to, calendar: "XTKS" })
      const rows = yield* qualityAt(to)
      expect(rows).toHaveLength(11)
      for (const row of rows) expect(row).toMatchObject({ completeness: 1, gaps: [], behind: 0 })
    }))

  it.live("knows the days off of the configuration, and shares what it knows of a market", () =>
    Effect.gen(function*() {
      const from = at("2026-01-05T00:00Z")
      const to = at("2026-01-10T00:00Z")
      const day = 3
      for (const symbol of ["A", "B", "C"]) {
        yield* stored({
          symbol,
          timeframe: "1d",
          from,
          to,
          calendar: "XNYS",
          without: symbol === "C" ? [1, day] : [day]
        })
      }
      const instruments = ["A", "B", "C"].map((symbol) => ({ symbol }))
      const universes = { u: { source: "binance", calendar: "XNYS", instruments } }
      const missing = (rows: ReadonlyArray<{ readonly symbol: string; readonly gaps: ReadonlyArray<object> }>) =>
        rows.map(({ gaps, symbol }) => `${symbol} ${gaps.length}`).toSorted()
      expect(missing(yield* qualityAt(to))).toEqual(["A 1", "B 1", "C 2"])
      const closed = config({ universes, calendars: { XNYS: { closed: ["2026-01-08"] } } })
      expect(missing(yield* qualityAt(to, -Infinity, closed))).toEqual(["A 0", "B 0", "C 1"])
    }))

  it.live("expects nothing where the calendar ends, and keeps what it knows", () =>
    Effect.gen(function*() {
      const from = at("2027-12-20T00:00Z")
      yield* stored({ symbol: "A", timeframe: "1d", from, to: at("2027-12-29T00:00Z"), calendar: "XNYS", without: [2] })
      const [known] = yield* qualityAt(at("2027-12-31T23:00Z"))
      expect(known).toMatchObject({ behind: 3, expectedClose: at("2027-12-31T21:00Z"), gaps: [{ missing: 1 }] })
      const [row] = yield* qualityAt(at("2028-02-01T00:00Z"))
      expect(row).toMatchObject({ behind: 0, expectedClose: null, gaps: [{ missing: 1 }] })
    }))
})

describe("report bars --quality", () => {
  const filled = Effect.gen(function*() {
    const from = at("2026-01-05T00:00Z")
    const whole = yield* stored({ symbol: "WHOLE", timeframe: "30m", from, to: from + 100 * 30 * minute })
    yield* stored({ symbol: "HOLED", timeframe: "30m", from, to: from + 100 * 30 * minute, without: [1, 2, 5] })
    yield* stored({ symbol: "HOLED", timeframe: "4h", from, to: from + 12 * 240 * minute })
    const bad = { openTime: from, open: 1, high: 1, low: 1, close: NaN, volume: 0 }
    const bars = yield* BarStore
    const rows = [
      { bar: bad, reason: "not_finite" as const, detail: "d" },
      { bar: { ...bad, openTime: from + 1, close: 1 }, reason: "duplicate" as const, detail: "d" }
    ]
    for (let seen = 0; seen < 3; seen++) yield* bars.quarantine([{ instrumentId: whole, timeframe: "30m", rows }])
    const { run } = yield* Sql
    yield* run(
      "revise",
      (sql) =>
        sql`update bars set close = 1, revision = 1 where instrument_id = ${whole} and open_time < '2026-01-05 01:00'`
    )
    yield* run(
      "alone",
      (sql) =>
        sql`insert into instruments (source, symbol, calendar, basis, simulated) values ('binance', 'REFUSED', '24/7', 'raw', false)`
    )
    const ids = yield* (yield* InstrumentStore).find("REFUSED")
    yield* bars.quarantine([{ instrumentId: ids[0]!.id, timeframe: "1h", rows: rows.slice(0, 1) }])
  })

  it.live("lists every series, the worst first, with gaps, rows refused and revisions", () =>
    Effect.gen(function*() {
      yield* filled
      const rows = yield* json("bars", "--quality")
      expect(rows.map(({ symbol, timeframe }) => `${String(symbol)} ${String(timeframe)}`)[0]).toBe("REFUSED 1h")
      const of = (symbol: string, timeframe: string) =>
        rows.find((row) => row["symbol"] === symbol && row["timeframe"] === timeframe)
      expect(of("WHOLE", "30m")).toMatchObject({
        source: "binance",
        bars: 100,
        gaps: 0,
        longestGap: 0,
        latestGaps: [],
        quarantined: 2,
        duplicates: 1,
        quarantinedBy: { not_finite: { rows: 1, timesSeen: 3 }, duplicate: { rows: 1, timesSeen: 3 } },
        revisions: 2,
        lastCloseTime: "2026-01-07T02:00:00.000Z"
      })
      expect(of("HOLED", "30m")).toMatchObject({
        bars: 97,
        gaps: 2,
        longestGap: 2,
        latestGaps: [
          { from: "2026-01-05T02:30:00Z", missing: 1 },
          { from: "2026-01-05T00:30:00Z", to: "2026-01-05T01:00:00Z", missing: 2 }
        ],
        quarantinedBy: {}
      })
      expect(of("REFUSED", "1h")).toMatchObject({ bars: 0, completeness: 0, lastCloseTime: null })
      // Nobody has asked for bars since: how many are missing by now is told.
      const { behind, bars, expected } = of("WHOLE", "30m")!
      expect(Number(expected)).toBe(Number(bars) + Number(behind))
      expect(Number(behind)).toBeGreaterThan(1000)
    }))

  it.live("keeps to one symbol, timeframe and time, as a table in the configured zone or csv", () =>
    Effect.gen(function*() {
      yield* filled
      expect(yield* json("bars", "--quality", "--symbol", "HOLED")).toHaveLength(2)
      expect(yield* json("bars", "--quality", "--timeframe", "4h")).toMatchObject([{ symbol: "HOLED", bars: 12 }])
      const late = yield* json(
        "bars",
        "--quality",
        "--symbol",
        "HOLED",
        "--timeframe",
        "30m",
        "--since",
        "2026-01-05T01:30:00Z"
      )
      expect(late).toMatchObject([{ bars: 96, gaps: 1, longestGap: 1 }])
      const { err, out } = yield* report("bars", "--quality", "--limit", "3")
      expect(out).toContain("last close (America/New_York)")
      expect(out).toMatch(
        /HOLED +30m +97 +\d+\.\d\d % +2 +2026-01-06 21:00 +\d+ \(\d+ d \d+ h\) +longest gap 2, latest 1 at /
      )
      expect(out).toMatch(/REFUSED .* quarantined: not_finite 1\n/)
      expect(err).toBe("1 more series, less incomplete: --limit 4 shows them\n")
      const csv = yield* report("bars", "--quality", "--symbol", "WHOLE", "--format", "csv")
      expect(csv.out).toContain("\"duplicate 1 (seen 3), not_finite 1 (seen 3)\"")
    }))

  it.live("refuses a symbol that nobody watched, and bars of no symbol when it is not asked for", () =>
    Effect.gen(function*() {
      const unknown = yield* report("bars", "--quality", "--symbol", "NOPE")
      expect(unknown).toMatchObject({ code: 1, out: "" })
      expect(unknown.err).toContain("symbol NOPE is not stored")
      expect(yield* report("bars", "--symbol", "A")).toMatchObject({
        code: 2,
        err: "error: --timeframe: found nothing, expected one, or --quality for all\n"
      })
      expect((yield* report("bars", "--quality")).out).toContain("No bars are stored.")
    }))
})
