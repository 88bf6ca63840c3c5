import { Bar } from "@dgas/domain/Bar"
import { Gate } from "@dgas/domain/Gate"
import { CalendarName, Grid, InstrumentSymbol, PriceBasis } from "@dgas/domain/Instrument"
import { LevelEventKind, LevelName, LevelTarget } from "@dgas/domain/Level"
import { Direction, MarketState } from "@dgas/domain/MarketState"
import { AggregationPeriod } from "@dgas/domain/Metric"
import { Origin } from "@dgas/domain/Origin"
import { ExitReason, Outcome } from "@dgas/domain/Outcome"
import { RunStatus } from "@dgas/domain/PredictionRun"
import { SchedulerStatus } from "@dgas/domain/SchedulerState"
import { isEntry, SignalType, Tier } from "@dgas/domain/Signal"
import { SlotReason, SlotState } from "@dgas/domain/Slot"
import { isIntraday, Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"

const words: ReadonlyArray<readonly [string, Schema.Codec<string>, ReadonlyArray<string>]> = [
  ["SignalType", SignalType, ["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"]],
  ["RunStatus", RunStatus, ["SUCCESS", "PARTIAL", "FAILED"]],
  ["Outcome", Outcome, ["WIN", "LOSS", "NEUTRAL", "PENDING"]],
  ["ExitReason", ExitReason, ["TARGET", "STOP", "EXIT", "TIME", "UNFILLED"]],
  ["SchedulerStatus", SchedulerStatus, ["IDLE", "RUNNING", "STOPPED", "ERROR"]],
  ["Direction", Direction, ["UP", "DOWN", "NEUTRAL"]],
  ["MarketState", MarketState, ["TREND", "CONGESTION_ENTRANCE", "CONGESTION_ACTION", "CONGESTION_EXIT", "REVERSAL"]],
  ["Tier", Tier, ["HIGH", "MEDIUM", "LOW"]],
  ["Origin", Origin, ["LIVE", "REPLAY", "DEMO"]],
  ["AggregationPeriod", AggregationPeriod, ["hourly", "daily", "weekly", "monthly"]],
  ["Timeframe", Timeframe, ["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"]],
  ["SlotState", SlotState, ["running", "done", "late", "missed", "failed"]],
  ["SlotReason", SlotReason, ["overlap", "too_old", "backlog", "no_data", "error"]],
  ["CalendarName", CalendarName, ["24/7", "XNYS", "24-5", "FX", "CMES", "XLON", "XETR", "XTKS"]],
  ["Grid", Grid, ["session", "clock"]],
  ["LevelEventKind", LevelEventKind, ["approach", "touch", "exceed", "enter", "exit"]],
  ["LevelTarget", LevelTarget, [...LevelName.literals, "envelope", "zone"]],
  ["PriceBasis", PriceBasis, ["raw", "split", "total"]],
  [
    "Gate",
    Gate,
    [
      "NO_DATA",
      "WARMING_UP",
      "LIVE_SIGNAL",
      "HIGHER_NEUTRAL",
      "NOT_PERMITTED",
      "HIGHER_IN_CONGESTION",
      "NO_PATTERN",
      "NO_ZONE_NEAR",
      "WEAK",
      "BAD_PRICES",
      "FILTERED"
    ]
  ]
]

describe("words of the database", () => {
  for (const [name, schema, values] of words) {
    test(`${name} is exactly ${values.join(", ")}, the same string stored and read`, () => {
      for (const value of values) {
        expect(Schema.decodeSync(schema)(value)).toBe(value)
        expect(Schema.encodeSync(schema)(value)).toBe(value)
      }
      expect((schema as unknown as { readonly literals: ReadonlyArray<string> }).literals).toEqual(values)
      for (const wrong of [values[0]!.toLowerCase() + " ", ` ${values[0]}`, "", null, 0]) {
        expect(Exit.isFailure(Schema.decodeUnknownExit(schema)(wrong))).toBe(true)
      }
    })
  }

  test("LONG and SHORT open a position, the exits do not", () => {
    expect(["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"].map((type) => isEntry(type as SignalType))).toEqual([
      true,
      true,
      false,
      false
    ])
  })
})

describe("Timeframe", () => {
  test("has its nominal length in milliseconds", () => {
    const minutes = [1, 5, 15, 30, 60, 240, 1440, 10_080]
    expect(Timeframe.literals.map(timeframeMs)).toEqual(minutes.map((length) => length * 60_000))
  })

  test("is cut inside a session up to 4h", () => {
    expect(Timeframe.literals.filter(isIntraday)).toEqual(["1m", "5m", "15m", "30m", "1h", "4h"])
  })
})

describe("Bar", () => {
  const bar = { openTime: 0, closeTime: 60_000, open: 1, high: 2, low: 0.5, close: 1.5, volume: 0 }
  const accepts = (value: unknown) => Exit.isSuccess(Schema.decodeUnknownExit(Bar)(value))

  test("takes positive prices and a volume of zero", () => expect(accepts(bar)).toBe(true))
  for (
    const wrong of [{ high: NaN }, { low: 0 }, { close: -1 }, { open: Infinity }, { volume: -1 }, { openTime: 0.5 }]
  ) {
    test(`refuses ${JSON.stringify(wrong)}`, () => expect(accepts({ ...bar, ...wrong })).toBe(false))
  }
})

describe("InstrumentSymbol", () => {
  const accepts = (value: string) => Exit.isSuccess(Schema.decodeExit(InstrumentSymbol)(value))
  test("takes the notations of the providers", () => {
    for (const symbol of ["BTCUSDT", "BRK.B", "^GSPC", "EUR/USD", "ES=F", "BTC-USD", "SIM_1"]) {
      expect(accepts(symbol)).toBe(true)
    }
  })
  test("refuses nothing, blanks and more than 32 characters", () => {
    for (const symbol of ["", "A B", "A\n", "x".repeat(33)]) expect(accepts(symbol)).toBe(false)
  })
})
