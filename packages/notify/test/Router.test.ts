import { Announce, type News } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { LevelName } from "@dgas/domain/Level"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { noOdds, type OddsOf } from "@dgas/domain/Odds"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import { BaseRates } from "@dgas/engine/BaseRates"
import { wilson } from "@dgas/engine/geometry/Wilson"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestConsole from "effect/testing/TestConsole"
import * as ConsoleChannel from "../src/Console.ts"
import { Destinations } from "../src/Destinations.ts"
import * as Router from "../src/Router.ts"
import { stores } from "./listeners.ts"
import { entry, event, exit, notJudged, run } from "./signals.ts"

const untouched = {
  runId: run.id,
  lateMs: null,
  notificationSent: true,
  notificationChannels: ["console"],
  notificationTimestamp: 1,
  ...notJudged
}

/** Of 200 bars half reached each level and a tenth closed beyond it. */
const rates = Layer.succeed(
  BaseRates,
  BaseRates.of({
    of: () =>
      Effect.succeed(LevelName.literals.map((level) => ({
        level,
        n: 200,
        touched: wilson(100, 200),
        beyond: wilson(20, 200)
      })))
  })
)

interface Given {
  readonly of?: PredictionRun
  readonly events?: ReadonlyArray<LevelEvent>
  readonly baseRates?: boolean
  readonly late?: ReadonlyArray<Signal>
  readonly alone?: ReadonlyArray<Signal>
  readonly aloneEvents?: ReadonlyArray<LevelEvent>
  readonly notices?: News["notices"] & {}
  readonly odds?: OddsOf
  readonly channels?: ReadonlyArray<"console">
  /** Whether the console was told of the entry. */
  readonly heard?: boolean
}

const messages = (
  minConfidence: number,
  signals: ReadonlyArray<Signal>,
  {
    alone = [],
    aloneEvents = [],
    baseRates = false,
    channels = ["console"],
    events = [],
    heard = false,
    late = [],
    notices = [],
    odds = noOdds,
    of = run
  }: Given = {}
) =>
  Effect.gen(function*() {
    const config = yield* decodeConfig("test", {
      timeZone: "America/New_York",
      sources: { s: { kind: "sim" } },
      universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
      schedules: [{ name: "crypto-30m", universe: "u", trading: "30m", higher: "4h", channels }],
      channels: { console: { minConfidence, baseRates } }
    })
    const program = Effect.flatMap(Announce, (announce) =>
      announce.messages({ run: of, signals, events, late, alone, aloneEvents, notices, odds }))
    const terminal = { channel: "console", destination: "terminal" }
    const known = stores(heard ? { heard: { [entry.id]: [terminal] } } : {})
    return yield* Effect.provide(program, Router.layer(config).pipe(Layer.provide([rates, known, Destinations.none])))
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
      signalIds: [exit.id, entry.id]
    })
    expect(await messages(0, [entry, exit])).toEqual([first!])
  })

  test("leaves out entries below the channel's confidence, and never an exit", async () => {
    const [first] = await messages(0.9, [entry, exit])
    expect(first?.signalIds).toEqual([exit.id])
  })

  test("says in its title that a signal comes too late to be fresh, and by how much", async () => {
    const late = { ...run, lateMs: 5 * 3_600_000 }
    const [inTime] = await messages(0, [entry])
    const [tooLate] = await messages(0, [entry], { of: late })
    expect(inTime?.payload["title"]).not.toContain("LATE")
    expect(tooLate?.payload["title"]).toContain("LATE by 5 h 0 min")
  })

  test("tells level events in a message of their own, beside the signals", async () => {
    const [first, second] = await messages(0, [entry], { events: [event] })
    expect(first?.kind).toBe("signals")
    expect(second).toMatchObject({
      id: "crypto-30m/2026-01-05T14:30:00.000Z/console/terminal/levels",
      kind: "levels",
      signalIds: [],
      payload: {
        title: "crypto-30m: 1 level event at the 30m close of 2026-01-05 09:30 America/New_York",
        rows: [["2026-01-05 09:30", "BTCUSDT", "4h", "envelopeTop", "91000.50", "touch", "below", "90800.00"]]
      }
    })
    const [zone] = await messages(0, [], { events: [{ ...event, level: "zone", high: 91_010, weight: 4 }] })
    expect(zone?.payload["rows"]).toEqual([
      ["2026-01-05 09:30", "BTCUSDT", "4h", "zone of weight 4.00", "91000.50 to 91010.00", "touch", "below", "90800.00"]
    ])
  })

  test("tells how often the next bar reached such a level, when it is asked to", async () => {
    const zone = { low: 89_500, high: 90_000.5, weight: 4, levels: 2, side: 1 }
    const timeframes = { higher: { levels: { fiveTwoUp: 90_000.5 } }, trading: { levels: {} }, lower: null }
    const explained = { ...entry, patternContext: { ...entry.patternContext, zone, timeframes } }
    const [first, second] = await messages(0, [explained, exit], { events: [event], baseRates: true })
    const text = "reached 50 % [43, 57], closed beyond 10 % [7, 15] of 200 bars"
    const rowsOf = (message: typeof first) => message!.payload["rows"] as ReadonlyArray<ReadonlyArray<string>>
    const [left, shown] = rowsOf(first)
    expect(shown!.at(-1)).toEndWith(`; entry at the 4h fiveTwoUp, by the next 4h bar ${text}`)
    expect(left!.at(-1)).not.toContain("reached")
    expect(rowsOf(second)[0]!.at(-1)).toBe(text)
  })

  test("tells the odds of entries where outcomes know them, also of a signal that is told of again", async () => {
    const text = "0.58 [0.49, 0.66] of fills ended above 0, by 412 outcomes, 120 of like confidence"
    const lastCells = (message: { readonly payload: { readonly [key: string]: unknown } } | undefined) =>
      (message!.payload["rows"] as ReadonlyArray<ReadonlyArray<string>>).map((row) => row.at(-1))
    const known = new Map([[entry.id, { probability: 0.58, calibration: "c", text }]])
    const [fresh] = await messages(0, [entry, exit], { odds: known })
    expect(lastCells(fresh)).toEqual([
      "ZONE_TOUCH against the SHORT that is filled",
      `PLDOT_PUSH with the higher TREND UP; ${text}`
    ])

    const why = { probability: null, calibration: null, text: "not calibrated: 37 of 200 outcomes known" }
    const [silent] = await messages(0, [entry], { odds: new Map([[entry.id, why]]) })
    expect(lastCells(silent)).toEqual(["PLDOT_PUSH with the higher TREND UP"])

    const signal = { ...entry, ...untouched, probability: 0.58, calibration: "c", odds: text }
    const notice = { id: "n", signalId: entry.id, kind: "CORRECTED" as const, detail: "it is off" }
    const [again] = await messages(0, [], { notices: [{ notice, signal }], heard: true })
    expect(lastCells(again)[0]).toEndWith(text)
  })

  test("puts late signals into one digest, named by the slot that tells it and those that it is about", async () => {
    const later = { ...exit, signalTimestamp: exit.signalTimestamp + 1_800_000 }
    const [digest, fresh, ...more] = await messages(0, [entry], { late: [entry, later] })
    expect(more).toEqual([])
    expect(fresh?.kind).toBe("signals")
    expect(digest).toMatchObject({
      id:
        "crypto-30m/2026-01-05T14:30:00.000Z/2026-01-05T14:30:00.000Z..2026-01-05T15:00:00.000Z/console/terminal/digest",
      kind: "digest",
      signalIds: [entry.id, exit.id],
      payload: { title: "crypto-30m: digest of 2 LATE signals, found after the worker had been away" }
    })
    expect((await messages(0.9, [], { late: [entry, later] }))[0]?.signalIds).toEqual([exit.id])
    // What becomes known of the same bars later is another message.
    const [next] = await messages(0, [], { of: { ...run, slotAt: run.slotAt + 1_800_000 }, late: [exit, later] })
    expect(next?.kind).toBe("digest")
    expect(next?.id).not.toBe(digest?.id)
  })

  test("tells signals of symbols whose bars came after the others' by themselves, and how late they are", async () => {
    const [message, ...more] = await messages(0.9, [], { of: { ...run, lateMs: 240_000 }, alone: [entry, exit] })
    expect(more).toEqual([])
    expect(message).toMatchObject({
      id: `${exit.id}/console/terminal/late`,
      kind: "late",
      signalIds: [exit.id],
      payload: {
        title:
          "crypto-30m: 1 signal of a symbol whose bar at the 30m close of 2026-01-05 09:30 America/New_York came LATE by 4 min 0 s"
      }
    })
  })

  test("tells what price did in such bars in a message of its own, beside that of the run", async () => {
    const late = { ...run, lateMs: 240_000 }
    const [of, alone, ...more] = await messages(0, [], { of: late, events: [event], aloneEvents: [event] })
    expect(more).toEqual([])
    expect(alone).toMatchObject({ id: `${event.id}/console/terminal/levels`, kind: "levels", payload: of!.payload })
    expect(of!.id).not.toBe(alone!.id)
  })

  test("tells what became known of a signal, with the signal, unless that was not told", async () => {
    const notice = {
      id: `${entry.id}/CORRECTED/x`,
      signalId: entry.id,
      kind: "CORRECTED" as const,
      detail: "it is off"
    }
    const notices = [{ notice, signal: { ...entry, ...untouched } }]
    expect(await messages(0, [], { notices })).toEqual([])
    const [message] = await messages(0.9, [], { notices, heard: true })
    expect(message).toMatchObject({
      id: `${entry.id}/CORRECTED/x/console/terminal`,
      kind: "corrected",
      repliesTo: entry.id,
      signalIds: [entry.id],
      payload: { title: "crypto-30m: CORRECTED LONG BTCUSDT of 2026-01-05 09:30 America/New_York: it is off" }
    })
    expect(await printed(message?.payload, false)).toMatch(/BTCUSDT +LONG +90000\.50/)
  })

  test("keeps quiet for a schedule without the channel", async () => {
    expect(await messages(0, [entry, exit], { events: [event], late: [entry], channels: [] })).toEqual([])
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
