import { describe, expect, test } from "bun:test"
import { isDate, parseInstant } from "../src/InstantText.ts"

describe("an instant as text", () => {
  test("is ISO 8601 with its zone, or a date, which is its midnight in UTC", () => {
    expect(parseInstant("2024-02-29")).toBe(Date.UTC(2024, 1, 29))
    expect(parseInstant("2026-03-02T14:30Z")).toBe(Date.UTC(2026, 2, 2, 14, 30))
    expect(parseInstant("2026-12-31T23:30:00.25-02:00")).toBe(Date.UTC(2027, 0, 1, 1, 30, 0, 250))
    expect(parseInstant("2026-03-02T14:30:00.123456Z")).toBe(Date.UTC(2026, 2, 2, 14, 30, 0, 123))
  })

  test.each([
    "",
    "today",
    "2026-3-2",
    "2026-02-31",
    "2026-02-29T12:00Z",
    "2026-04-31T00:00:00+01:00",
    "2026-00-10",
    "2026-13-01",
    "2026-01-00",
    "2026-01-01T25:00Z",
    "2026-01-01T12:61Z",
    "2026-01-01T12:00+25:00",
    "2026-01-01T12:00",
    "2026-01-01 12:00Z",
    "2026-01-01Z"
  ])("is not %p", (text) => {
    expect(parseInstant(text)).toBeNull()
  })
})

test("a date is a day that the calendar has, alone", () => {
  expect(["2024-02-29", "2026-02-29", "2026-01-01T00:00Z", "x"].map(isDate)).toEqual([true, false, false, false])
})
