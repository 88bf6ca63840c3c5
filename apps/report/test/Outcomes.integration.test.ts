/** `report outcomes` as a process, over outcomes that a worker would have stored. */
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { RunStore } from "@dgas/db/RunStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { Signal } from "@dgas/domain/Signal"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { json, report } from "./project.ts"

const it = effectTest(TestDatabase.layer)
const first = Date.UTC(2026, 0, 5)
const step = 1_800_000

const signal = (index: number): Signal => ({
  id: `signal ${index}`,
  schedule: index === 6 ? "other" : "pairs",
  symbol: index % 2 === 0 ? "A" : "B",
  type: "LONG",
  signalTimestamp: first + index * step,
  entryPrice: 100,
  stopLoss: 99,
  targetPrice: 102,
  confidence: 0.8,
  signalStrength: 0.8,
  timeframeAlignment: 0.9,
  riskRewardRatio: 2,
  tier: "HIGH",
  htfTrend: "UP",
  tradingTfState: "TREND",
  confluenceZonesCount: 0,
  patternContext: { reason: "C_WAVE", tick: 0.01, events: ["C_WAVE", "ZONE_TOUCH"] },
  closesSignalId: null,
  rules: "1",
  origin: "LIVE"
})

const outcome = (index: number, change: Partial<OutcomeUpdate>): OutcomeUpdate => ({
  signalId: `signal ${index}`,
  outcome: "NEUTRAL",
  exitReason: "TIME",
  filled: true,
  ambiguous: false,
  fillPrice: 100,
  exitPrice: 100.5,
  actualHigh: 101,
  actualLow: 99.5,
  actualClose: 100.5,
  pnlPct: 0.5,
  r: 0.5,
  rIfLoss: 0.5,
  rIfWin: 0.5,
  mfe: 1,
  mae: 0.5,
  barsHeld: 48,
  barsMissing: 0,
  costPct: 0,
  decidedAt: first + 60 * step,
  evaluatedAt: first + 61 * step,
  ...change
})

const none = {
  fillPrice: null,
  exitPrice: null,
  actualHigh: null,
  actualLow: null,
  actualClose: null,
  mfe: null,
  mae: null
}
const open = {
  outcome: "PENDING",
  exitReason: null,
  exitPrice: null,
  r: null,
  rIfLoss: null,
  rIfWin: null,
  pnlPct: null,
  decidedAt: null
} as const

const outcomes: ReadonlyArray<Partial<OutcomeUpdate>> = [
  { outcome: "WIN", exitReason: "TARGET", exitPrice: 102, r: 2, rIfLoss: 2, rIfWin: 2, pnlPct: 2, barsHeld: 3 },
  { outcome: "LOSS", exitReason: "STOP", exitPrice: 99, r: -1, rIfLoss: -1, rIfWin: 2, pnlPct: -1, ambiguous: true },
  { exitReason: "EXIT", barsMissing: 2 },
  {},
  { ...none, exitReason: "UNFILLED", filled: false, r: 0, rIfLoss: 0, rIfWin: 0, pnlPct: 0, barsHeld: 0 },
  open,
  { ...open, ...none, filled: false }
]

/** One of each end, one that is open, one that waits, and one that nobody has looked at. */
const filled = (costPct = 0) =>
  Effect.gen(function*() {
    const schedules = ["pairs", "other"]
    for (const schedule of schedules) {
      const claim = yield* (yield* SlotStore).claim({ schedule, slotAt: first, origin: "LIVE" }, "test", 10_000)
      yield* (yield* RunStore).finish({
        claim: claim!,
        run: {
          id: schedule,
          schedule,
          slotAt: first,
          runTimestamp: first,
          intervalType: "30m",
          symbolsRequested: 2,
          symbolsProcessed: 2,
          signalsGenerated: 1,
          executionTimeMs: 0,
          dataFetchMs: 0,
          indicatorCalcMs: 0,
          signalGenerationMs: 0,
          notificationMs: 0,
          status: "SUCCESS",
          errors: [],
          gates: [],
          rules: "1",
          origin: "LIVE",
          lateMs: null,
          barsRevised: 0,
          inputs: null
        },
        signals: [0, 1, 2, 3, 4, 5, 6, 7].map(signal).filter((one) => one.schedule === schedule),
        events: [],
        metrics: [],
        outbox: [],
        slot: { state: "done", reason: null }
      })
    }
    yield* (yield* OutcomeStore).write(
      outcomes.map((change, index) => ({ update: outcome(index, { costPct, ...change }), readOver: null }))
    )
  })

describe("report outcomes", () => {
  it.live("tells what became of each, and of every end how many", () =>
    Effect.gen(function*() {
      yield* filled()
      const { code, out } = yield* report("outcomes", "--limit", "3")
      expect(code).toBe(0)
      const rows = out.split("\n").map((line) => line.split(/\s{2,}/).join("|"))
      for (
        const row of [
          "TARGET|WIN|yes|1|0|not enough data",
          "STOP|LOSS|yes|1|1|not enough data",
          "EXIT|NEUTRAL|yes|1|0|not enough data",
          "TIME|NEUTRAL|yes|1|0|not enough data",
          "UNFILLED|NEUTRAL|no|1|0",
          "open|PENDING|yes|1|0",
          "waiting|PENDING|no|2|0"
        ]
      ) expect(rows).toContain(row)
      expect(out.replaceAll(/\s+/g, " ")).toContain(
        "Of 8 signals 2 are pending without a fill, 1 is filled and pending, 1 was never filled, 4 were filled"
      )
      expect(out).toContain(
        "other: 1 pending without news since 2026-01-04 19:00 America/New_York: the configuration has no such schedule."
      )
      expect(out).not.toContain("pairs: ")
      expect(out).toContain("1 of the pending have not been looked at yet.")
      expect(out).toContain("1 had bars missing in their span")
      expect(out).toContain("No costs configured: results are before spread and fees.")
      expect(out).toContain("The newest 3 of 8\n")
      expect(out.split("\n").filter((line) => line.startsWith("2026-01-0"))).toHaveLength(3)
    }))

  it.live("gives programs every signal and every number, filtered by symbol, schedule, age and outcome", () =>
    Effect.gen(function*() {
      yield* filled(0.1)
      const all = yield* json("outcomes")
      expect(all.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1, 0].map((index) => `signal ${index}`))
      expect(all[6]).toMatchObject({
        outcome: "LOSS",
        exitReason: "STOP",
        filled: true,
        ambiguous: true,
        r: -1,
        rIfLoss: -1,
        rIfWin: 2,
        mfe: 1,
        mae: 0.5,
        costPct: 0.1,
        patterns: ["C_WAVE", "ZONE_TOUCH"],
        timeframe: "30m",
        probability: null
      })
      expect(all[0]).toMatchObject({ outcome: "PENDING", filled: null, evaluatedAt: null, costPct: null })
      const ids = (...flags: ReadonlyArray<string>) =>
        Effect.map(json("outcomes", ...flags), (rows) => rows.map(({ id }) => String(id).slice(7)).join(""))
      expect(yield* ids("--symbol", "A")).toBe("6420")
      expect(yield* ids("--schedule", "other")).toBe("6")
      expect(yield* ids("--status", "PENDING")).toBe("765")
      expect(yield* ids("--status", "WIN")).toBe("0")
      expect(yield* ids("--origin", "replay")).toBe("")
      const { out } = yield* report("outcomes")
      expect(out).toContain("Results are after costs of 0.1 % a round trip.")
    }))

  it.live("says nothing in numbers where there is none", () =>
    Effect.gen(function*() {
      const { out } = yield* report("outcomes")
      expect(out).toContain("Of live signals. Replays and the demo show with --origin replay, demo or all.")
      expect(out).toContain("No signals match.")
      expect(out).not.toMatch(/NaN|Infinity/)
    }))

  it.live("is written to a file as a page, with as many signals as asked for", () =>
    Effect.gen(function*() {
      yield* filled()
      const file = join(temporaryFolder("out"), "outcomes.html")
      const html = yield* report("outcomes", "--format", "html", "--out", file, "--limit", "2")
      expect(html).toMatchObject({ code: 0, out: "" })
      const page = yield* Effect.promise(() => Bun.file(file).text())
      expect(page).toStartWith("<!doctype html>")
      expect(page).toContain("<svg")
      expect(page.match(/<td[^>]*>2026-01-0\d \d\d:\d\d/g)).toHaveLength(2)
      const md = yield* report("outcomes", "--format", "md", "--symbol", "A", "--status", "WIN")
      expect(md.out).toStartWith("# Outcomes\n\nOf live signals, symbol A, outcome WIN.")
    }))
})
