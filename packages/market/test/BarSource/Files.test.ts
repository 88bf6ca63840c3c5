import { afterAll, describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { barGrid } from "../../src/BarGrid.ts"
import { type BarRequest, UnknownSymbol } from "../../src/BarSource.ts"
import { csvSource } from "../../src/BarSource/Csv.ts"
import { vegaSource } from "../../src/BarSource/Vega.ts"
import { BarSources } from "../../src/BarSources.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"

const folder = mkdtempSync(join(tmpdir(), "dgas-source-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = (text: string) => Date.parse(text)
const header = "timestamp,open,high,low,close,volume"
const days = [1, 2, 3, 4].map((day) => `2024-02-0${day},10,12,9,11,${day}`)

const ask = (symbol: string, change: Partial<BarRequest> = {}): BarRequest => ({
  symbol,
  grid: barGrid(calendarOf("24/7"), "1d", "session"),
  from: at("2024-02-02T00:00Z"),
  to: at("2024-02-04T00:00Z"),
  asOf: at("2024-02-04T00:00Z"),
  ...change
})

describe("a folder of files", () => {
  const source = csvSource("files", folder)
  const volumes = (request: BarRequest) =>
    Effect.runPromise(source.fetch(request)).then(({ rows }) => rows.map(({ volume }) => volume))

  test("gives the rows between two open times, from plain and gzip files", async () => {
    const text = [header, ...days].join("\n")
    writeFileSync(join(folder, "A_1d.csv"), text)
    writeFileSync(join(folder, "B-C_1d.csv.gz"), gzipSync(text))
    expect(await volumes(ask("A"))).toEqual([2, 3])
    expect(await volumes(ask("B/C"))).toEqual([2, 3])
    expect(await volumes(ask("A", { from: 0, to: at("2030-01-01T00:00Z") }))).toEqual([1, 2, 3, 4])
    expect(await volumes(ask("A", { from: at("2024-03-01T00:00Z"), to: at("2024-04-01T00:00Z") }))).toEqual([])
  })

  test("gives the day whose session opens at the time that was asked for, though its label is midnight", async () => {
    expect(await volumes(ask("A", { from: at("2024-02-02T14:30Z") }))).toEqual([2, 3])
  })

  test("reads a file again when it has grown", async () => {
    const file = join(folder, "GROWS_1d.csv")
    writeFileSync(file, [header, ...days.slice(0, 2)].join("\n"))
    expect(await volumes(ask("GROWS"))).toEqual([2])
    writeFileSync(file, [header, ...days].join("\n"))
    utimesSync(file, 1, 2)
    expect(await volumes(ask("GROWS"))).toEqual([2, 3])
  })

  test("names the file that is missing, and the line that is wrong", async () => {
    const missing = await Effect.runPromise(Effect.flip(source.fetch(ask("NONE"))))
    expect(missing).toBeInstanceOf(UnknownSymbol)
    expect(missing.message).toContain("NONE_1d.csv")
    writeFileSync(join(folder, "BAD_1d.csv"), [header, days[0], "x"].join("\n"))
    const bad = await Effect.runPromise(Effect.flip(source.fetch(ask("BAD"))))
    // The trouble of one file is that of its symbol: a source that is not available would stop all of them.
    expect(bad).toBeInstanceOf(UnknownSymbol)
    expect(bad.message).toStartWith("source files gives no bars of BAD: ")
    expect(bad.message).toContain("BAD_1d.csv, line 3: found 1 columns")
    expect(await Effect.runPromise(Effect.flip(source.fetch(ask("../etc"))))).toBeInstanceOf(UnknownSymbol)
  })

  test("gives rows that are no bars as they are, for the validation to put aside", async () => {
    const rows = [header, days[0], days[1]!.replace(/,[^,]*$/, ",none"), days[1], days[1], days[2], days[0]]
    writeFileSync(join(folder, "MIXED_1d.csv"), rows.join("\n"))
    const { rows: raw } = await Effect.runPromise(source.fetch(ask("MIXED", { from: at("1999-01-01T00:00Z") })))
    const { bars, quarantined } = validateBars(raw, {
      grid: barGrid(calendarOf("24/7"), "1d", "session"),
      asOf: at("2100-01-01T00:00Z")
    })
    expect(bars).toHaveLength(3)
    expect(quarantined.map(({ reason }) => reason)).toEqual(["not_finite", "out_of_order", "out_of_order"])
  })
})

describe("the S&P 500 of vega-datasets", () => {
  const source = vegaSource("vega")
  const all = { from: at("1999-01-01T00:00Z"), to: at("2021-01-01T00:00Z"), asOf: at("2021-01-01T00:00Z") }

  test("has a bar for each session of the exchange from 2000 to 2020", async () => {
    const { rows: raw } = await Effect.runPromise(source.fetch(ask("^GSPC", all)))
    const calendar = calendarOf("XNYS")
    const result = validateBars(raw, { grid: barGrid(calendar, "1d", "session"), asOf: all.asOf })
    const sessions = calendar.sessions(at("2000-01-01T00:00Z"), at("2020-04-18T00:00Z"))
    expect(result.quarantined).toEqual([])
    expect(result.outsideSessions).toBe(0)
    expect(result.bars.length).toBe(5105)
    expect(result.bars.map(({ openTime }) => openTime)).toEqual(sessions.map(({ open }) => open))
    expect(result.bars[0]).toMatchObject({ open: 1469.25, high: 1478, low: 1438.359985, close: 1455.219971 })
  })

  test("knows no other symbol and no other timeframe", async () => {
    for (const request of [ask("SPY"), ask("^GSPC", { grid: barGrid(calendarOf("XNYS"), "1h", "session") })]) {
      const error = await Effect.runPromise(Effect.flip(source.fetch(request)))
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toContain("has ^GSPC on 1d only")
    }
  })
})

describe("the sources of a configuration", () => {
  test("are found by name, with folders relative to the configuration", async () => {
    writeFileSync(join(folder, "REL_1d.csv"), [header, ...days].join("\n"))
    const layer = BarSources.layer({
      mine: { kind: "csv", folder: ".", settleMs: 0 },
      play: { kind: "sim", seed: 1, settleMs: 0 }
    }, { root: folder })
    const { rows } = await Effect.runPromise(
      Effect.gen(function*() {
        const sources = yield* BarSources
        expect(() => sources.get("other")).toThrow("no source other, expected one of mine, play")
        expect(sources.get("play").name).toBe("play")
        return yield* sources.get("mine").fetch(ask("REL"))
      }).pipe(Effect.provide(layer))
    )
    expect(rows.length).toBe(2)
  })
})
