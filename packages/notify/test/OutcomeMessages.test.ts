/** Whom it is told what became of signals: in how many messages, by which ids, and in which words. */
import { SignalStore } from "@dgas/db/SignalStore"
import { decodeConfig } from "@dgas/domain/Config"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { OutcomeNews } from "@dgas/domain/OutcomeNews"
import type { StoredSignal } from "@dgas/domain/Signal"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Destination, Destinations } from "../src/Destinations.ts"
import { type Ended, outcomeAlert } from "../src/OutcomeAlert.ts"
import { outcomeMessages } from "../src/OutcomeMessages.ts"
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

const other: StoredSignal = { ...signal, id: `${entry.id}/other`, symbol: "OTHER" }
const stop = { outcome: "LOSS", exitReason: "STOP", r: -1, pnlPct: -5, exitPrice: 95 } as const
const now = (change: Partial<OutcomeUpdate> = {}): OutcomeNews => ({ now: ended(change), known: null })
const corrected = (change: Partial<OutcomeUpdate> = {}): OutcomeNews => ({
  now: ended(),
  known: ended({ ...stop, ...change })
})

const desk = destination("desk", { outcomes: true })
const heardBy = [{ channel: "webhook", destination: "desk" }, { channel: "webhook", destination: "quiet" }]
const heard = { [entry.id]: heardBy }

const tellings = (
  { all = [desk], at = slotAt + 2 * hour, news = [now()], stored = {} }: {
    readonly all?: ReadonlyArray<Destination>
    readonly at?: number
    readonly news?: ReadonlyArray<OutcomeNews>
    readonly stored?: Stored
  } = {}
) =>
  Effect.runSync(
    outcomeMessages(config, news, at).pipe(
      Effect.provide(Layer.mergeAll(
        stores({ heard, ...stored }),
        Layer.succeed(Destinations, Destinations.of({ all })),
        Layer.mock(SignalStore, {
          get: (id) => Effect.succeed([signal, other].find((one) => one.id === id) ?? null)
        })
      ))
    )
  )

const messages = (options: Parameters<typeof tellings>[0] = {}) => tellings(options).flatMap((one) => one.messages)

const alertOf = (first: Ended, ...others: ReadonlyArray<Ended>) =>
  outcomeAlert(first, others, { id: "one", timeframe: "30m", zone: "UTC" })

describe("what became of a signal", () => {
  test("is told once to who was told of it and wants to hear, as an answer", () => {
    const [message, ...others] = messages({ all: [desk, destination("quiet"), destination("new", { outcomes: true })] })
    expect(others).toEqual([])
    expect(message).toMatchObject({
      id: expect.stringMatching(
        new RegExp(`^${entry.schedule}/2026-01-05T15:30:00.000Z/OUTCOME/[0-9a-f]{16}/webhook/desk$`)
      ),
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

  test("is no news where it would be told in the same words", () => {
    const known = ended({ exitPrice: 110.0001, mfe: 2.2 })
    const stored = { heardOutcomes: heard }
    expect(messages({ news: [{ now: ended(), known }], stored })).toEqual([])
    expect(messages({ news: [{ now: ended(), known: ended({ exitPrice: 110.5 }) }], stored })).toHaveLength(1)
  })

  const told = (end: OutcomeUpdate) => ({ heard, heardOutcomes: { [entry.id]: [{ ...heardBy[0]!, end }] } })

  test("is corrected for each by what it was told last, and not where that is so again", () => {
    // What came in between was muted.
    expect(messages({ news: [corrected()], stored: told(ended()) })).toEqual([])
    const [message] = messages({
      news: [corrected()],
      stored: told(ended({ outcome: "NEUTRAL", exitReason: "TIME", r: 0.1 }))
    })
    expect(JSON.stringify(message!.payload)).toContain("corrected: was TIME +0.10 R, is TARGET +1.98 R")
    expect(message!.ends).toEqual([ended()])
  })

  test("is no second time told to who was told so before it went on unheard", () => {
    const known = ended({ outcome: "PENDING", exitReason: null, decidedAt: null, r: null, exitPrice: null })
    expect(messages({ news: [{ now: ended(), known }], stored: told(ended()) })).toEqual([])
    expect(messages({ news: [{ now: ended(), known }], stored: told(known) })).toHaveLength(1)
    const [message] = messages({ news: [{ now: ended(), known }], stored: told(ended(stop)) })
    expect(JSON.stringify(message!.payload)).toContain("corrected: was STOP -1.00 R, is TARGET +1.98 R")
  })

  test("is told to nobody where nobody was told of the signal, and then nothing more is read", () => {
    const asked: Array<string> = []
    expect(messages({ stored: { heard: {}, asked: asked } })).toEqual([])
    expect(asked).toEqual(["heard"])
    expect(messages({ all: [destination("desk")], stored: { failing: "heard" } })).toEqual([])
  })

  test("is kept as suppressed while it is muted, and waits in quiet hours", () => {
    const muted = messages({ stored: { mutes: [aMute({ symbol: entry.symbol })] } })
    expect(muted).toMatchObject([
      { id: expect.stringMatching(/\/webhook\/desk\/suppressed\/mute-k2x9m$/), repliesTo: entry.id }
    ])
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
      const alert = alertOf({ ...now(change), signal: entry })
      expect(alert.title).toStartWith(
        `${entry.schedule}: ${title}${entry.type} ${entry.symbol} of 2026-01-05 14:30 UTC`
      )
      expect(alert.signals).toMatchObject([{ id: entry.id, outcome: { text: line, was: null } }])
    })
  }

  test("is one message of all that ended at one bar close, which names each, and of another close another one", () => {
    const both = { ...heard, [other.id]: heardBy }
    const news = [now(), now({ ...stop, signalId: other.id })]
    const [telling, ...rest] = tellings({ news, stored: { heard: both } })
    expect(rest).toEqual([])
    expect(telling).toMatchObject({
      signalIds: [entry.id, other.id],
      messages: [{ signalIds: [entry.id, other.id], destination: "desk" }]
    })
    expect(telling!.messages[0]!.repliesTo).toBeUndefined()
    expect(telling!.messages[0]!.payload["title"]).toBe(
      `${entry.schedule}: 2 signals ended at the 30m close of 2026-01-05 15:30 UTC: 1 TARGET, 1 STOP`
    )
    const later = [news[0]!, now({ signalId: other.id, decidedAt: slotAt + 1.5 * hour })]
    expect(tellings({ news: later, stored: { heard: both } }).map(({ signalIds }) => signalIds)).toEqual([
      [entry.id],
      [other.id]
    ])
    // Who was told of one alone hears of that.
    const [one] = tellings({ news, stored: { heard: { [other.id]: heardBy } } })
    expect(one).toMatchObject({ signalIds: [other.id], messages: [{ signalIds: [other.id], repliesTo: other.id }] })
    const muted = messages({ news, stored: { heard: both, mutes: [aMute({ symbol: "OTHER" })] } })
    expect(muted.map(({ signalIds, suppressed }) => [signalIds, suppressed === undefined])).toEqual([
      [[entry.id], true],
      [[other.id], false]
    ])
  })

  test("has the id of what it tells: in any order the same, of other signals, another end or another look another one", () => {
    const stored = { heard: { ...heard, [other.id]: heardBy }, heardOutcomes: heard }
    const idOf = (...news: ReadonlyArray<OutcomeNews>) => messages({ news, stored })[0]!.id
    const second = now({ signalId: other.id })
    const pending = { ...now(), known: ended({ outcome: "PENDING", exitReason: null, decidedAt: null }) }
    expect(idOf(now(), second)).toBe(idOf(second, now()))
    expect(
      new Set([
        idOf(now(), second),
        idOf(now()),
        idOf(now(stop)),
        idOf(pending),
        idOf(corrected({ evaluatedAt: slotAt + 2 * hour }))
      ]).size
    )
      .toBe(5)
  })

  test("is corrected for those who were told how it ended, however long ago", () => {
    const all = [desk, destination("new", { outcomes: true }), destination("quiet")]
    const stored = { heard: {}, heardOutcomes: { [entry.id]: heardBy } }
    const [message, ...others] = messages({ all, at: slotAt + 300 * hour, news: [corrected()], stored })
    expect(others).toEqual([])
    expect(message).toMatchObject({ destination: "desk", kind: "outcome", repliesTo: entry.id })
    expect(message!.payload["title"]).toBe(
      `${entry.schedule}: corrected: was STOP -1.00 R, is TARGET +1.98 R, ${entry.type} ${entry.symbol} of 2026-01-05 14:30 UTC`
    )
    expect(messages({ news: [corrected()], stored: { heard, heardOutcomes: {} } })).toEqual([])
  })

  test("is said to have been something else, in words and in numbers, also where it goes on after all", () => {
    const alert = alertOf({ ...corrected(), signal: entry })
    expect(alert).toMatchObject({
      severity: "warning",
      signals: [{ outcome: { outcome: "WIN", r: 1.98, was: { outcome: "LOSS", exitReason: "STOP", r: -1 } } }]
    })
    expect(alert.signals[0]!.outcome!.text).toStartWith(
      "corrected: was STOP -1.00 R, is TARGET +1.98 R, since its bars were revised or came late; the target was reached"
    )
    const open = {
      outcome: "PENDING",
      exitReason: null,
      r: null,
      exitPrice: null,
      pnlPct: null,
      decidedAt: null
    } as const
    const goesOn = alertOf({ now: ended(open), known: ended(stop), signal: entry })
    expect(goesOn.title).toContain("corrected: was STOP -1.00 R, is not ended, ")
    expect(goesOn.slotAt).toBe(slotAt + hour)
  })
})
