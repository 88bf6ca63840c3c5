import type { Gate } from "@dgas/domain/Gate"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { differences } from "@dgas/engine/Difference"
import { describe, expect, test } from "bun:test"

const run: PredictionRun = {
  id: "run",
  schedule: "test",
  slotAt: 0,
  runTimestamp: 0,
  intervalType: "30m",
  symbolsRequested: 1,
  symbolsProcessed: 1,
  signalsGenerated: 0,
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
}

const between = (was: readonly [Gate, string] | null, is: readonly [Gate, string] | null) => {
  const gates = (one: readonly [Gate, string] | null) =>
    one === null ? [] : [{ symbol: "A", gate: one[0], detail: one[1] }]
  return differences(["A"], { run: { ...run, gates: gates(was) }, signals: [] }, {
    processed: 1,
    signals: [],
    events: [],
    gates: gates(is)
  })
}

describe("differences of gates", () => {
  test("are none when gate and numbers are the same", () => {
    expect(between(["WEAK", "strength 0.55, needs 0.6"], ["WEAK", "strength 0.55, needs 0.6"])).toEqual([])
  })

  test("show in the numbers alone", () => {
    expect(between(["WEAK", "strength 0.55, needs 0.6"], ["WEAK", "strength 0.56, needs 0.6"])).toEqual([{
      symbol: "A",
      what: "decision",
      stored: "WEAK: strength 0.55, needs 0.6",
      now: "WEAK: strength 0.56, needs 0.6"
    }])
  })

  test("do not show in why there was no bar, which was of its moment", () => {
    expect(between(["NO_DATA", "source s is not available"], ["NO_DATA", "no closed bar"])).toEqual([])
    expect(between(["NO_DATA", "source s is not available"], ["WEAK", "strength"])).toHaveLength(1)
  })

  test("show when a symbol has neither gate nor signal any more", () => {
    expect(between(["WEAK", "strength"], null)).toMatchObject([{ now: "nothing" }])
  })
})
