import { noOverrides } from "@dgas/domain/CalendarOverrides"
import { describe, expect, test } from "bun:test"
import { barGrid } from "../../src/BarGrid.ts"
import { calendarMistakes, calendarOf, CalendarOverrideInvalid } from "../../src/TradingCalendar.ts"
import { sessionText } from "../support/Sessions.ts"

const at = (text: string) => Date.parse(text)

describe("a calendar with overrides", () => {
  const nyse = calendarOf("XNYS", {
    closed: ["2026-12-23"],
    early: { "2026-12-22": "13:00", "2026-11-27": "14:00", "2026-12-24": "16:00" },
    open: { "2026-12-21": "11:00" }
  })
  const textOn = (date: string) => sessionText(nyse.sessionOn(date), nyse.zone).slice(11) || "none"

  test("is closed, closes early and opens late on the days that it was told", () => {
    expect(["2026-12-21", "2026-12-22", "2026-12-23"].map(textOn)).toEqual(["11:00-16:00", "09:30-13:00", "none"])
    expect(nyse.nextSession(at("2026-12-22T19:00Z")).date).toBe("2026-12-24")
  })

  test("goes by them rather than by its own early closes", () => {
    expect(["2026-11-27", "2026-12-24"].map(textOn)).toEqual(["09:30-14:00", "09:30-16:00"])
  })

  test("leaves the shared calendar of that name as it is", () => {
    const shared = calendarOf("XNYS")
    expect(shared.sessionOn("2026-12-23")).toBeDefined()
    expect(calendarOf("XNYS", { closed: [], early: {}, open: {} })).toBe(shared)
    const { zone } = shared
    expect(sessionText(shared.sessionOn("2026-12-21"), zone)).toBe("2026-12-21 09:30-16:00")
  })

  test("gives its bars the new hours", () => {
    const hours = barGrid(nyse, "1h", "session")
    expect(
      hours.closes(at("2026-12-21T00:00Z"), at("2026-12-24T00:00Z")).map((close) => close - at("2026-12-21"))
        .map((ms) => ms / 3_600_000)
    ).toEqual([17, 18, 19, 20, 21, 39.5, 40.5, 41.5, 42])
    expect(barGrid(nyse, "1w", "session").slotAt(at("2026-12-23T15:00Z"))).toEqual({
      openTime: at("2026-12-21T16:00Z"),
      closeTime: at("2026-12-24T21:00Z")
    })
  })

  test("takes times of the evening before where sessions begin there", () => {
    const futures = calendarOf("CMES", {
      closed: [],
      early: { "2026-03-10": "20:00", "2026-03-11": "09:00" },
      open: { "2026-03-12": "19:30", "2026-03-13": "07:00" }
    })
    const text = (date: string) => sessionText(futures.sessionOn(date), futures.zone).slice(11)
    expect(["2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"].map(text)).toEqual([
      "eve 17:00-eve 20:00",
      "eve 17:00-09:00",
      "eve 19:30-16:00",
      "07:00-16:00"
    ])
  })

  test("keeps the break of a session that reaches over it, and only then", () => {
    const tokyo = calendarOf("XTKS", {
      closed: [],
      early: { "2026-03-10": "11:30", "2026-03-11": "14:00" },
      open: { "2026-03-12": "12:30", "2026-03-13": "10:00" }
    })
    const text = (date: string) => sessionText(tokyo.sessionOn(date), tokyo.zone).slice(11)
    expect(["2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"].map(text)).toEqual([
      "09:00-11:30",
      "09:00-11:30 12:30-14:00",
      "12:30-15:30",
      "10:00-11:30 12:30-15:30"
    ])
  })
})

describe("overrides that do not fit their calendar", () => {
  const told = (calendars: Parameters<typeof calendarMistakes>[0]["calendars"]) => calendarMistakes({ calendars })

  test("are told a line each, with path, what was found and what is expected", () => {
    expect(told({
      XNYS: {
        closed: ["2026-12-22", "2026-12-25", "2028-01-05"],
        early: { "2026-12-22": "13:00", "2026-12-23": "09:30", "2026-12-26": "13:00", "2026-12-28": "16:01" },
        open: { "2026-12-24": "13:00", "2026-12-29": "16:00", "2026-12-30": "09:30" }
      },
      XTKS: { closed: [], early: { "2026-03-10": "12:30" }, open: { "2026-03-11": "11:30" } },
      CMES: { closed: [], early: { "2026-03-10": "16:30" }, open: { "2026-03-11": "17:00" } }
    })).toEqual([
      "calendars.XNYS.closed[1]: found \"2026-12-25\", expected a date on which XNYS has a session",
      "calendars.XNYS.closed[2]: found \"2028-01-05\", expected a date of the years 1990 to 2027, which XNYS knows",
      "calendars.XNYS.early[\"2026-12-22\"]: found \"13:00\", expected a date that is not one of closed",
      "calendars.XNYS.early[\"2026-12-23\"]: found \"09:30\", expected a time after 09:30 and up to 16:00",
      "calendars.XNYS.early[\"2026-12-26\"]: found \"13:00\", expected a date on which XNYS has a session",
      "calendars.XNYS.early[\"2026-12-28\"]: found \"16:01\", expected a time after 09:30 and up to 16:00",
      "calendars.XNYS.open[\"2026-12-24\"]: found \"13:00\", expected a time before its close at 13:00",
      "calendars.XNYS.open[\"2026-12-29\"]: found \"16:00\", expected a time after 09:30 and before 16:00",
      "calendars.XNYS.open[\"2026-12-30\"]: found \"09:30\", expected a time after 09:30 and before 16:00",
      "calendars.CMES.early[\"2026-03-10\"]: found \"16:30\", expected a time after 17:00 of the evening before and up to 16:00",
      "calendars.CMES.open[\"2026-03-11\"]: found \"17:00\", expected a time after 17:00 of the evening before and before 16:00",
      "calendars.XTKS.early[\"2026-03-10\"]: found \"12:30\", expected a time after 09:00 and up to 15:30, outside the break from 11:30 to 12:30",
      "calendars.XTKS.open[\"2026-03-11\"]: found \"11:30\", expected a time after 09:00 and before 15:30, outside the break from 11:30 to 12:30"
    ])
  })

  test("tell an open and an early close of one date that leave nothing in between", () => {
    expect(told({ XLON: { closed: [], early: { "2026-03-10": "10:00" }, open: { "2026-03-10": "11:00" } } })).toEqual([
      "calendars.XLON.early[\"2026-03-10\"]: found \"10:00\", expected a time after its open at 11:00",
      "calendars.XLON.open[\"2026-03-10\"]: found \"11:00\", expected a time before its close at 10:00"
    ])
  })

  test("are any, for a market that never closes", () => {
    expect(told({ "24/7": noOverrides })).toEqual([])
    expect(told({ "24/7": { ...noOverrides, closed: ["2026-12-25"] } })).toEqual([
      "calendars[\"24/7\"]: found {\"closed\":[\"2026-12-25\"],\"early\":{},\"open\":{}}, expected nothing for a market that never closes"
    ])
    expect(() => calendarOf("24/7", { ...noOverrides, closed: ["2026-12-25"] })).toThrow(CalendarOverrideInvalid)
  })

  test("make no calendar", () => {
    const wrong = { ...noOverrides, closed: ["2026-12-25", "2026-12-26"] }
    expect(() => calendarOf("XNYS", wrong)).toThrow(
      "calendars.XNYS.closed[0]: found \"2026-12-25\", expected a date on which XNYS has a session; calendars.XNYS.closed[1]"
    )
  })

  test("are none when there is nothing to override", () => expect(told({})).toEqual([]))
})
