import { afterAll, describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { BarFileInvalid, type BarFileRows, gridRows, readBarFile } from "../src/BarFile.ts"
import { barGrid } from "../src/BarGrid.ts"
import { calendarOf } from "../src/TradingCalendar.ts"
import { absent, named, readRows } from "./support/SharedData.ts"

const folder = mkdtempSync(join(tmpdir(), "dgas-bars-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = (text: string) => Date.parse(text)
const header = "timestamp,open,high,low,close,volume"
const first = "2024-02-01T00:00:00Z,10,12,9,11,5"
const second = "2024-02-01T00:30:00Z,11,13,10,12,6"

const write = (name: string, body: string | Uint8Array): string => {
  const file = join(folder, name)
  writeFileSync(file, body)
  return file
}

const read = (body: string | Uint8Array, skipBad = false): Promise<BarFileRows> =>
  Effect.runPromise(readBarFile(write("bars.csv", body), { skipBad }))

/** The message of the failure, without the folder. */
const refusal = async (file: string, skipBad = false): Promise<string> => {
  const error = await Effect.runPromise(Effect.flip(readBarFile(file, { skipBad })))
  expect(error).toBeInstanceOf(BarFileInvalid)
  expect(error.message).not.toContain("\n")
  return error.message.replace(`${folder}/`, "")
}

const refused = (...lines: ReadonlyArray<string>) => refusal(write("bars.csv", lines.join("\n")))

describe("a file of bars", () => {
  test("is read with the line and the label of each row, plain and gzip", async () => {
    const text = `${header}\n${first}\n${second}\n`
    const expected = [
      {
        line: 2,
        label: "2024-02-01T00:00:00Z",
        bar: { openTime: at("2024-02-01T00:00Z"), open: 10, high: 12, low: 9, close: 11, volume: 5 }
      },
      {
        line: 3,
        label: "2024-02-01T00:30:00Z",
        bar: { openTime: at("2024-02-01T00:30Z"), open: 11, high: 13, low: 10, close: 12, volume: 6 }
      }
    ]
    expect(await read(text)).toEqual({ rows: expected, skipped: [] })
    expect(await read(gzipSync(text))).toEqual({ rows: expected, skipped: [] })
    expect(await read(`\uFEFF${text.replaceAll("\n", "\r\n")}\r\n`)).toEqual({ rows: expected, skipped: [] })
  })

  test("may give its time as ISO instants, dates, seconds or milliseconds", async () => {
    const times = async (...labels: ReadonlyArray<string>) =>
      (await read([header, ...labels.map((label) => `${label},10,12,9,11,5`)].join("\n"))).rows.map(({ bar }) =>
        bar.openTime
      )
    const expected = [at("2024-02-01T00:00Z"), at("2024-02-02T00:00Z")]
    expect(await times("2024-02-01T00:00Z", "2024-02-02T00:00:00.000Z")).toEqual(expected)
    expect(await times("2024-02-01T02:00:00+02:00", "2024-02-01T19:00:00-05:00")).toEqual(expected)
    expect(await times("2024-02-01", "2024-02-02")).toEqual(expected)
    expect(await times("1706745600", "1706832000")).toEqual(expected)
    expect(await times("1706745600000", "1706832000000")).toEqual(expected)
    expect(await times("2000-01-03", "2000-01-04")).toEqual([946_857_600_000, 946_944_000_000])
  })

  test("is refused with what is wrong with it as a whole", async () => {
    expect(await refusal(join(folder, "none.csv"))).toBe(
      "none.csv: no such file, expected a CSV of bars; check the path"
    )
    expect(await refusal(folder)).toContain("found a folder, expected a CSV of bars")
    expect(await refused("")).toBe(`bars.csv: the file is empty, expected the header ${header}`)
    expect(await refused(" ", "", "")).toBe(`bars.csv: the file is empty, expected the header ${header}`)
    expect(await refused(header)).toBe("bars.csv: has a header and no rows, expected at least one bar")
    expect(await refused("<!DOCTYPE html>", "<html>")).toBe(
      `bars.csv, line 1: found HTML, expected the header ${header}; the provider may have answered with a page, download it again`
    )
    expect(await refused("Date,Open,High,Low,Close,Volume", first)).toBe(
      `bars.csv, line 1: found "Date,Open,High,Low,Close,Volume", expected the header ${header}`
    )
    expect(await refused(first, second)).toStartWith("bars.csv, line 1: found \"2024-02-01T00:00:00Z,10")
    const damaged = gzipSync(`${header}\n${first}\n`).subarray(0, 30)
    expect(await refusal(write("bars.csv.gz", damaged))).toBe(
      "bars.csv.gz: found damaged gzip data, expected a whole .gz file"
    )
  })

  test("is refused with the line of its first bad row", async () => {
    const bad: ReadonlyArray<readonly [string, string]> = [
      ["2024-02-01T00:30:00Z,11,13,10,12", `found 5 columns, expected the 6 of ${header}`],
      ["2024-02-01T00:30:00Z,11,13,10,12,6,7", `found 7 columns, expected the 6 of ${header}`],
      ["", `found 0 columns, expected the 6 of ${header}`],
      ["2024-02-01T00:30:00Z,11,NaN,10,12,6", "high was \"NaN\", expected a number"],
      ["2024-02-01T00:30:00Z,11,13,,12,6", "low was \"\", expected a number"],
      ["2024-02-01T00:30:00Z,11,13,10,0x1f,6", "close was \"0x1f\", expected a number"],
      ["2024-02-01T00:30:00Z,11,13,10,12,null", "volume was \"null\", expected a number"],
      ["2024-02-01T00:30:00Z,11,1e999,10,12,6", "high was Infinity, expected a number"],
      ["2024-02-01T00:30:00Z,11,9,10,12,6", "high 9 was below low 10"],
      ["2024-02-01T00:30:00Z,11,13,10,14,6", "close was 14, expected between low 10 and high 13"],
      ["2024-02-01T00:30:00Z,0,13,0,12,6", "open was 0, expected more than 0"],
      ["2024-02-01T00:30:00Z,11,13,10,12,-6", "volume was -6, expected 0 or more"],
      [
        "2024-01-31T23:30:00Z,11,13,10,12,6",
        "2024-01-31T23:30:00Z comes after 2024-02-01T00:00:00Z, expected rows in ascending order"
      ],
      [
        "2024-02-01T00:00:00Z,11,13,10,12,6",
        "2024-02-01T00:00:00Z is a duplicate of the row before, expected a later timestamp"
      ],
      [
        "2024-02-01T00:30:00,11,13,10,12,6",
        "timestamp was 2024-02-01T00:30:00, expected an offset at its end: Z for UTC, or one like +02:00"
      ],
      ["2024-02-30,11,13,10,12,6", "timestamp was 2024-02-30, which is no time of the calendar"],
      ["2024-02-03T25:00:00Z,11,13,10,12,6", "timestamp was 2024-02-03T25:00:00Z, which is no time of the calendar"],
      [
        "20240203,11,13,10,12,6",
        "timestamp was 20240203, expected an ISO instant, an ISO date, or seconds or milliseconds since the epoch"
      ],
      [
        "02/03/2024,11,13,10,12,6",
        "timestamp was \"02/03/2024\", expected an ISO instant, an ISO date, or seconds or milliseconds since the epoch"
      ]
    ]
    for (const [row, detail] of bad) {
      expect(await refused(header, first, row, "2024-02-01T01:00:00Z,11,13,10,12,6")).toBe(
        `bars.csv, line 3: ${detail}`
      )
    }
  })

  test("is read without its bad rows when they are to be skipped, and they are listed", async () => {
    const text = [header, first, "oops", second, first, second, "2024-02-01T01:00:00Z,11,13,10,12,6"].join("\n")
    const { rows, skipped } = await read(text, true)
    expect(rows.map(({ line }) => line)).toEqual([2, 4, 7])
    expect(skipped.map(({ line }) => line)).toEqual([3, 5, 6])
    expect(await refusal(write("bars.csv", `${header}\noops\n`), true)).toStartWith(
      "bars.csv: has no usable row, the first fault is on line 2: found 1 columns"
    )
  })

  test.skipIf(absent)(named("of real bars is refused for one row whose close is below its low"), async () => {
    const name = "ohlcv/permissive/000001.SH_index_1m.csv.gz"
    await expect(readRows(name)).rejects.toThrow("close was 2962.85, expected between low 2962.86")
  })

  test.skipIf(absent)(named("of 40,832 rows is read whole"), async () => {
    expect((await readRows("ohlcv/permissive/SPY_1h_rth.csv.gz")).length).toBe(40_832)
  })
})

describe("rows on a grid", () => {
  const nyse = barGrid(calendarOf("XNYS"), "1h", "session")
  const asOf = at("2026-03-09T16:00Z")
  const rows = async (...labels: ReadonlyArray<string>) =>
    (await read([header, ...labels.map((label) => `${label},10,12,9,11,5`)].join("\n"))).rows

  test("get their slots; those outside sessions are counted, and the one in progress stands by itself", async () => {
    const result = await Effect.runPromise(gridRows(
      "bars.csv",
      await rows("2026-03-09T12:30Z", "2026-03-09T13:30Z", "2026-03-09T14:30Z", "2026-03-09T15:30Z"),
      nyse,
      { asOf, skipBad: false }
    ))
    expect(result.bars.map(({ closeTime }) => closeTime)).toEqual([at("2026-03-09T14:30Z"), at("2026-03-09T15:30Z")])
    expect(result.outsideSessions).toBe(1)
    expect(result.forming).toEqual({
      openTime: at("2026-03-09T15:30Z"),
      closeTime: at("2026-03-09T16:30Z"),
      open: 10,
      high: 12,
      low: 9,
      close: 11,
      volume: 5
    })
    expect(result.skipped).toEqual([])
  })

  test("off the grid, in the future, twice in a slot or unknown to the calendar are named by their line", async () => {
    const days = barGrid(calendarOf("XNYS"), "1d", "session")
    const cases = [
      [nyse, ["2026-03-09T13:30Z", "2026-03-09T14:00Z"], "line 3: 2026-03-09T14:00Z is off the grid"],
      [nyse, ["2026-03-09T13:30Z", "2026-03-09T16:30Z"], "line 3: 2026-03-09T16:30Z is in the future"],
      [days, ["2026-03-06", "2026-03-06T14:30Z"], "line 3: 2026-03-06T14:30Z is a duplicate"],
      [days, ["1985-03-06"], "line 2: 1985-03-06 is a time that calendar XNYS does not know"]
    ] as const
    for (const [grid, labels, message] of cases) {
      const given = await rows(...labels)
      const error = await Effect.runPromise(Effect.flip(gridRows("bars.csv", given, grid, { asOf, skipBad: false })))
      expect(error.message).toStartWith(`bars.csv, ${message}`)
      const { skipped } = await Effect.runPromise(gridRows("bars.csv", given, grid, { asOf, skipBad: true }))
      expect(skipped.map(({ line }) => line)).toEqual([given.at(-1)!.line])
    }
  })
})
