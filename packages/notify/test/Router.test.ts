import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import type { Signal } from "@dgas/domain/Signal"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestConsole from "effect/testing/TestConsole"
import * as ConsoleChannel from "../src/Console.ts"
import * as Router from "../src/Router.ts"
import { entry, exit, run } from "./signals.ts"

const messages = (minConfidence: number, signals: ReadonlyArray<Signal>, of = run) =>
  Effect.gen(function*() {
    const config = yield* decodeConfig("test", {
      timeZone: "America/New_York",
      sources: { s: { kind: "sim" } },
      universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
      schedules: [{ name: "crypto-30m", universe: "u", trading: "30m", higher: "4h" }],
      channels: { console: { minConfidence } }
    })
    const program = Effect.flatMap(Announce, (announce) => announce.messages(of, signals))
    return yield* Effect.provide(program, Router.layer(config))
  }).pipe(Effect.runPromise)

const printed = (payload: unknown, colour: boolean) =>
  Effect.gen(function*() {
    yield* ConsoleChannel.deliver(payload, colour)
    return (yield* TestConsole.logLines).join("\n")
  }).pipe(Effect.provide(TestConsole.layer), Effect.runPromise)

describe("Router", () => {
  test("groups the signals of a run into one console message whose id is of the slot", async () => {
    const [first, ...more] = await messages(0, [entry, exit])
    expect(more).toEqual([])
    expect(first).toMatchObject({
      id: "crypto-30m/2026-01-05T14:30:00.000Z/console/terminal/signals",
      channel: "console",
      signalIds: [entry.id, exit.id]
    })
    expect(await messages(0, [entry, exit])).toEqual([first!])
  })

  test("leaves out entries below the channel's confidence, and never an exit", async () => {
    const [first] = await messages(0.9, [entry, exit])
    expect(first?.signalIds).toEqual([exit.id])
  })

  test("says in its title that a signal comes too late to be fresh, and by how much", async () => {
    const late = { ...run, runTimestamp: run.slotAt + 5 * 3_600_000 }
    const [inTime] = await messages(0, [entry])
    const [tooLate] = await messages(0, [entry], late)
    expect(inTime?.payload["title"]).not.toContain("LATE")
    expect(tooLate?.payload["title"]).toContain("LATE by 5 h 0 min")
  })

  test("sends nothing when there is nothing to tell", async () => {
    expect(await messages(0, [])).toEqual([])
    expect(await messages(0.9, [entry])).toEqual([])
  })
})

describe("Console", () => {
  test("is a plain table in the configured zone, with prices by the tick and none that an exit does not have", async () => {
    const [message] = await messages(0, [entry, exit])
    const text = await printed(message?.payload, false)
    expect(text).not.toContain("\u001b")
    expect(text).toContain("crypto-30m: 2 signals at the 30m close of 2026-01-05 09:30 America/New_York")
    expect(text).toMatch(/BTCUSDT +LONG +90000\.50 +89000\.00 +92001\.50 +2\.00 +0\.70 +HIGH +PLDOT_PUSH/)
    expect(text).toMatch(/ETHUSDT +EXIT_SHORT +3000\.00 +0\.65 +ZONE_TOUCH against/)
    expect(text).toContain("no investment advice")
  })

  test("paints whole lines on a terminal, and says the same", async () => {
    const [message] = await messages(0, [entry])
    const painted = await printed(message?.payload, true)
    expect(painted).toContain("\u001b[32m")
    expect(Bun.stripANSI(painted)).toBe(await printed(message?.payload, false))
  })
})
