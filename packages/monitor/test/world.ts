/** A market of walks, an engine that runs its slots, and what is stored of them. */
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import type { Bar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import type { Origin } from "@dgas/domain/Origin"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { type Watch, watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { walk } from "./bars.ts"

export const step = 1_800_000
export const first = Date.UTC(2026, 0, 5, 12)
export const slots = 160
const before = 1500

export const configOf = (lower: "5m" | null = null, costs: object = {}) =>
  Effect.runSync(decodeConfig("test", {
    sources: { s: { kind: "csv", folder: "none" } },
    universes: {
      u: { source: "s", calendar: "24/7", instruments: ["A", "B", "C"].map((symbol) => ({ symbol, costs })) }
    },
    schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h", lower }],
    // Rules under which a walk makes many signals.
    rules: { entryStrength: 0.3, zoneWeight: 1.5, entryAlignment: 0.6, fillBars: 3, holdBars: 12 }
  }))

export const config = configOf()
export const watch: Watch = watchOf(config, config.schedules[0])

const walks = new Map(
  ["A", "B", "C"].map((symbol, seed) => [symbol, walk(seed + 11, before + slots + 60, first - before * step, step)])
)

/** Bars of five minutes that make up one of half an hour, which goes up before it goes down. */
export const parts = (bar: Bar): ReadonlyArray<Bar> =>
  [bar.open, bar.high, bar.high, bar.low, bar.low, bar.close].map((close, index, all) => {
    const open = index === 0 ? bar.open : all[index - 1]!
    return {
      openTime: bar.openTime + index * 300_000,
      closeTime: bar.openTime + (index + 1) * 300_000,
      open,
      high: Math.max(open, close),
      low: Math.min(open, close),
      close,
      volume: 1
    }
  })

/** `hidden` are open times without a bar. */
export const engine = (hidden: ReadonlySet<number> = new Set()) =>
  Layer.fresh(PredictionEngine.layer.pipe(Layer.provide(Layer.mergeAll(
    Layer.succeed(
      BarSources,
      BarSources.of({
        get: () => ({
          name: "s",
          fetch: ({ from, grid, symbol, to }) =>
            Effect.succeed({
              source: "s",
              rows: walks.get(symbol)!.flatMap((bar) => grid.timeframe === "5m" ? parts(bar) : [bar])
                .filter(({ openTime }) => openTime >= from && openTime < to && !hidden.has(openTime)),
              events: []
            })
        })
      })
    ),
    Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
  ))))

export const database = TestDatabase.layer

/** Slots of those numbers, counted from `first`. */
export const runSlots = (
  from: number,
  to: number,
  { of = watch, origin = "REPLAY" }: { of?: Watch; origin?: Origin } = {}
) =>
  Effect.gen(function*() {
    const cycles = yield* PredictionEngine
    for (let index = from; index <= to; index++) {
      const slotAt = first + index * step
      yield* cycles.cycle(of, { slotAt, origin, readUntil: slotAt, since: null, onOutage: "store" }, "worker")
    }
  })

export const entriesOf = (origin: Origin = "REPLAY") =>
  Effect.map(
    Effect.flatMap(SignalStore, (store) => store.recent({ limit: 1000, origin })),
    (all) => ({
      entries: all.filter(({ type }) => type === "LONG" || type === "SHORT").toReversed(),
      exits: all.filter(({ type }) => type === "EXIT_LONG" || type === "EXIT_SHORT")
    })
  )

export const idOf = (symbol: string) =>
  Effect.map(Effect.flatMap(InstrumentStore, (store) => store.idsOf("s", [symbol])), (ids) => ids.get(symbol)!)
