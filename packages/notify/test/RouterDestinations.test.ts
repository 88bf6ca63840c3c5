/** What the Router tells destinations beside the console, and what it asks of the database for it. */
import type { ToldQuery } from "@dgas/db/ToldStore"
import { Announce, type News } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import type { StoredSignal } from "@dgas/domain/Signal"
import { BaseRates } from "@dgas/engine/BaseRates"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Destination, Destinations } from "../src/Destinations.ts"
import * as Router from "../src/Router.ts"
import { aMute, destination, type Stored, stores } from "./listeners.ts"
import { entry, event, exit, notJudged, run, slotAt } from "./signals.ts"

/** Of no symbol anything is known. */
const noRates = Layer.succeed(BaseRates, BaseRates.of({ of: () => Effect.succeed([]) }))
const zone = { low: 89_500, high: 90_000.5, weight: 4, levels: 2, side: 1 }
const timeframes = { higher: { levels: { fiveTwoUp: 90_000.5 } }, trading: { levels: {} }, lower: null }
const explained = { ...entry, patternContext: { ...entry.patternContext, zone, timeframes } }

interface Given extends Stored {
  readonly destinations: ReadonlyArray<Destination>
  readonly channels?: ReadonlyArray<string>
}

const announced = ({ channels, destinations, ...stored }: Given, news: Partial<News>) =>
  Effect.gen(function*() {
    const names = destinations.map(({ name }) => name)
    const config = yield* decodeConfig("test", {
      timeZone: "America/New_York",
      sources: { s: { kind: "sim" } },
      universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
      destinations: Object.fromEntries(names.map((name) => [name, { kind: "desktop" }])),
      schedules: [{ name: run.schedule, universe: "u", trading: "30m", higher: "4h", channels: channels ?? names }]
    })
    const program = Effect.flatMap(Announce, (announce) =>
      announce.messages({ run, signals: [], events: [], late: [], ...news }))
    const known = Layer.succeed(Destinations, Destinations.of({ all: destinations }))
    return yield* Effect.provide(program, Router.layer(config).pipe(Layer.provide([noRates, known, stores(stored)])))
  })
const messages = (given: Given, news: Partial<News>) => Effect.runPromise(announced(given, news))

const base = "crypto-30m/2026-01-05T14:30:00.000Z"
const desk = destination("desk")
const thread = destination("chat", {}, { channel: "telegram", threads: true })
/** From 09:00 until 10:00 in New York, in which the run is. */
const quietHours = { from: "09:00", until: "10:00" }
const end = slotAt + 30 * 60_000
const ids = (told: ReadonlyArray<{ readonly id: string }>) => told.map(({ id }) => id)

describe("a destination", () => {
  test("is told a run's signals in one message, exits first, and its level events in another", async () => {
    const told = await messages({ destinations: [desk], channels: ["console", "desk"] }, {
      signals: [entry, exit],
      events: [event]
    })
    expect(ids(told)).toEqual([
      `${base}/console/terminal/signals`,
      `${base}/console/terminal/levels`,
      `${base}/webhook/desk/signals`,
      `${base}/webhook/desk/levels`
    ])
    expect(told[2]).toMatchObject({
      channel: "webhook",
      destination: "desk",
      kind: "signals",
      signalIds: [exit.id, entry.id],
      payload: { id: `${base}/webhook/desk/signals`, told: [exit.id, entry.id] }
    })
    expect(told[3]).toMatchObject({ signalIds: [], payload: { told: [event.id] } })
  })

  test("is told nothing by a schedule that does not name it, nor what it does not want", async () => {
    const strict = destination("phone", { minConfidence: 0.9, levelEvents: false })
    expect(await messages({ destinations: [desk], channels: [] }, { signals: [entry] })).toEqual([])
    const told = await messages({ destinations: [desk, strict] }, { signals: [entry], events: [event] })
    expect(ids(told)).toEqual([`${base}/webhook/desk/signals`, `${base}/webhook/desk/levels`])
  })

  test("may be called as the console's own is", async () => {
    const terminal = destination("terminal")
    const told = await messages({
      destinations: [terminal],
      mutes: [aMute({ destination: "terminal" })],
      channels: ["console", "terminal"]
    }, { signals: [entry] })
    expect(ids(told)).toEqual([
      `${base}/console/terminal/signals`,
      `${base}/webhook/terminal/signals/suppressed/mute-k2x9m`
    ])
    const muted = await messages({
      destinations: [terminal],
      mutes: [aMute({ destination: "console" })],
      channels: ["console"]
    }, { signals: [entry] })
    expect(ids(muted)).toEqual([`${base}/console/terminal/signals/suppressed/mute-k2x9m`])
  })

  test("of a channel with threads is told exits by themselves, as answers to their entries", async () => {
    const told = await messages({ destinations: [thread] }, { signals: [entry, exit] })
    expect(told).toMatchObject([
      { id: `${exit.id}/telegram/chat/exit`, kind: "exit", signalIds: [exit.id], repliesTo: exit.closesSignalId! },
      { id: `${base}/telegram/chat/signals`, kind: "signals", signalIds: [entry.id] }
    ])
    expect(told[0]!.payload["title"]).toBe(
      "crypto-30m: EXIT_SHORT ETHUSDT at the 30m close of 2026-01-05 09:30 America/New_York"
    )
    const alone = await messages({ destinations: [thread] }, { run: { ...run, lateMs: 5000 }, alone: [entry, exit] })
    expect(ids(alone)).toEqual([`${exit.id}/telegram/chat/exit`, `${entry.id}/telegram/chat/late`])
    const digest = await messages({ destinations: [thread] }, { late: [entry, exit] })
    expect(ids(digest)).toEqual([`${base}/2026-01-05T14:30:00.000Z..2026-01-05T14:30:00.000Z/telegram/chat/digest`])
    expect(digest[0]!.signalIds).toEqual([entry.id, exit.id])
  })

  test("whose channel tells one signal a message gets one row each", async () => {
    const split = destination("text", {}, { split: true })
    const told = await messages({ destinations: [split] }, { signals: [entry, exit], events: [event] })
    expect(told.map(({ id, signalIds }) => [id, signalIds])).toEqual([
      [`${base}/webhook/text/signals/ETHUSDT`, [exit.id]],
      [`${base}/webhook/text/signals/BTCUSDT`, [entry.id]]
    ])
  })

  test("is told how often the next bar did so if it wants to", async () => {
    const other = destination("other", { baseRates: true })
    const told = await messages({ destinations: [desk, other] }, { signals: [explained], events: [event] })
    expect(told.map(({ payload }) => payload["rates"])).toEqual([
      [null],
      [null],
      ["entry at the 4h fiveTwoUp, by the next 4h bar not enough bars to tell (0)"],
      ["not enough bars to tell (0)"]
    ])
  })
})

describe("what is held back", () => {
  test("is kept as suppressed beside what is told, under an id of its own", async () => {
    const mutes = [aMute({ symbol: "ETHUSDT", destination: "desk" })]
    const told = await messages({ destinations: [desk, thread], mutes }, { signals: [entry, exit], events: [event] })
    expect(told.map(({ id, suppressed }) => [id, suppressed])).toEqual([
      [`${base}/webhook/desk/signals`, undefined],
      [
        `${base}/webhook/desk/signals/suppressed/mute-k2x9m`,
        "muted by ann until 2026-01-05 10:30 America/New_York (mute k2x9m): a fork of the chain"
      ],
      [`${base}/webhook/desk/levels`, undefined],
      [`${exit.id}/telegram/chat/exit`, undefined],
      [`${base}/telegram/chat/signals`, undefined],
      [`${base}/telegram/chat/levels`, undefined]
    ])
    expect(told[1]).toMatchObject({ signalIds: [exit.id], kind: "signals", payload: { told: [exit.id] } })
  })

  test("for what was told before is asked of destinations that care, of the entries' symbols, as far back as it matters", async () => {
    const asked: Array<string | ToldQuery> = []
    const careful = destination("phone", { coolDownMinutes: 60 }, { channel: "slack" })
    const entries = [{
      channel: "slack",
      destination: "phone",
      symbol: entry.symbol,
      type: entry.type,
      barClose: slotAt - 60_000
    }]
    const told = await messages({ destinations: [desk, careful], asked, entries }, { signals: [entry, exit] })
    expect(told.map(({ id, suppressed }) => [id, suppressed !== undefined])).toEqual([
      [`${base}/webhook/desk/signals`, false],
      [`${base}/slack/phone/signals`, false],
      [`${base}/slack/phone/signals/suppressed/cool-down`, true]
    ])
    expect(asked.slice(0, 2)).toEqual(["mutes", "entries"])
    expect(asked[2]).toEqual({
      schedule: run.schedule,
      addressees: [{ channel: "slack", destination: "phone" }],
      symbols: [entry.symbol],
      since: slotAt - 3_600_000
    })
  })

  test("is asked for only where there is something to tell", async () => {
    const asked: Array<string | ToldQuery> = []
    const careful = destination("phone", { coolDownMinutes: 60, transitionOnly: true, minConfidence: 0.9 })
    expect(await messages({ destinations: [careful], asked }, {})).toEqual([])
    expect(await messages({ destinations: [careful], asked }, { signals: [entry] })).toEqual([])
    expect(asked).toEqual([])
    await messages({ destinations: [careful], asked }, { signals: [exit] })
    await messages({ destinations: [careful], asked }, { events: [event] })
    expect(asked).toEqual(["mutes", "mutes"])
  })

  test("cannot be told apart when the database is away, and then nothing is told", async () => {
    for (const failing of ["mutes", "entries"]) {
      const given = { destinations: [destination("phone", { transitionOnly: true })], failing }
      const error = await Effect.runPromise(Effect.flip(announced(given, { signals: [entry] })))
      expect(error._tag).toBe("AnnounceUnavailable")
      expect(error.message).toStartWith(
        "who is to be told could not be decided: database db:5432/dgas is not available"
      )
    }
  })
})

describe("in quiet hours", () => {
  const phone = destination("phone", { quietHours })

  test("what is urgent leaves at once, by itself, and the rest waits for their end", async () => {
    const sure = { ...entry, id: "sure", confidence: 0.95 }
    const told = await messages({ destinations: [phone] }, { signals: [entry, exit, sure], events: [event] })
    expect(told.map(({ id, notBefore, signalIds }) => [id, signalIds, notBefore])).toEqual([
      [`${base}/webhook/phone/signals/urgent`, [exit.id, "sure"], undefined],
      [`${base}/webhook/phone/signals`, [entry.id], end],
      [`${base}/webhook/phone/levels`, [], end]
    ])
  })

  test("an exit in a thread is called as ever, urgent or not", async () => {
    const patient = { ...quietHours, urgentExits: false }
    const chat = (hours: typeof quietHours) =>
      destination("chat", { quietHours: hours }, { channel: "slack", threads: true })
    const id = `${exit.id}/slack/chat/exit`
    expect(await messages({ destinations: [chat(quietHours)] }, { signals: [exit] })).toMatchObject([{ id }])
    expect(await messages({ destinations: [chat(patient)] }, { signals: [exit] })).toMatchObject([{
      id,
      notBefore: end
    }])
  })

  test("counts when it is told, not when the run was", async () => {
    const told = await messages({ destinations: [phone] }, { alone: [entry], at: end })
    expect(told[0]!.notBefore).toBeUndefined()
  })

  test("what is suppressed does not wait", async () => {
    const told = await messages({ destinations: [phone], mutes: [aMute()] }, { signals: [entry] })
    expect(told[0]!.notBefore).toBeUndefined()
    expect(told[0]!.suppressed).toBeDefined()
  })
})

describe("what becomes known of a signal", () => {
  const signal: StoredSignal = {
    ...entry,
    runId: run.id,
    lateMs: null,
    notificationSent: false,
    notificationChannels: [],
    notificationTimestamp: null,
    ...notJudged
  }
  const notice = { id: `${entry.id}/ADJUSTED/x`, signalId: entry.id, kind: "ADJUSTED", detail: "split 2:1" } as const
  const notices = [{ notice, signal }]

  test("is told whoever was told of it, whatever they want by now, as an answer", async () => {
    const strict = destination("phone", { minConfidence: 0.9, quietHours, transitionOnly: true, maxPerRun: 1 })
    const heard = {
      [entry.id]: [{ channel: "webhook", destination: "phone" }, { channel: "email", destination: "desk" }]
    }
    const told = await messages({ destinations: [desk, strict], heard }, { notices })
    expect(told).toMatchObject([{
      id: `${notice.id}/webhook/phone`,
      kind: "adjusted",
      signalIds: [entry.id],
      repliesTo: entry.id,
      notBefore: end,
      payload: { lines: ["split 2:1"] }
    }])
  })

  test("is told nobody who was spared the signal, and asks no more than that", async () => {
    const asked: Array<string | ToldQuery> = []
    expect(await messages({ destinations: [desk], asked }, { notices })).toEqual([])
    expect(asked).toEqual(["heard"])
  })

  test("is kept as suppressed where it is muted", async () => {
    const heard = { [entry.id]: [{ channel: "webhook", destination: "desk" }] }
    const told = await messages({ destinations: [desk], heard, mutes: [aMute({ symbol: entry.symbol })] }, { notices })
    expect(ids(told)).toEqual([`${notice.id}/webhook/desk/suppressed/mute-k2x9m`])
  })
})
