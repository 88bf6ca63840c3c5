/** A provider's calendar against ours, once a day. */
import { DbClock } from "@dgas/db/DbClock"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { Config } from "@dgas/domain/Config"
import { effectTest } from "@dgas/testkit/effectTest"
import { eodhdServer } from "@dgas/testkit/EodhdServer"
import { describe, expect } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { checkCalendars } from "../src/CalendarCheck.ts"
import * as Log from "../src/Log.ts"
import { configOf } from "./world.ts"

const it = effectTest(
  Log.layer("human", (text) => text).pipe(Layer.provideMerge(TestDatabase.layerBy(DbClock.layerVirtual)))
)
const now = Date.UTC(2026, 10, 2, 12)
const key = "a-key"

/** New York as EODHD has it, with a holiday that is none, and without the early close after Thanksgiving. */
const exchange = {
  Name: "USA Stocks",
  Code: "US",
  Timezone: "America/New_York",
  TradingHours: { Open: "09:30:00", Close: "16:00:00", WorkingDays: "Mon,Tue,Wed,Thu,Fri" },
  ExchangeHolidays: {
    0: { Holiday: "Thanksgiving Day", Date: "2026-11-26", Type: "official" },
    1: { Holiday: "Christmas Day", Date: "2026-12-25", Type: "official" },
    2: { Holiday: "New Year's Day", Date: "2027-01-01", Type: "official" },
    3: { Holiday: "A day off", Date: "2026-12-01", Type: "official" },
    4: { Holiday: "Veterans Day", Date: "2026-11-11", Type: "bank" }
  },
  ExchangeEarlyCloseDays: [{ Holiday: "Christmas Eve", Date: "2026-12-24", Type: "official", EarlyClose: "13:00" }]
}

const check = (config: Config, owner: string, token = key) =>
  Effect.provideService(
    checkCalendars(config, owner),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromUnknown({ EODHD_API_TOKEN: token })
  )

const configFor = (url: string, calendars = {}) =>
  configOf({
    sources: { e: { kind: "eodhd", baseUrl: url } },
    universes: { u: { source: "e", calendar: "XNYS", instruments: [{ symbol: "AAPL.US" }, { symbol: "MSFT.US" }] } },
    schedules: [{ name: "s", universe: "u", trading: "1d", higher: "1w" }],
    calendars
  })

describe("a provider's calendar", () => {
  it.effect("is asked for once a day, and what differs is told with what would settle it", () =>
    Effect.gen(function*() {
      const server = yield* eodhdServer(() => undefined, { key, exchange })
      yield* TestClock.setTime(now)
      const config = configFor(server.url)
      yield* check(config, "a")
      yield* check(config, "b")
      expect(server.asked).toHaveLength(1)
      expect(server.asked[0]!.query.get("to")).toBe("2027-01-01")
      const told = (yield* TestConsole.errorLines).join("\n")
      expect(told).toContain("2026-12-01: EODHD has US closed (A day off), calendar XNYS open")
      expect(told).toContain("2026-11-27: EODHD has US close at 16:00, calendar XNYS at 13:00")
      expect(told).toContain("tell it in calendars.XNYS of the configuration")
      expect(told.match(/EODHD has/g)).toHaveLength(2)

      yield* TestClock.adjust("1 day")
      const settled = configFor(server.url, { XNYS: { closed: ["2026-12-01"], early: {}, open: {} } })
      yield* check(settled, "a")
      expect((yield* TestConsole.errorLines).join("\n").match(/EODHD has/g)).toHaveLength(3)
    }))

  it.effect("that cannot be had is told, and asked for again the next day", () =>
    Effect.gen(function*() {
      const server = yield* eodhdServer(() => undefined, { key, exchange })
      yield* TestClock.setTime(now)
      yield* check(configFor(server.url), "a", "another")
      yield* check(configFor(server.url), "a", "another")
      const told = (yield* TestConsole.errorLines).join("\n")
      expect(told.match(/calendar XNYS was not compared/g)).toHaveLength(1)
      expect(told).not.toContain("another")
    }))
})
