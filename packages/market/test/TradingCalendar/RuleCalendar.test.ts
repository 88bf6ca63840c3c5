import { describe, expect, test } from "bun:test"
import { currencies } from "../../src/TradingCalendar/AroundTheClock.ts"
import { globex } from "../../src/TradingCalendar/Globex.ts"
import { makeRuleCalendar } from "../../src/TradingCalendar/RuleCalendar.ts"

const at = (text: string) => Date.parse(text)

describe("a calendar from rules", () => {
  // Of a market that trades on New Year's Day, too, and so on the evening before.
  const calendar = makeRuleCalendar({ ...currencies, closed: () => [], last: 2027 })

  test("finds a session that opens in the year before its date's", () => {
    const eve = at("2025-12-31T22:00Z")
    expect(calendar.sessionAt(eve - 1)?.date).toBe("2025-12-31")
    expect(calendar.sessionAt(eve)?.date).toBe("2026-01-01")
    expect(calendar.nextSession(eve - 1).date).toBe("2026-01-01")
    expect(calendar.previousSession(eve).date).toBe("2025-12-31")
    expect(calendar.sessions(eve - 1, eve + 1).map(({ date }) => date)).toEqual(["2025-12-31", "2026-01-01"])
  })

  test("knows nothing from when the first session after its span would open", () => {
    const opens = at("2028-01-02T22:00Z")
    expect([calendar.covers(opens - 1), calendar.covers(opens)]).toEqual([true, false])
    expect(calendar.sessionAt(opens - 1)).toBeUndefined()
    expect(() => calendar.sessionAt(opens)).toThrow("calendar FX knows the years 2000 to 2027, found 2028")
  })

  test("covers the whole weeks of its years", () => {
    // 2030 begins on a Tuesday and ends on a Monday.
    const { covers } = makeRuleCalendar({ ...globex, first: 2030, last: 2030 })
    const ends = ["2030-01-06T22:59Z", "2030-01-06T23:00Z", "2030-12-29T22:59Z", "2030-12-29T23:00Z"]
    expect(ends.map((instant) => covers(at(instant)))).toEqual([false, true, true, false])
  })
})
