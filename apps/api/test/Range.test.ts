import { expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { rangeOf } from "../src/Range.ts"

const day = 86_400_000
const now = 1000 * day
const asked = (query: { since?: number; until?: number }) => Effect.runSync(rangeOf(query, { mostDays: 366, now }))
const refused = (query: { since?: number; until?: number }) =>
  Effect.runSync(Effect.flip(rangeOf(query, { mostDays: 366, now }))).mistakes[0]!.expected

test("a range is until now and as long as may be, unless told", () => {
  expect(asked({})).toEqual({ since: now - 366 * day, until: now })
  expect(asked({ since: now - day })).toEqual({ since: now - day, until: now })
  expect(asked({ until: 500 * day })).toEqual({ since: 134 * day, until: 500 * day })
})

test("one of 366 days is the longest, and the wrong way round there is none", () => {
  expect(asked({ since: 0, until: 366 * day })).toEqual({ since: 0, until: 366 * day })
  expect(refused({ since: 0, until: 366 * day + 1 })).toContain("at most 366 days before until")
  expect(refused({ since: now - 367 * day })).toContain("at most 366 days")
  expect(refused({ since: 2, until: 1 })).toContain("an instant before until")
  expect(refused({ since: now + 1 })).toContain("an instant before until")
})
