/** The Router over a real database: what one run told decides what the next may tell. */
import { DbClock } from "@dgas/db/DbClock"
import { MuteStore } from "@dgas/db/MuteStore"
import { OutboxStore } from "@dgas/db/OutboxStore"
import { RunStore } from "@dgas/db/RunStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import type { Signal } from "@dgas/domain/Signal"
import { BaseRates } from "@dgas/engine/BaseRates"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Destinations } from "../src/Destinations.ts"
import * as Router from "../src/Router.ts"
import { destination } from "./listeners.ts"
import { entry, exit, run, slotAt } from "./signals.ts"

const bar = 30 * 60_000
const destinations = [destination("cool", { coolDownMinutes: 60 }), destination("turns", { transitionOnly: true })]
const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "sim" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  destinations: { cool: { kind: "desktop" }, turns: { kind: "desktop" } },
  schedules: [{
    name: run.schedule,
    universe: "u",
    trading: "30m",
    higher: "4h",
    channels: ["console", "cool", "turns"]
  }]
}))
const it = effectTest(
  Router.layer(config).pipe(
    Layer.provide(Layer.succeed(Destinations, Destinations.of({ all: destinations }))),
    Layer.provide(BaseRates.layer),
    Layer.provideMerge(Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual)))
  )
)

/** Tells `signals`, stored with the run of the slot `index` bars after the first, as a cycle does. */
const ran = Effect.fnUntraced(function*(index: number, some: ReadonlyArray<Signal>) {
  const at = slotAt + index * bar
  yield* TestClock.setTime(at + 4000)
  const own = { ...run, id: `${run.schedule}/${index}`, slotAt: at, runTimestamp: at + 4000 }
  const signals = some.map((signal) => ({ ...signal, id: `${index}/${signal.type}`, signalTimestamp: at }))
  const claim = (yield* (yield* SlotStore).claim({ schedule: run.schedule, slotAt: at, origin: "LIVE" }, "a", 10_000))!
  const outbox = yield* (yield* Announce).messages({ run: own, signals, events: [], late: [] })
  const slot = { state: "done", reason: null } as const
  yield* (yield* RunStore).finish({ claim, run: own, signals, events: [], metrics: [], outbox, slot })
})

const fates = Effect.gen(function*() {
  const { run } = yield* Sql
  const rows = yield* run("fates", (sql) =>
    sql`
      select destination, signal_ids[1] as signal, case when state = 'suppressed' then reason end as why
      from outbox where destination <> 'terminal' order by position`)
  return rows.map(({ destination, signal, why }) => `${signal} ${destination}${why === null ? "" : `: ${why}`}`)
})

const short = { ...entry, type: "SHORT", stopLoss: 91_000, targetPrice: 88_000 } as const

describe("Router", () => {
  it.effect("tells by what it told before, to each destination by itself", () =>
    Effect.gen(function*() {
      for (const [index, signal] of [entry, entry, entry, short, entry].entries()) yield* ran(index, [signal])
      const cooling = "less than 60 min after an entry of the same symbol and direction was told"
      const same = "LONG is what was told last of its symbol"
      expect(yield* fates).toEqual([
        "0/LONG cool",
        "0/LONG turns",
        `1/LONG cool: ${cooling}`,
        `1/LONG turns: ${same}`,
        "2/LONG cool",
        `2/LONG turns: ${same}`,
        "3/SHORT cool",
        "3/SHORT turns",
        "4/LONG cool",
        "4/LONG turns"
      ])
      expect(yield* (yield* OutboxStore).pending("console", 9)).toHaveLength(5)
    }))

  it.effect("keeps what is muted, from the next run on and until the mute is lifted", () =>
    Effect.gen(function*() {
      const mutes = yield* MuteStore
      yield* TestClock.setTime(slotAt)
      const mute = { schedule: null, symbol: entry.symbol, destination: "cool", author: "ann", reason: "enough" }
      yield* mutes.add({ ...mute, id: "m", endsAt: slotAt + 24 * 60 * 60_000 })
      yield* ran(0, [entry])
      yield* mutes.lift("m")
      yield* ran(1, [entry])
      expect(yield* fates).toEqual([
        "0/LONG cool: muted by ann until 2026-01-06 14:30 UTC (mute m): enough",
        "0/LONG turns",
        "1/LONG cool",
        "1/LONG turns: LONG is what was told last of its symbol"
      ])
    }))

  it.effect("tells an exit whatever was told before", () =>
    Effect.gen(function*() {
      const closing = { ...exit, type: "EXIT_LONG", symbol: entry.symbol } as const
      yield* ran(0, [entry])
      yield* ran(1, [{ ...closing, closesSignalId: "0/LONG" }])
      expect((yield* fates).slice(2)).toEqual(["1/EXIT_LONG cool", "1/EXIT_LONG turns"])
    }))
})
