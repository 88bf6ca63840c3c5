import { describe, expect, test } from "bun:test"
import { barGrid } from "../../src/BarGrid.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { readDates, readLeanEarlyCloses, readSessions, sessionText, weekdaysWithout } from "../support/Sessions.ts"
import { absent, named, readRows } from "../support/SharedData.ts"

const futures = calendarOf("CMES")
const at = (text: string) => Date.parse(text)
const all = () => futures.sessions(at("2000-01-02T23:00Z"), at("2027-12-31T22:00Z"))
const textOf = (date: string) => sessionText(futures.sessionOn(date), futures.zone)

/** Good Fridays with an employment report, and days of mourning: the futures traded in the night and the morning. */
const mornings = [
  "2010-04-02",
  "2012-04-06",
  "2015-04-03",
  "2018-12-05",
  "2021-04-02",
  "2023-04-07",
  "2025-01-09",
  "2026-04-03"
]

describe("the calendar of index futures", () => {
  test.skipIf(absent)(named("has the 7221 sessions of exchange_calendars and the mornings it leaves out"), () => {
    const expected = readSessions("cmes_sessions.csv.gz")
    expect(expected.length).toBe(7221)
    expect(all().map(({ date }) => date)).toEqual([...expected.map(({ date }) => date), ...mornings].toSorted())
    expect(weekdaysWithout(all())).toEqual(
      readDates("cmes_weekday_closures.csv").filter((date) => !mornings.includes(date))
    )
    const opens = new Map(expected.map(({ date, open }) => [date, open]))
    for (const { date, open } of all()) expect(opens.get(date) ?? open).toBe(open)
  })

  test.skipIf(absent)(
    named("has the times of pandas_market_calendars from 2015 on, but for what we know better"),
    () => {
      const expected = readSessions("pmc_cme_globex_equity_sessions.csv.gz")
      expect(expected.length).toBe(3361)
      const ours = futures.sessions(expected[0]!.open, expected.at(-1)!.close)
      // It lets every Good Friday from 2023 on have a morning; those without a report have none.
      const without = ["2024-03-29", "2025-04-18", "2027-03-26"]
      expect(ours.map(({ date }) => date)).toEqual(
        expected.map(({ date }) => date).filter((date) => !without.includes(date))
      )
      const theirs = new Map(expected.map((session) => [session.date, session]))
      const others = ours.filter(({ close, date, open }) =>
        theirs.get(date)?.open !== open || theirs.get(date)?.close !== close
      )
      // Until 18 September 2015 a whole day ended at 16:15; days of mourning ended at 08:30.
      expect(others.slice(0, -2).every(({ close, date }) => close === theirs.get(date)!.close + 900_000)).toBe(true)
      expect(others.map(({ date }) => date).slice(-3)).toEqual(["2015-09-18", "2018-12-05", "2025-01-09"])
      expect(others.length).toBe(182)
    }
  )

  test.skipIf(absent)(named("closes early when Lean says so, and on the days it has left out"), () => {
    const theirs = readLeanEarlyCloses("Future-cme-ES", "America/New_York")
    const whole = (date: string) => sessionText(futures.sessionOn(date), futures.zone).endsWith("eve 17:00-16:00")
    // It also lists whole days before holidays, which end at the usual 17:00 New York time.
    const expected = theirs.filter(({ close, date }) => close !== futures.sessionOn(date)?.close || !whole(date))
    const early = futures.sessions(at("2009-01-01T00:00Z"), at("2027-01-01T00:00Z"))
      .filter(({ close, open }) => close - open < 23 * 3_600_000)
    const leftOut = [
      "2012-10-29",
      "2012-10-30",
      "2018-12-05",
      "2023-07-03",
      "2024-07-03",
      "2024-11-29",
      "2025-01-09"
    ]
    expect(early.filter(({ date }) => !leftOut.includes(date)).map(({ close, date }) => ({ date, close }))).toEqual(
      expected.filter(({ date }) => date < "2027" && futures.sessionOn(date) !== undefined).toSorted((a, b) =>
        a.close - b.close
      )
    )
  })

  test.skipIf(absent)(named("has every minute that ES traded in a week of 2013"), async () => {
    const grid = barGrid(futures, "1m", "session")
    const rows = await readRows("ohlcv/permissive/ES_201312_1m.csv.gz")
    expect(rows.length).toBe(8198)
    expect(rows.filter(({ bar }) => grid.slotOf(bar.openTime) === undefined)).toEqual([])
  })

  const samples: ReadonlyArray<readonly [string, string]> = [
    ["2026-03-09", "eve 17:00-16:00"],
    ["2015-09-18", "eve 17:00-16:15"],
    ["2015-09-21", "eve 17:00-16:00"],
    ["2026-11-26", "eve 17:00-12:00"],
    ["2026-11-27", "eve 17:00-12:15"],
    ["2026-12-24", "eve 17:00-12:15"],
    ["2014-02-17", "eve 17:00-10:30"],
    ["2025-01-09", "eve 17:00-08:30"],
    ["2026-04-03", "eve 17:00-08:15"],
    ["2012-10-30", "eve 17:00-08:15"],
    ["2025-07-03", "eve 17:00-12:15"]
  ]
  for (const [date, hours] of samples) {
    test(`trades ${hours} on ${date}`, () => expect(textOf(date)).toBe(`${date} ${hours}`))
  }

  test("is closed on Christmas, New Year's Day and Good Fridays without an employment report", () => {
    for (const date of ["2026-12-25", "2026-01-01", "2027-12-24", "2025-04-18", "2027-03-26", "2026-07-04"]) {
      expect(textOf(date)).toBe("none")
    }
  })

  test("dates the evening of Sunday with Monday", () => {
    const sunday = at("2026-03-08T22:30Z")
    expect(futures.sessionAt(sunday)?.date).toBe("2026-03-09")
    expect(futures.sessionAt(sunday - 3_600_000)).toBeUndefined()
    expect(futures.nextSession(at("2026-03-07T12:00Z")).date).toBe("2026-03-09")
    expect(futures.previousSession(sunday).date).toBe("2026-03-06")
    expect(futures.sessions(sunday, sunday + 1).map(({ date }) => date)).toEqual(["2026-03-09"])
  })
})
