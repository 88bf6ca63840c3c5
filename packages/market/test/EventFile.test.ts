import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { barGrid } from "../src/BarGrid.ts"
import { UnknownSymbol } from "../src/BarSource.ts"
import { csvSource } from "../src/BarSource/Csv.ts"
import { parseEvents, placeEvents } from "../src/EventFile.ts"
import { calendarOf } from "../src/TradingCalendar.ts"

const header = "date,kind,factor,amount"
const at = (text: string) => Date.parse(text)
const grid = barGrid(calendarOf("XNYS"), "1d", "session")

const read = (text: string) =>
  Effect.runSync(Effect.flatMap(parseEvents("A_events.csv", text), (rows) => placeEvents("A_events.csv", rows, grid)))
const refusal = (text: string) =>
  Effect.runSync(
    Effect.flip(Effect.flatMap(parseEvents("A_events.csv", text), (rows) => placeEvents("A_events.csv", rows, grid)))
  )
    .message

describe("a file of events", () => {
  test("has splits, rolls and dividends, in any order", () => {
    const events = [
      { kind: "split", at: at("2014-06-09T13:30Z"), factor: 1 / 7, amount: null, detail: "7:1 split" },
      { kind: "split", at: at("2020-08-31T13:30Z"), factor: 0.25, amount: null, detail: "split" },
      { kind: "dividend", at: at("2020-11-06T14:30Z"), factor: 1, amount: 0.205, detail: "dividend of 0.205" },
      { kind: "dividend", at: at("2021-02-05T14:30Z"), factor: 1, amount: 0.205, detail: "dividend of 0.205" },
      { kind: "roll", at: at("2024-03-14T17:30Z"), factor: 1.0123, amount: null, detail: "roll" }
    ]
    const lines = [
      header,
      "2024-03-14T13:30-04:00,roll,1.0123,",
      "2014-06-09,split,7:1,",
      "2020-08-31,split,.25,",
      "2020-11-06,dividend,,0.205",
      "2021-02-05,dividend,1,2.05e-1"
    ]
    expect(read(lines.join("\n"))).toEqual(events as Array<never>)
    expect(read(`\uFEFF${lines.join("\r\n")}\r\n\r\n`)).toEqual(events as Array<never>)
    expect(read(header)).toEqual([])
  })

  const bad: ReadonlyArray<readonly [name: string, lines: ReadonlyArray<string>, message: string]> = [
    ["nothing", [""], "line 1: found \"\", expected the header date,kind,factor,amount"],
    ["another header", ["date,split"], "line 1: found \"date,split\", expected the header date,kind,factor,amount"],
    [
      "too few columns",
      [header, "2014-06-09,split,7:1"],
      "line 2: found 3 columns, expected the 4 of date,kind,factor,amount"
    ],
    [
      "a blank line",
      [header, "", "2014-06-09,split,7:1,"],
      "line 2: found 0 columns, expected the 4 of date,kind,factor,amount"
    ],
    [
      "no date",
      [header, "today,split,7:1,"],
      "line 2: date was \"today\", expected a date YYYY-MM-DD or an ISO instant"
    ],
    [
      "a day that does not exist",
      [header, "2014-02-30,split,7:1,"],
      "line 2: date was 2014-02-30, which is no time of the calendar"
    ],
    [
      "an instant without offset",
      [header, "2014-06-09T09:30,split,7:1,"],
      "line 2: date was 2014-06-09T09:30, expected an offset at its end: Z for UTC, or one like +02:00"
    ],
    [
      "a date that no session is known for",
      [header, "2014-06-09,split,7:1,", "1700-01-04,split,2:1,"],
      "line 3: 1700-01-04 is a time that calendar XNYS does not know"
    ],
    [
      "another kind",
      [header, "2014-06-09,merger,7:1,"],
      "line 2: kind was \"merger\", expected split, dividend or roll"
    ],
    [
      "a split of nothing",
      [header, "2014-06-09,split,7:0,"],
      "line 2: factor was \"7:0\", expected a number above 0, or new shares for old ones like 7:1"
    ],
    [
      "a negative split",
      [header, "2014-06-09,split,-7,"],
      "line 2: factor was \"-7\", expected a number above 0, or new shares for old ones like 7:1"
    ],
    ["a roll as a ratio", [header, "2014-06-09,roll,7:1,"], "line 2: factor was \"7:1\", expected a number above 0"],
    [
      "a split with an amount",
      [header, "2014-06-09,split,7:1,3"],
      "line 2: amount was \"3\", expected none of a split"
    ],
    ["a dividend without one", [header, "2014-06-09,dividend,,"], "line 2: amount was \"\", expected a number above 0"],
    [
      "a dividend with a factor",
      [header, "2014-06-09,dividend,0.98,1"],
      "line 2: factor was \"0.98\", expected none of a dividend"
    ],
    [
      "an event twice",
      [header, "2014-06-09,split,7:1,", "2014-06-09,split,4:1,"],
      "line 3: split of 2014-06-09 is a duplicate of a row before"
    ]
  ]
  for (const [name, lines, message] of bad) {
    test(`is refused with ${name}`, () => {
      expect(refusal(lines.join("\n"))).toBe(`A_events.csv, ${message}`)
    })
  }
})

describe("a folder of files", () => {
  const folder = temporaryFolder("events")
  const bars = "timestamp,open,high,low,close,volume\n2014-06-06,645,651,644,645,1\n2014-06-09,92,94,91,93,7\n"
  for (const symbol of ["A", "B", "X-Y"]) writeFileSync(join(folder, `${symbol}_1d.csv`), bars)
  const source = csvSource("csv", folder)
  const request = {
    grid,
    from: at("2014-06-01T00:00Z"),
    to: at("2014-07-01T00:00Z"),
    asOf: at("2014-07-01T00:00Z")
  }
  const fetch = (symbol: string) => Effect.runPromise(source.fetch({ ...request, symbol }))

  test("tells of the events of a symbol that has a file of them, and of a change of that", async () => {
    expect((await fetch("A")).events).toEqual([])
    const file = join(folder, "A_events.csv")
    writeFileSync(file, `${header}\n2014-06-09,split,7:1,\n`)
    const { events, rows } = await fetch("A")
    expect(rows).toHaveLength(2)
    expect(events?.map(({ detail }) => detail)).toEqual(["7:1 split"])
    writeFileSync(file, `${header}\n2014-06-09,split,7:1,\n2014-05-08,dividend,,3.29\n`)
    expect((await fetch("A")).events?.map(({ kind }) => kind)).toEqual(["dividend", "split"])
    expect((await fetch("B")).events).toEqual([])
    rmSync(file)
    expect((await fetch("A")).events).toEqual([])
  })

  test("finds that of a symbol with a sign by the name of its bars", async () => {
    writeFileSync(join(folder, "X-Y_events.csv"), `${header}\n2014-06-09,split,2:1,\n`)
    expect((await fetch("X/Y")).events).toHaveLength(1)
  })

  test("takes a mistake for the trouble of its symbol alone", async () => {
    writeFileSync(join(folder, "A_events.csv"), `${header}\n2014-06-09,split,7,\n2014-06-10,split,none,\n`)
    const error = await Effect.runPromise(Effect.flip(source.fetch({ ...request, symbol: "A" })))
    expect(error).toBeInstanceOf(UnknownSymbol)
    expect(error.message).toBe(
      `source csv gives no bars of A: ${folder}/A_events.csv, line 3: factor was "none", ` +
        "expected a number above 0, or new shares for old ones like 7:1"
    )
    expect((await fetch("B")).rows).toHaveLength(2)
    rmSync(join(folder, "A_events.csv"))
    // A folder of that name is no file of events.
    mkdirSync(join(folder, "A_events.csv"))
    expect((await fetch("A")).events).toEqual([])
  })
})
