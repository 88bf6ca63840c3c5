import { describe, expect, test } from "bun:test"
import { daysLeft } from "../src/CalendarSpan.ts"
import { calendarOf } from "../src/TradingCalendar.ts"

const day = 86_400_000
const exchange = calendarOf("XNYS")
/** The first instant that New York's calendar does not know, to the day. */
const end = (() => {
  let at = Date.UTC(2026, 0, 1)
  while (exchange.covers(at)) at += day
  return at
})()

describe("daysLeft", () => {
  test.each([1, 2, 59, 60, 61, 300])("counts %d whole days to the end of what the calendar knows", (days) => {
    expect(daysLeft(exchange, end - days * day)).toBe(days - 1)
    expect(exchange.covers(end - days * day + (days - 1) * day)).toBe(true)
  })

  test("is 0 on the last day and after it, and null for a market that never closes", () => {
    expect(daysLeft(exchange, end - 1)).toBe(0)
    expect(daysLeft(exchange, end + 1000 * day)).toBe(0)
    expect(daysLeft(calendarOf("24/7"), end)).toBeNull()
  })
})
