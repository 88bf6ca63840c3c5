import { describe, expect, test } from "bun:test"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { Cursor, Instant } from "../src/Wire.ts"

const read = Schema.decodeUnknownExit(Instant)

describe("an instant", () => {
  test("is an ISO 8601 text with its zone, or a date", () => {
    expect(read("2024-02-29")).toEqual(Exit.succeed(Date.UTC(2024, 1, 29)))
    expect(read("2026-03-02T14:30Z")).toEqual(Exit.succeed(Date.UTC(2026, 2, 2, 14, 30)))
    expect(read("2026-12-31T23:30:00.25-02:00")).toEqual(Exit.succeed(Date.UTC(2027, 0, 1, 1, 30, 0, 250)))
  })

  test("is none of a day that there is not, or of other centuries", () => {
    for (const text of ["2026-02-31", "1026-01-01", "2226-01-01", "today"]) {
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

describe("a cursor", () => {
  const encode = Schema.encodeSync(Cursor)
  const decode = Schema.decodeUnknownSync(Cursor)

  test("is what it was made of, whatever an id holds", () => {
    for (const id of ["a", "desk/SIM-A/2024-01-08T15:00:00Z/LONG@1", "é\u{1f4c8} \"\\", ""]) {
      const text = encode({ at: 1_704_726_000_000, id })
      expect(text).toMatch(/^[\w-]+$/)
      expect(decode(text)).toEqual({ at: 1_704_726_000_000, id })
    }
  })

  test("is refused when it is none", () => {
    for (const text of ["", "x", "!", btoa("[1]"), btoa("{}"), btoa("[\"a\",\"b\"]"), btoa("[1.5,\"b\"]")]) {
      expect(() => decode(text)).toThrow()
    }
  })
})
