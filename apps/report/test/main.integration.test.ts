/** The reporting commands as a process, over rows that a worker would have stored. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { RunStore } from "@dgas/db/RunStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { noOdds } from "@dgas/domain/Odds"
import type { Origin } from "@dgas/domain/Origin"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { json, report } from "./project.ts"
import { runReport } from "./runReport.ts"

const it = effectTest(TestDatabase.layer)
const first = Date.UTC(2026, 0, 5)
const step = 1_800_000

const runAt = (index: number, origin: Origin): PredictionRun => ({
  id: `${origin}/${index}`,
  schedule: "pairs",
  slotAt: first + index * step,
  runTimestamp: first + index * step + 4000,
  intervalType: "30m",
  symbolsRequested: 2,
  symbolsProcessed: index === 2 ? 0 : 2,
  signalsGenerated: index === 2 ? 0 : 1,
  executionTimeMs: 0,
  dataFetchMs: 0,
  indicatorCalcMs: 0,
  signalGenerationMs: 0,
  notificationMs: 0,
  status: index === 2 ? "FAILED" : "SUCCESS",
  errors: index === 2 ? ["source binance is not available"] : [],
  gates: [{ symbol: "B", gate: index === 2 ? "NO_DATA" : "NO_PATTERN", detail: "none" }],
  rules: "1",
  origin,
  lateMs: null,
  barsRevised: 0,
  inputs: null
})

const signalAt = (index: number, origin: Origin): Signal => ({
  id: `${origin}/A/${index}`,
  schedule: "pairs",
  symbol: index % 2 === 0 ? "A" : "C",
  type: "LONG",
  signalTimestamp: first + index * step,
  entryPrice: 100,
  stopLoss: 99,
  targetPrice: 102,
  confidence: index / 10,
  signalStrength: 0.8,
  timeframeAlignment: 0.9,
  riskRewardRatio: 2,
  tier: "HIGH",
  htfTrend: "UP",
  tradingTfState: "TREND",
  confluenceZonesCount: 0,
  patternContext: { reason: "=PLDOT_PUSH, \"with\" the higher TREND UP", tick: 0.01, positionFactor: 0.75 },
  closesSignalId: null,
  rules: "1",
  origin
})

/** Price comes from below to a level, or at slot 3 from above to a zone. */
const eventAt = (index: number, origin: Origin): LevelEvent => ({
  id: `${origin}/A/${index}/touch`,
  schedule: "pairs",
  symbol: index % 2 === 0 ? "A" : "C",
  timeframe: index === 3 ? "30m" : "4h",
  level: index === 3 ? "zone" : "envelopeTop",
  kind: "touch",
  side: index === 3 ? 1 : -1,
  low: 101.5,
  high: index === 3 ? 102 : 101.5,
  close: 101,
  weight: index === 3 ? 4.25 : null,
  eventTimestamp: first + index * step,
  tick: 0.01,
  rules: "1",
  origin
})

const known = {
  probability: 0.58,
  calibration: "c0ffee",
  text: "0.58 [0.49, 0.66] of fills ended above 0, by 412 outcomes, 120 of like confidence"
}

/** Five live slots, of which the third failed, and one of a replay. */
const filled = Effect.gen(function*() {
  const slots = yield* SlotStore
  const runs = yield* RunStore
  const all = [0, 1, 2, 3, 4].map((index) => ({ index, origin: "LIVE" as const }))
  for (const { index, origin } of [...all, { index: 9, origin: "REPLAY" as const }]) {
    const run = runAt(index, origin)
    const claim = yield* slots.claim({ schedule: "pairs", slotAt: run.slotAt, origin }, "test", 10_000)
    const failed = run.status === "FAILED"
    yield* runs.finish({
      claim: claim!,
      run,
      signals: failed ? [] : [signalAt(index, origin)],
      odds: index === 1 ? new Map([[signalAt(index, origin).id, known]]) : noOdds,
      events: failed ? [] : [eventAt(index, origin)],
      metrics: [],
      outbox: [],
      slot: failed ? { state: "failed", reason: "no_data" } : { state: "done", reason: null }
    })
  }
  const ids = yield* (yield* InstrumentStore).ensure("binance", [
    { symbol: "A", calendar: "24/7", tick: 0.01, basis: "raw", simulated: false }
  ])
  const bar = (index: number) => ({
    openTime: first + index * step,
    closeTime: first + (index + 1) * step,
    open: 100,
    high: 101.5,
    low: 99.25,
    close: 100.5,
    volume: 0
  })
  yield* (yield* BarStore).upsert([
    { instrumentId: ids.get("A")!, timeframe: "30m", bars: [0, 1, 2, 5, 6].map(bar) }
  ])
})

describe("report runs", () => {
  it.live("lists live runs, newest first, filtered by status, schedule, age and number", () =>
    Effect.gen(function*() {
      yield* filled
      const all = yield* json("runs")
      expect(all.map(({ slotAt }) => slotAt)).toEqual(
        [4, 3, 2, 1, 0].map((index) => new Date(first + index * step).toISOString())
      )
      expect(all[0]).toMatchObject({
        dataFetchMs: 0,
        signalsGenerated: 1,
        gates: [{ symbol: "B", gate: "NO_PATTERN", detail: "none" }],
        status: "SUCCESS"
      })
      expect(yield* json("runs", "--status", "FAILED")).toMatchObject([{ errors: ["source binance is not available"] }])
      expect(yield* json("runs", "--limit", "2")).toHaveLength(2)
      expect(yield* json("runs", "--since", "2026-01-05T01:30:00Z")).toHaveLength(2)
      expect(yield* json("runs", "--schedule", "other")).toEqual([])
      expect(yield* json("runs", "--origin", "replay")).toHaveLength(1)
      expect(yield* json("runs", "--origin", "all")).toHaveLength(6)
    }))

  it.live("is a table in the configured zone, and says where other rows are when there is none", () =>
    Effect.gen(function*() {
      const none = yield* report("runs")
      expect(none.out).toContain("--origin replay, demo or all")
      yield* filled
      const { out } = yield* report("runs")
      expect(out).toContain("bar close (America/New_York)")
      expect(out).toMatch(/2026-01-04 19:00 +pairs +LIVE +SUCCESS +2\/2 +1/)
      expect(out).toContain("no investment advice")
    }))

  it.live("refuses an age that is none before it connects to anything", () =>
    Effect.promise(async () => {
      for (const since of ["yesterday", "2026-01-09T10:00", "2026-02-31"]) {
        const env = { DATABASE_URL: "postgres://nobody:x@127.0.0.1:1/none" }
        const { code, err, out } = await runReport(["runs", "--since", since], { env })
        expect({ code, out }).toEqual({ code: 2, out: "" })
        expect(err).toStartWith(`error: --since: found ${since}`)
      }
    }))
})

describe("report gates", () => {
  it.live("counts what stopped symbols in the order in which gates are tried", () =>
    Effect.gen(function*() {
      yield* filled
      expect(yield* json("gates")).toEqual([
        { gate: "NO_DATA", stopped: 1, share: 0.2, symbols: 1 },
        { gate: "NO_PATTERN", stopped: 4, share: 0.8, symbols: 1 }
      ])
      expect(yield* json("gates", "--since", "2026-01-05T01:30:00Z")).toMatchObject([{
        gate: "NO_PATTERN",
        stopped: 2
      }])
      expect(yield* json("gates", "--symbol", "B", "--limit", "2")).toEqual([
        { slotAt: "2026-01-05T02:00:00.000Z", schedule: "pairs", gate: "NO_PATTERN", detail: "none" },
        { slotAt: "2026-01-05T01:30:00.000Z", schedule: "pairs", gate: "NO_PATTERN", detail: "none" }
      ])
      expect(yield* json("gates", "--origin", "replay")).toMatchObject([{ stopped: 1 }])
      expect(yield* json("gates", "--schedule", "other")).toEqual([])
    }))
})

describe("report signals", () => {
  it.live("tells the probability of those that have one, and of what it is made", () =>
    Effect.gen(function*() {
      yield* filled
      const told = (yield* json("signals")).filter(({ probability }) => probability !== null)
      expect(told).toMatchObject([{ probability: 0.58, calibration: "c0ffee", odds: known.text }])
      const { out } = yield* report("signals")
      expect(out.replaceAll(/\s+/g, " ")).toContain(known.text)
    }))

  it.live("lists signals by symbol, confidence and outcome, with zero as a value", () =>
    Effect.gen(function*() {
      yield* filled
      expect((yield* json("signals")).map(({ confidence }) => confidence)).toEqual([0.4, 0.3, 0.1, 0])
      expect(yield* json("signals", "--symbol", "C")).toHaveLength(2)
      expect(yield* json("signals", "--min-confidence", "0.3")).toHaveLength(2)
      expect(yield* json("signals", "--status", "WIN")).toEqual([])
      const [latest] = yield* json("signals", "--limit", "1")
      expect(latest).toMatchObject({
        entryPrice: 100,
        stopLoss: 99,
        targetPrice: 102,
        positionFactor: 0.75,
        confluenceZonesCount: 0,
        outcome: null
      })
    }))

  it.live("as csv quotes what needs it and gives a spreadsheet no formula", () =>
    Effect.gen(function*() {
      yield* filled
      const { out } = yield* report("signals", "--limit", "1", "--format", "csv")
      expect(out).toContain(`"'=PLDOT_PUSH, ""with"" the higher TREND UP"`)
    }))
})

describe("report events", () => {
  it.live("lists what price did at levels, newest first, by symbol, schedule, age, origin and number", () =>
    Effect.gen(function*() {
      yield* filled
      const rows = yield* json("events")
      expect(rows.map(({ eventTimestamp }) => eventTimestamp)).toEqual(
        [4, 3, 1, 0].map((index) => new Date(first + index * step).toISOString())
      )
      expect(rows[1]).toEqual({
        eventTimestamp: "2026-01-05T01:30:00.000Z",
        symbol: "C",
        timeframe: "30m",
        level: "zone",
        kind: "touch",
        side: 1,
        low: 101.5,
        high: 102,
        close: 101,
        weight: 4.25,
        schedule: "pairs",
        origin: "LIVE",
        rules: "1",
        id: "LIVE/A/3/touch"
      })
      expect(yield* json("events", "--symbol", "C")).toHaveLength(2)
      expect(yield* json("events", "--schedule", "other")).toEqual([])
      expect(yield* json("events", "--since", "2026-01-05T01:30:00Z")).toHaveLength(2)
      expect(yield* json("events", "--limit", "1")).toHaveLength(1)
      expect(yield* json("events", "--origin", "replay")).toHaveLength(1)
    }))

  it.live("is a table in the configured zone or csv, and says where other rows are when there is none", () =>
    Effect.gen(function*() {
      const none = yield* report("events")
      expect(none.out).toContain("No level events of the live worker match.")
      yield* filled
      const { out } = yield* report("events", "--limit", "2")
      expect(out).toContain("bar close (America/New_York)")
      expect(out).toMatch(/2026-01-04 21:00 +A +4h +envelopeTop +101\.50 +touch +below +101\.00\n/)
      expect(out).toMatch(/zone of weight 4\.25 +101\.50 to 102\.00 +touch +above/)
      expect(out).toContain("no investment advice")
      const csv = yield* report("events", "--limit", "1", "--format", "csv")
      expect(csv.out).toBe(
        "eventTimestamp,symbol,timeframe,level,kind,side,low,high,close,weight,schedule,origin,rules,id\n" +
          "2026-01-05T02:00:00.000Z,A,4h,envelopeTop,touch,-1,101.5,101.5,101,,pairs,LIVE,1,LIVE/A/4/touch\n"
      )
    }))
})

describe("report bars", () => {
  it.live("shows the newest bars and names their holes", () =>
    Effect.gen(function*() {
      yield* filled
      const { code, err, out } = yield* report("bars", "--symbol", "A", "--timeframe", "30m", "--limit", "4")
      expect(code).toBe(0)
      expect(out).toMatch(/2026-01-05 01:00|2026-01-04 20:00/)
      expect(out).toMatch(/100\.00 +101\.50 +99\.25 +100\.50 +0 +binance/)
      expect(err).toContain("gap: 2 bars missing from 2026-01-05T01:30:00Z to 2026-01-05T02:00:00Z")
      expect(out.match(/binance/g)).toHaveLength(4)
    }))

  it.live("tells of splits, dividends and rolls among the bars that it shows", () =>
    Effect.gen(function*() {
      yield* filled
      const ids = yield* (yield* InstrumentStore).idsOf("binance", ["A"])
      const instrumentId = ids.get("A")!
      const [newest] = yield* (yield* BarStore).latest(instrumentId, "30m", 1)
      const roll = (at: number, factor: number) => ({
        instrumentId,
        source: "configuration",
        event: { kind: "roll" as const, at, factor, amount: null, detail: "roll" }
      })
      yield* (yield* PriceEventStore).record([
        roll(newest!.openTime, 1.25),
        roll(newest!.closeTime, 3),
        roll(newest!.openTime - 30 * 86_400_000, 2)
      ])
      const { code, err, out } = yield* report("bars", "--symbol", "A", "--timeframe", "30m", "--limit", "4")
      expect(code).toBe(0)
      expect(err.match(/^roll: .*$/gm)).toEqual([
        expect.stringMatching(/^roll: on 2026-01-0\S+, earlier prices x 1\.25$/)
      ])
      expect(out).not.toContain("roll")
    }))

  it.live("refuses a symbol that nobody watched, in one line", () =>
    Effect.gen(function*() {
      const { code, err } = yield* report("bars", "--symbol", "NOPE", "--timeframe", "30m")
      expect(code).toBe(1)
      expect(err).toBe(
        "error: symbol NOPE is not stored, expected one that a schedule has watched: see dgas.config.ts\n"
      )
    }))
})
