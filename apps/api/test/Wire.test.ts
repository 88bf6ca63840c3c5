import { Instant } from "@dgas/contract/Wire"
import { describe, expect, test } from "bun:test"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"

const read = Schema.decodeUnknownExit(Instant)

describe("an instant", () => {
  test("is an ISO 8601 text with its zone, or a date", () => {
    expect(read("2024-02-29")).toEqual(Exit.succeed(Date.UTC(2024, 1, 29)))
    expect(read("2026-03-02T14:30Z")).toEqual(Exit.succeed(Date.UTC(2026, 2, 2, 14, 30)))
    expect(read("2026-12-31T23:30:00.25-02:00")).toEqual(Exit.succeed(Date.UTC(2027, 0, 1, 1, 30, 0, 250)))
  })

  test("is none of a day or time that there is not", () => {
    const odd = [
      "2026-02-31",
      "2026-02-29T12:00Z",
      "2026-04-31T00:00:00+01:00",
      "2026-00-10",
      "2026-13-01",
      "2026-01-00"
    ]
    for (
      const text of [...odd, "2026-01-01T25:00Z", "2026-01-01T12:61Z", "2026-01-01T12:00+25:00", "1026-01-01", "today"]
    ) {
      expect(Exit.isFailure(read(text))).toBe(true)
    }
  })

  test("is told to be wrong once, in words and not in milliseconds", () => {
    const told = (text: string) => {
      const exit = read(text)
      return Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : ""
    }
    expect(told("today")).toContain("an ISO 8601 instant with its zone")
    expect(told("today")).not.toContain("the calendar")
    for (const text of ["2026-13-01", "2026-01-01T25:00Z", "1026-01-01", "2026-02-31"]) {
      expect(told(text)).toContain("a day that the calendar has")
      expect(told(text)).not.toMatch(/integer|7258118400000/)
    }
  })
})
