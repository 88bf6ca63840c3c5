import { decodeConfig } from "@dgas/domain/Config"
import { InputTrail } from "@dgas/engine/InputTrail"
import { lateness, runInputs } from "@dgas/engine/RunRow"
import { SymbolState } from "@dgas/engine/SymbolState"
import { watchOf } from "@dgas/engine/Watch"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { seededBars } from "./bars.ts"

const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none", settleMs: 60_000 } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }, { symbol: "B" }] } },
  schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h" }]
}))
const watch = watchOf(config, config.schedules[0])
const noon = Date.UTC(2026, 0, 5, 12)

describe("the inputs of a run", () => {
  const stateOf = (place: number, seed: number) => {
    const bars = seededBars(seed, 50, 30)
    const state = new SymbolState(watch, watch.instruments[place]!, place + 1, {
      bars,
      readUntil: Infinity,
      trail: new InputTrail(0, noon),
      entry: null
    })
    state.advance(bars.at(-1)!.closeTime)
    return state
  }
  const hashOf = (states: ReadonlyArray<SymbolState>) =>
    runInputs(watch, states, noon, { signalsSince: null, readSince: null }).hash

  test("are hashed whatever the order of the symbols", () => {
    const [a, b] = [stateOf(0, 1), stateOf(1, 2)]
    expect(hashOf([a, b])).toBe(hashOf([b, a]))
    expect(hashOf([a, b])).not.toBe(hashOf([a]))
    expect(hashOf([stateOf(0, 2), stateOf(1, 1)])).not.toBe(hashOf([a, b]))
  })

  test("count the bars of all symbols", () => {
    expect(runInputs(watch, [stateOf(0, 1), stateOf(1, 2)], noon, { signalsSince: 5, readSince: 7 })).toMatchObject({
      bars: 100,
      barsFrom: 0,
      signalsSince: 5,
      readSince: 7
    })
  })
})

describe("lateness", () => {
  const late = (ms: number, origin: "LIVE" | "REPLAY" = "LIVE") => lateness(watch, noon, origin, noon + ms)

  test("counts from when the bar could be had, and begins at half a bar or 15 minutes", () => {
    expect(late(60_000 + 15 * 60_000)).toBeNull()
    expect(late(60_000 + 15 * 60_000 + 1)).toBe(15 * 60_000 + 1)
    expect(late(10 * 86_400_000, "REPLAY")).toBeNull()
  })
})
