import { decodeConfig } from "@dgas/domain/Config"
import { CalendarOutOfSpan } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { historyStart, watchOf } from "../src/Watch.ts"

const config = Effect.runSync(decodeConfig("test", {
  sources: { files: { kind: "csv", folder: "bars" } },
  universes: { stocks: { source: "files", calendar: "XNYS", instruments: [{ symbol: "SPY" }] } },
  schedules: [{ name: "stocks", universe: "stocks", trading: "1h", higher: "1d" }]
}))
const watch = watchOf(config, config.schedules[0]!)
const at = (text: string) => Date.parse(text)

describe("the start of a symbol's history", () => {
  test("is as far back as the calendar knows where a warm-up would need more", () => {
    expect(new Date(historyStart(watch, at("1990-02-01"))).getUTCFullYear()).toBe(1990)
  })

  test("is there until the calendar's last close", () => {
    expect(historyStart(watch, at("2027-12-31T21:00Z"))).toBeGreaterThan(at("2027-01-01"))
  })

  for (const instant of ["1985-06-03", "2030-06-03", "9999-12-31"]) {
    test(`is refused for ${instant}, which the calendar does not know`, () => {
      expect(() => historyStart(watch, at(instant))).toThrow(CalendarOutOfSpan)
    })
  }
})
