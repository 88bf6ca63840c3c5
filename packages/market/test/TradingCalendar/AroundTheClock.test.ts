import { describe, expect, test } from "bun:test"
import { barGrid } from "../../src/BarGrid.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { sessionText } from "../support/Sessions.ts"
import { absent, named, readRows } from "../support/SharedData.ts"

const currencies = calendarOf("FX")
const weekdays = calendarOf("24-5")
const at = (text: string) => Date.parse(text)

describe("the calendar of currencies", () => {
  test("begins its week on Sunday at 17:00 New York time, through both clock changes, and ends it on Friday", () => {
    for (
      const [monday, opens, friday, closes] of [
        ["2026-03-02", "2026-03-01T22:00Z", "2026-03-06", "2026-03-06T22:00Z"],
        ["2026-03-09", "2026-03-08T21:00Z", "2026-03-13", "2026-03-13T21:00Z"],
        ["2026-11-02", "2026-11-01T22:00Z", "2026-11-06", "2026-11-06T22:00Z"]
      ] as const
    ) {
      expect(currencies.sessionOn(monday)?.open).toBe(at(opens))
      expect(currencies.sessionOn(friday)?.close).toBe(at(closes))
      expect(currencies.sessionAt(at(opens) - 1)).toBeUndefined()
      expect(currencies.sessionAt(at(closes))).toBeUndefined()
    }
  })

  test("ends one day and begins the next at 17:00", () => {
    const turn = at("2026-07-08T21:00Z")
    expect(currencies.sessionAt(turn - 1)?.date).toBe("2026-07-08")
    expect(currencies.sessionAt(turn)?.date).toBe("2026-07-09")
    expect(currencies.nextSession(turn - 1).date).toBe("2026-07-09")
    expect(currencies.previousSession(turn).date).toBe("2026-07-08")
  })

  test("is closed on Christmas and New Year's Day, and on no day in lieu", () => {
    const dates = ["2026-12-24", "2026-12-25", "2026-12-28", "2027-01-01", "2022-12-26", "2023-01-02"]
    expect(dates.map((date) => sessionText(currencies.sessionOn(date), currencies.zone).slice(11) || "none")).toEqual([
      "eve 17:00-17:00",
      "none",
      "eve 17:00-17:00",
      "none",
      "eve 17:00-17:00",
      "eve 17:00-17:00"
    ])
  })

  const banks: ReadonlyArray<readonly [file: string, timeframe: "1h" | "15m" | "1m", rows: number, outside: number]> = [
    ["permissive/EURUSD_1h_bid", "1h", 43_265, 0],
    // This bank went on until three in the morning of Christmas 2017.
    ["permissive/EURUSD_1h_ask_2017", "1h", 6225, 9],
    ["permissive/EURUSD_15m", "15m", 24_424, 0],
    ["copyleft-repos/USDJPY_1m_bid", "1m", 28_761, 0],
    ["copyleft-repos/GBPUSD_1m_bid", "1m", 30_117, 0]
  ]
  for (const [file, timeframe, rows, outside] of banks) {
    test.skipIf(absent)(named(`holds all of the ${rows} bars of ${file} but ${outside}`), async () => {
      for (const cut of ["session", "clock"] as const) {
        const grid = barGrid(currencies, timeframe, cut)
        const bars = (await readRows(`ohlcv/${file}.csv.gz`)).map(({ bar }) => bar.openTime)
        const dropped = bars.filter((open) => grid.slotOf(open) === undefined)
        expect(bars.length).toBe(rows)
        expect(dropped.length).toBe(outside)
        expect(dropped.every(grid.outside)).toBe(true)
      }
    })
  }

  test.skipIf(absent)(named("has no session of 2012 to 2018 without quotes, but where a bank has none"), async () => {
    const quoted = (await readRows("ohlcv/permissive/EURUSD_1h_bid.csv.gz")).map(({ bar }) => bar.openTime)
    const dates = new Set(quoted.map((open) => currencies.sessionAt(open)!.date))
    const silent = currencies.sessions(quoted[0]!, quoted.at(-1)!).filter(({ date }) => !dates.has(date))
    expect(silent.map(({ date }) => date)).toEqual([
      // Four days are not in the file; the others are the days after a Sunday's or a Tuesday's holiday.
      "2016-12-12",
      "2016-12-13",
      "2016-12-14",
      "2016-12-15",
      "2016-12-26",
      "2017-01-02",
      "2018-12-26"
    ])
  })
})

describe("the days of UTC from Monday to Friday", () => {
  test("have whole days, also on holidays, and none on the weekend", () => {
    const found = weekdays.sessions(at("2026-12-24T12:00Z"), at("2026-12-29T00:00Z"))
    expect(found.map(({ date }) => date)).toEqual(["2026-12-24", "2026-12-25", "2026-12-28"])
    expect(found.every(({ close, date, open }) => open === at(`${date}T00:00Z`) && close === open + 86_400_000))
      .toBe(true)
    expect(weekdays.sessionAt(at("2026-12-26T00:00Z"))).toBeUndefined()
    expect(weekdays.nextSession(at("2026-12-25T23:59Z")).date).toBe("2026-12-28")
  })
})
