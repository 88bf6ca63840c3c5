import type { SlotRecord } from "@dgas/db/SlotHistory"
import type { SchedulerState } from "@dgas/domain/SchedulerState"
import { describe, expect, test } from "bun:test"
import { runId } from "../src/SignalRow.ts"
import { silentMs, workerView } from "../src/WorkerView.ts"

const now = Date.UTC(2026, 0, 5, 12)
const slotAt = now - 60_000

const state = (change: Partial<SchedulerState>): SchedulerState => ({
  status: "IDLE",
  lastRunTimestamp: slotAt,
  nextScheduledRun: now + 60_000,
  currentRunId: null,
  errorMessage: null,
  updatedAt: now - 1000,
  ...change
})

const slot = (change: Partial<SlotRecord> = {}): SlotRecord => ({
  schedule: "pairs",
  origin: "LIVE",
  slotAt,
  state: "running",
  reason: null,
  owner: "host/1/x",
  fence: 1,
  leaseUntil: now + 7000,
  updatedAt: now - 3000,
  lateMs: null,
  ...change
})

const atWork = state({ status: "RUNNING", currentRunId: runId("pairs", slotAt, "LIVE") })
const old = { updatedAt: now - silentMs - 1 }

describe("workerView", () => {
  test("believes a row that is fresh", () => {
    expect(workerView(state({}), [], now)).toEqual({ kind: "idle", at: now - 1000 })
    expect(workerView(atWork, [], now)).toEqual({ kind: "running", at: now - 1000 })
    expect(workerView(state({ status: "ERROR", errorMessage: "away" }), [], now)).toMatchObject({ message: "away" })
    expect(workerView(state({ status: "STOPPED", ...old }), [], now)).toEqual({ kind: "stopped", at: old.updatedAt })
  })

  test("knows a worker at work by its lease, however long it has been there", () => {
    expect(workerView({ ...atWork, ...old }, [slot()], now)).toMatchObject({ kind: "running" })
  })

  test("knows a worker that died at work by a lease that ran out", () => {
    expect(workerView(atWork, [slot({ leaseUntil: now })], now)).toMatchObject({ kind: "died", leaseUntil: now })
    // Of another slot than the one that the row names it says nothing.
    const other = slot({ slotAt: slotAt - 1000, leaseUntil: now - 1 })
    expect(workerView(atWork, [other], now)).toMatchObject({ kind: "running" })
  })

  test("knows a worker that was killed between slots by its silence", () => {
    for (const one of [state({}), atWork, state({ status: "ERROR" })]) {
      expect(workerView({ ...one, ...old }, [], now)).toEqual({ kind: "silent", at: old.updatedAt })
    }
  })

  test("knows that there never was one", () => {
    const fresh = state({ lastRunTimestamp: null, nextScheduledRun: null, ...old })
    expect(workerView(fresh, [], now)).toEqual({ kind: "none" })
  })
})
