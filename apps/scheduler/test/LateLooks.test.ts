/** When a worker looks for symbols whose bars are late. */
import { watchOf } from "@dgas/engine/Watch"
import { describe, expect, test } from "bun:test"
import { LateLooks } from "../src/LateLooks.ts"
import { configOf } from "./world.ts"

const noon = Date.UTC(2026, 0, 5, 12)
const minute = 60_000
const watchOfBars = (trading: string, higher: string) => {
  const config = configOf({
    sources: { files: { kind: "csv", folder: "none", settleMs: 5000 } },
    universes: { sim: { source: "files", calendar: "24/7", instruments: [{ symbol: "A" }] } },
    schedules: [{ name: "s", universe: "sim", trading, higher }]
  })
  return watchOf(config, config.schedules[0])
}

/** Minutes after noon at which it looks, when it is asked every 10 s for an hour. */
const looked = (trading: string, higher: string, from = 0) => {
  const looks = new LateLooks()
  const watch = watchOfBars(trading, higher)
  const found: Array<number> = []
  for (let at = noon + 10_000 + from; at < noon + 60 * minute; at += 10_000) {
    if (looks.due(watch, at) !== null) found.push((at - noon) / minute)
  }
  return found
}

describe("late looks", () => {
  test("come a minute after the slot was due, and then after twice the time", () => {
    const times = looked("4h", "1d")
    expect(times).toHaveLength(5)
    expect(times[0]).toBeCloseTo(70 / 60, 5)
    expect(times.map((at, index) => Math.round(at - (times[index - 1] ?? 0)))).toEqual([1, 2, 4, 8, 16])
  })

  test("begin anew with each slot, and leave the last minute before one alone", () => {
    const times = looked("5m", "30m")
    expect(times.filter((at) => at < 5).length).toBe(2)
    expect(times.every((at) => at % 5 > 1 && at % 5 < 4.1)).toBe(true)
    expect(times.some((at) => at > 55)).toBe(true)
  })

  test("are none for bars of a minute, whose next slot is always near", () => {
    expect(looked("1m", "5m")).toEqual([])
  })

  test("that somebody asked for are made at once, but for the last minute before a slot, and change no rhythm", () => {
    const looks = new LateLooks()
    const watch = watchOfBars("5m", "30m")
    expect(looks.due(watch, noon + 10_000, true)).toBe(noon)
    expect(looks.due(watch, noon + 20_000)).toBeNull()
    expect(looks.due(watch, noon + 20_000, true)).toBe(noon)
    expect(looks.due(watch, noon + 65_000)).toBe(noon)
    expect(looks.due(watch, noon + 66_000)).toBeNull()
    looks.settled(watch)
    expect(looks.due(watch, noon + 67_000, true)).toBe(noon)
    expect(looks.due(watch, noon + 4 * minute + 6000, true)).toBeNull()
  })

  test("end when no symbol is missing", () => {
    const looks = new LateLooks()
    const watch = watchOfBars("4h", "1d")
    looks.due(watch, noon + 10_000)
    expect(looks.due(watch, noon + 70_000)).toBe(noon)
    looks.settled(watch)
    expect(looks.due(watch, noon + 200 * minute)).toBeNull()
    expect(looks.due(watch, noon + 241 * minute)).toBeNull()
    expect(looks.due(watch, noon + 243 * minute)).toBe(noon + 240 * minute)
  })
})
