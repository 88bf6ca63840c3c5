import type { ToldSignal } from "@dgas/db/ToldStore"
import type { Signal } from "@dgas/domain/Signal"
import { describe, expect, test } from "bun:test"
import { partOf } from "../src/Part.ts"
import { type Known, meant, mutesOf, route } from "../src/Routing.ts"
import { aMute, wishes } from "./listeners.ts"
import { entry, event, exit, run, slotAt } from "./signals.ts"

const another = (symbol: string, change: Partial<Signal> = {}): Signal => ({ ...entry, id: symbol, symbol, ...change })
const signals = (...some: ReadonlyArray<Signal>) => partOf("signals", run, { signals: some })
const before = (minutes: number, change: Partial<ToldSignal> = {}): ToldSignal => ({
  channel: "webhook",
  destination: "desk",
  symbol: entry.symbol,
  type: entry.type,
  barClose: slotAt - minutes * 60_000,
  ...change
})
const nothing: Known = { mutes: [], told: [], zone: "UTC" }

describe("what is meant for a destination", () => {
  const all = { ...signals(entry, exit), events: [event] }
  const low = { ...entry, confidence: 0.2 }
  const cases: ReadonlyArray<
    readonly [name: string, change: Parameters<typeof wishes>[0], ids: ReadonlyArray<string>]
  > = [
    ["is everything unless it says so", {}, [entry.id, exit.id, event.id]],
    ["is an entry of just its confidence", { minConfidence: 0.7 }, [entry.id, exit.id, event.id]],
    ["is no entry below its confidence, and every exit", { minConfidence: 0.71 }, [exit.id, event.id]],
    ["is what is of its symbols, exits and level events too", { symbols: ["BTCUSDT"] }, [entry.id, event.id]],
    ["is what is of its types", { types: ["SHORT", "EXIT_SHORT"] }, [exit.id, event.id]],
    ["is no exit that it does not want", { types: ["LONG"] }, [entry.id, event.id]],
    ["is an entry of its tiers, and every exit", { tiers: ["LOW"] }, [exit.id, event.id]],
    ["is an entry of one of its tiers", { tiers: ["LOW", "HIGH"] }, [entry.id, exit.id, event.id]],
    ["is no level event that it does not want", { levelEvents: false }, [entry.id, exit.id]]
  ]
  for (const [name, change, ids] of cases) {
    test(name, () => {
      const part = meant(all, wishes(change))
      expect([...part?.signals ?? [], ...part?.events ?? []].map(({ id }) => id)).toEqual([...ids])
    })
  }

  test("is nothing when all of it is something else", () => {
    expect(meant(signals(low), wishes({ minConfidence: 0.3 }))).toBeNull()
    expect(meant(signals({ ...entry, tier: null }), wishes({ tiers: ["LOW"] }))).toBeNull()
  })
})

describe("what is held back", () => {
  const kept = (of: ReturnType<typeof route>) =>
    of.suppressed.map(({ part, rule }) => [rule, [...part.signals, ...part.events].map(({ id }) => id)])
  const told = (of: ReturnType<typeof route>) => of.told?.signals.map(({ id }) => id) ?? []

  test("by a mute is everything that it concerns, exits and level events too, with the reason in one line", () => {
    const all = { ...signals(entry, exit), events: [event] }
    const everything = route(all, wishes(), { ...nothing, mutes: [aMute()] })
    expect(everything.told).toBeNull()
    expect(kept(everything)).toEqual([["mute-k2x9m", [entry.id, exit.id, event.id]]])
    expect(everything.suppressed[0]?.reason).toBe(
      "muted by ann until 2026-01-05 15:30 UTC (mute k2x9m): a fork of the chain"
    )
    const one = route(all, wishes(), { ...nothing, mutes: [aMute({ symbol: "ETHUSDT" })] })
    expect(told(one)).toEqual([entry.id])
    expect(one.told?.events).toEqual([event])
    expect(kept(one)).toEqual([["mute-k2x9m", [exit.id]]])
  })

  test("by several mutes is told of the oldest", () => {
    const mutes = [aMute({ id: "one", symbol: "ETHUSDT" }), aMute({ id: "two" })]
    expect(kept(route(signals(entry, exit), wishes(), { ...nothing, mutes }))).toEqual([
      ["mute-two", [entry.id]],
      ["mute-one", [exit.id]]
    ])
  })

  test("by a mute of a schedule or of a destination is what is theirs", () => {
    const mutes = [
      aMute({ id: "all" }),
      aMute({ id: "other", schedule: "stocks" }),
      aMute({ id: "mine", schedule: "crypto-30m" }),
      aMute({ id: "desk", destination: "desk" }),
      aMute({ id: "phone", schedule: "crypto-30m", destination: "phone" })
    ]
    expect(mutesOf(mutes, "crypto-30m", "desk").map(({ id }) => id)).toEqual(["all", "mine", "desk"])
  })

  test("by transition-only is an entry of the direction that was told last", () => {
    const only = wishes({ transitionOnly: true })
    const after = (...entries: ReadonlyArray<ToldSignal>) =>
      kept(route(signals(entry, exit), only, { ...nothing, told: entries }))
    expect(after()).toEqual([])
    expect(after(before(600))).toEqual([["transition-only", [entry.id]]])
    expect(after(before(600, { type: "SHORT" }))).toEqual([])
    expect(after(before(600), before(300, { type: "SHORT" }))).toEqual([])
    // Whoever was told that the position is closed wants to hear of the next one.
    expect(after(before(600), before(300, { type: "EXIT_LONG" }))).toEqual([])
    expect(after(before(300), before(600, { type: "SHORT" }))).toEqual([["transition-only", [entry.id]]])
    expect(after(before(600, { symbol: "ETHUSDT" }))).toEqual([])
    expect(kept(route(signals(entry), wishes(), { ...nothing, told: [before(600)] }))).toEqual([])
  })

  test("by a cool-down is an entry of the same symbol and direction, until it has passed", () => {
    const cool = wishes({ coolDownMinutes: 60 })
    const after = (...entries: ReadonlyArray<ToldSignal>) =>
      kept(route(signals(entry, exit), cool, { ...nothing, told: entries }))
    expect(after(before(60))).toEqual([])
    expect(after(before(59))).toEqual([["cool-down", [entry.id]]])
    expect(after(before(30, { type: "SHORT" }))).toEqual([])
    expect(after(before(59), before(30, { type: "SHORT" }))).toEqual([["cool-down", [entry.id]]])
    expect(after(before(30, { symbol: "ETHUSDT" }))).toEqual([])
  })

  test("of a digest and of late bars is no entry by a cool-down", () => {
    const cool = wishes({ coolDownMinutes: 60, transitionOnly: true })
    const known = { ...nothing, told: [before(30), before(10, { type: "SHORT" })] }
    for (const kind of ["digest", "late"] as const) {
      expect(kept(route({ ...signals(entry), kind }, cool, known))).toEqual([])
    }
    const repeated = { ...nothing, told: [before(30)] }
    expect(kept(route({ ...signals(entry), kind: "digest" }, cool, repeated))).toEqual([["transition-only", [
      entry.id
    ]]])
  })

  test("of a burst are the entries of lowest confidence, and no exit", () => {
    const some = signals(another("a", { confidence: 0.5 }), exit, another("b", { confidence: 0.9 }), another("c"))
    const two = route(some, wishes({ maxPerRun: 2 }), nothing)
    expect(told(two)).toEqual([exit.id, "b", "c"])
    expect(kept(two)).toEqual([["most", ["a"]]])
    expect(two.suppressed[0]?.reason).toBe("beyond the 2 entries of highest confidence of a run")
    expect(kept(route(some, wishes({ maxPerRun: 3 }), nothing))).toEqual([])
    expect(told(route(signals(another("a"), another("b")), wishes({ maxPerRun: 1 }), nothing))).toEqual(["a"])
  })

  test("does not take the place of another entry of a burst", () => {
    const some = signals(another("a", { confidence: 0.9 }), another("b"), another("c", { confidence: 0.6 }))
    const routed = route(some, wishes({ maxPerRun: 1 }), { ...nothing, mutes: [aMute({ symbol: "a" })] })
    expect(told(routed)).toEqual(["b"])
    expect(kept(routed)).toEqual([["mute-k2x9m", ["a"]], ["most", ["c"]]])
  })

  test("of a notice is nothing but by a mute", () => {
    const notice = { id: "n", signalId: entry.id, kind: "CORRECTED", detail: "it is off" } as const
    const part = partOf("corrected", run, { notice, signals: [entry] })
    const strict = wishes({ transitionOnly: true, coolDownMinutes: 60 })
    expect(kept(route(part, strict, { ...nothing, told: [before(30)] }))).toEqual([])
    expect(kept(route(part, strict, { ...nothing, mutes: [aMute()] }))).toEqual([["mute-k2x9m", [entry.id]]])
  })
})
