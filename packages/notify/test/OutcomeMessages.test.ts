import { SignalStore } from "@dgas/db/SignalStore"
import { decodeConfig } from "@dgas/domain/Config"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { StoredSignal } from "@dgas/domain/Signal"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Destination, Destinations } from "../src/Destinations.ts"
import { outcomeAlert, outcomeMessages } from "../src/OutcomeMessages.ts"
import { aMute, destination, type Stored, stores } from "./listeners.ts"
import { entry, notJudged, run, slotAt } from "./signals.ts"

const hour = 3_600_000
const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }] } },
  schedules: [{ name: entry.schedule, universe: "u", trading: "30m", higher: "4h" }]
}))

const signal: StoredSignal = {
  ...entry,
  runId: run.id,
  lateMs: null,
  notificationSent: true,
  notificationChannels: [],
  notificationTimestamp: 1,
  ...notJudged
}

const ended = (change: Partial<OutcomeUpdate> = {}): OutcomeUpdate => ({
  signalId: entry.id,
  outcome: "WIN",
  exitReason: "TARGET",
  filled: true,
  ambiguous: false,
  fillPrice: 100,
  exitPrice: 110,
  actualHigh: 111,
  actualLow: 99,
  actualClose: 110,
  pnlPct: 9.88,
  r: 1.98,
  rIfLoss: 1.98,
  rIfWin: 1.98,
  mfe: 2.1,
  mae: 0.2,
  barsHeld: 1,
  barsMissing: 0,
  costPct: 0.12,
  decidedAt: slotAt + hour,
  evaluatedAt: slotAt + hour,
  ...change
})

const desk = destination("desk", { outcomes: true })
const heard = {
  [entry.id]: [{ channel: "webhook", destination: "desk" }, { channel: "webhook", destination: "quiet" }]
}

const messages = (
  { all = [desk], at = slotAt + 2 * hour, outcomes = [ended()], stored = {} }: {
    readonly all?: ReadonlyArray<Destination>
    readonly at?: number
    readonly outcomes?: ReadonlyArray<OutcomeUpdate>
    readonly stored?: Stored
  } = {}
) =>
  Effect.runSync(
    outcomeMessages(config, outcomes, at).pipe(
      Effect.map((found) => found.get(entry.id) ?? []),
      Effect.provide(Layer.mergeAll(
        stores({ heard, ...stored }),
        Layer.succeed(Destinations, Destinations.of({ all })),
        Layer.mock(SignalStore, { get: (id) => Effect.succeed(id === entry.id ? signal : null) })
      ))
    )
  )

describe("what became of a signal", () => {
  test("is told once to who was told of it and wants to hear, as an answer", () => {
    const [message, ...others] = messages({ all: [desk, destination("quiet"), destination("new", { outcomes: true })] })
    expect(others).toEqual([])
    expect(message).toMatchObject({
      id: `${entry.id}/OUTCOME/webhook/desk`,
      channel: "webhook",
      destination: "desk",
      kind: "outcome",
      repliesTo: entry.id,
      signalIds: [entry.id]
    })
  })

  test("is no news after a day", () => {
    expect(messages({ at: slotAt + 25 * hour })).toEqual([])
    expect(messages({ at: slotAt + 25 * hour - 1 })).toHaveLength(1)
  })

  test("is told to nobody where nobody was told of the signal, and then nothing more is read", () => {
    const asked: Array<string> = []
    expect(messages({ stored: { heard: {}, asked: asked } })).toEqual([])
    expect(asked).toEqual(["heard"])
    expect(messages({ all: [destination("desk")], stored: { failing: "heard" } })).toEqual([])
  })

  test("is kept as suppressed while it is muted, and waits in quiet hours", () => {
    const muted = messages({ stored: { mutes: [aMute({ symbol: entry.symbol })] } })
    expect(muted).toMatchObject([{ id: `${entry.id}/OUTCOME/webhook/desk/suppressed/mute-k2x9m`, repliesTo: entry.id }])
    expect(muted[0]!.suppressed).toContain("muted by ann")
    expect(messages({ stored: { mutes: [aMute({ symbol: "OTHER" })] } })[0]!.suppressed).toBeUndefined()
    // At 16:30 in UTC.
    const resting = destination("desk", { outcomes: true, quietHours: { from: "16:00", until: "18:00" } })
    expect(messages({ all: [resting] })).toMatchObject([{ notBefore: slotAt + 3.5 * hour }])
  })

  const said: ReadonlyArray<readonly [change: Partial<OutcomeUpdate>, title: string, line: string]> = [
    [
      {},
      "WIN of +1.98 R, ",
      "the target was reached: filled at 100.00, ended at 110.00 after 1 bar, +9.88 %, after costs of 0.12 %"
    ],
    [
      {
        outcome: "LOSS",
        exitReason: "STOP",
        r: -1,
        pnlPct: -5,
        exitPrice: 95,
        ambiguous: true,
        costPct: 0,
        barsHeld: 2
      },
      "LOSS of -1.00 R, ",
      "the stop was reached: filled at 100.00, ended at 95.00 after 2 bars, -5.00 %, no costs configured; the bar held stop and target, and counts as the stop"
    ],
    [
      { outcome: "NEUTRAL", exitReason: "UNFILLED", filled: false, fillPrice: null, exitPrice: null, r: 0, pnlPct: 0 },
      "UNFILLED, ",
      "price did not come to the entry before it ended, so nothing came of it"
    ]
  ]
  for (const [change, title, line] of said) {
    test(`is said in numbers: ${title}`, () => {
      const alert = outcomeAlert(entry, ended(change), "30m", "UTC")
      expect(alert.title).toStartWith(
        `${entry.schedule}: ${title}${entry.type} ${entry.symbol} of 2026-01-05 14:30 UTC`
      )
      expect(alert.lines).toEqual([line])
    })
  }
})
