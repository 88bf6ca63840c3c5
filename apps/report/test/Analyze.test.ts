import { defaultRules } from "@dgas/domain/Rules"
import { seriesRow } from "@dgas/engine/geometry/SeriesRow"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runReport } from "./runReport.ts"

let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dgas-report-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = Date.UTC(2026, 0, 5)
const step = 1_800_000

/** Half-hour bars that rise and fall in waves, as rows of a file. */
const rows = (count: number): Array<string> =>
  Array.from({ length: count }, (_, index) => {
    const at = (i: number) => 100 + 10 * Math.sin(i / 9) + i / 20
    const [open, close] = [at(index), at(index + 1)]
    const prices = [open, Math.max(open, close) + 0.3, Math.min(open, close) - 0.3, close]
    return [new Date(start + index * step).toISOString(), ...prices.map((price) => price.toFixed(4)), 10].join(",")
  })

const header = "timestamp,open,high,low,close,volume"

const write = async (name: string, lines: ReadonlyArray<string>, compressed = false) => {
  const file = join(folder, name)
  const text = `${lines.join("\n")}\n`
  await Bun.write(file, compressed ? Bun.gzipSync(Buffer.from(text)) : text)
  return file
}

const analyze = (file: string, ...more: ReadonlyArray<string>) =>
  runReport(["analyze", "--file", file, "--symbol", "X", "--timeframe", "30m", "--calendar", "24/7", ...more])

describe("report analyze", () => {
  test("prints the rows of the geometry that the library has, from a plain and a compressed file alike", async () => {
    const lines = rows(120)
    const plain = await analyze(await write("plain.csv", [header, ...lines]), "--series", "--format", "json")
    const zipped = await analyze(await write("zipped.csv.gz", [header, ...lines], true), "--series", "--format", "json")
    const geometry = new TimeframeGeometry(defaultRules)
    const expected = lines.map((line) => {
      const [label, open, high, low, close, volume] = line.split(",")
      const openTime = Date.parse(label!)
      geometry.push({
        openTime,
        closeTime: openTime + step,
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
        volume: Number(volume)
      })
      return { ...seriesRow(geometry, label!) }
    })
    expect(plain).toMatchObject({ code: 0, err: "" })
    expect(JSON.parse(plain.out)).toEqual(expected)
    expect(zipped.out).toBe(plain.out)
  })

  test("prints series as csv with the promised columns and empty cells where a level is not defined", async () => {
    const { out } = await analyze(await write("csv.csv", [header, ...rows(30)]), "--series", "--format", "csv")
    const [columns, first] = out.split("\n")
    expect(columns).toBe(
      "openTime,close,dot,projectedDot,slope,side,state,direction,stateConfidence,envelopeTop,envelopeBottom,z1Bottom," +
        "z2Bottom,z5Top,z6Top,oneOneHigh,oneOneLow,fiveNineUp,fiveNineDown,fiveOneUp,fiveOneDown,fiveTwoUp,fiveTwoDown,position"
    )
    expect(first).toStartWith("2026-01-05T00:00:00.000Z,101.1588,,,,0,CONGESTION_ACTION,NEUTRAL,0.55,")
  })

  test("takes the options of the geometry", async () => {
    const file = await write("options.csv", [header, ...rows(60)])
    const read = async (...flags: ReadonlyArray<string>) =>
      JSON.parse((await analyze(file, "--series", "--format", "json", ...flags)).out).at(-1)
    const [plain, percent, coincident] = await Promise.all([
      read(),
      read("--envelope", "percent"),
      read("--dot", "coincident")
    ])
    expect(percent.envelopeTop).not.toBe(plain.envelopeTop)
    expect(percent.projectedDot).toBe(plain.projectedDot)
    expect(coincident.projectedDot).toBe(plain.projectedDot)
  })

  test("shows levels, states, zones, gates and the decision, and says what it is not", async () => {
    const { code, out } = await analyze(
      await write("page.csv", [header, ...rows(400)]),
      "--higher",
      "4h",
      "--tick",
      "0.01"
    )
    expect(code).toBe(0)
    for (
      const part of ["Levels of the next bar", "envelopeTop", "Zones (alignment", "Gates", "Decision", "WARMING_UP"]
    ) {
      expect(out).toContain(part)
    }
    expect(out).toContain("no investment advice")
  })

  test("explains the same as plain data for programs", async () => {
    const { out } = await analyze(await write("json.csv", [header, ...rows(400)]), "--higher", "4h", "--format", "json")
    const report = JSON.parse(out)
    expect(report).toMatchObject({ symbol: "X", timeframe: "30m", higher: "4h", bars: 400, skipped: 0, gaps: [] })
    expect(report.decision.gate === null).toBe(report.decision.draft !== null)
    expect(report.timeframes.higher.levels.projectedDot).toBeNumber()
  })

  test("names a hole in the bars", async () => {
    const lines = rows(60).filter((_, index) => index < 20 || index > 24)
    const { out } = await analyze(await write("hole.csv", [header, ...lines]))
    expect(out).toContain("gap: 5 bars missing from 2026-01-05T10:00:00Z to 2026-01-05T12:00:00Z")
  })
})

describe("report analyze refuses", () => {
  const bad = (line: string): Array<string> => rows(30).with(9, line)
  const stamp = new Date(start + 9 * step).toISOString()
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>, RegExp]> = [
    ["an empty file", [], /empty/],
    ["a wrong header", ["time,o,h,l,c,v", ...rows(3)], /line 1.*timestamp,open,high,low,close,volume/],
    ["a page of HTML", ["<!doctype html>", "<html>"], /line 1/],
    ["a header alone", [header], /at least one bar/],
    ["NaN", [header, ...bad(`${stamp},NaN,101,99,100,1`)], /line 11.*NaN/],
    ["a high below the low", [header, ...bad(`${stamp},100,99,101,100,1`)], /line 11.*high/],
    ["a price of zero", [header, ...bad(`${stamp},0,101,0,100,1`)], /line 11/],
    [
      "a row twice",
      [header, ...rows(30).flatMap((line, index) => index === 9 ? [line, line] : [line])],
      /line 12.*duplicate/
    ],
    ["rows out of order", [header, ...rows(5).toReversed()], /line 3/],
    ["a row with a column too few", [header, ...bad(`${stamp},100,101,99,100`)], /line 11.*column/],
    [
      "a bar off the grid",
      [header, ...bad(`${new Date(start + 8.5 * step).toISOString()},100,101,99,100,1`)],
      /line 11.*grid/
    ],
    ["a bar in the future", [header, ...rows(3), "2099-12-01T00:00:00Z,100,101,99,100,1"], /line 5.*future/]
  ]
  test.each(cases)("%s, in one line that names it, and prints nothing else", async (name, lines, message) => {
    const file = await write(`${name.replaceAll(" ", "-")}.csv`, lines)
    const { code, err, out } = await analyze(file, "--format", "json")
    expect(code).toBe(1)
    expect(out).toBe("")
    expect(err.trim().split("\n")).toHaveLength(1)
    expect(err).toMatch(message)
    expect(err).toContain(file)
  })

  test("a missing file", async () => {
    const file = join(folder, "nowhere.csv")
    const { code, err } = await analyze(file)
    expect({ code, lines: err.trim().split("\n").length }).toEqual({ code: 1, lines: 1 })
    expect(err).toContain(file)
  })

  test("bad rows only until --skip-bad leaves them out and says so", async () => {
    const file = await write("skip.csv", [header, ...bad(`${stamp},NaN,101,99,100,1`)])
    const { code, err, out } = await analyze(file, "--skip-bad", "--format", "json")
    expect(code).toBe(0)
    expect(err).toContain(`${file}:11: left out`)
    expect(JSON.parse(out)).toMatchObject({ bars: 29, skipped: 1 })
  })
})

describe("report", () => {
  test.each([
    ["an unknown command", ["nonsense"]],
    ["an unknown flag", ["runs", "--nonsense"]],
    ["a wrong format", ["signals", "--format", "xml"]],
    ["a limit of zero", ["signals", "--limit", "0"]],
    ["a confidence above one", ["signals", "--min-confidence", "2"]],
    ["a missing flag", ["analyze", "--symbol", "X"]],
    ["levels of no symbol", ["levels"]],
    ["levels of an unknown timeframe", ["levels", "--symbol", "X", "--timeframe", "2h"]],
    ["events of an unknown origin", ["events", "--origin", "paper"]],
    ["a higher timeframe that is too close", [
      "analyze",
      "--file",
      "x.csv",
      "--symbol",
      "X",
      "--timeframe",
      "30m",
      "--higher",
      "1h",
      "--calendar",
      "24/7"
    ]]
  ])("ends with 2 on %s, in one line that leaves standard output alone", async (_, args) => {
    const { code, err, out } = await runReport(args)
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err.trim().split("\n")).toHaveLength(1)
    expect(err).toStartWith("error: ")
  })

  test("shows help with every command and ends with 0", async () => {
    const { code, out } = await runReport(["--help"])
    expect(code).toBe(0)
    for (const command of ["runs", "signals", "levels", "events", "analyze", "bars"]) expect(out).toContain(command)
  })
})
