/** A market of three walks whose source does not always have everything, and the slots that an engine runs over it. */
import { BarStore } from "@dgas/db/BarStore"
import { DbClock } from "@dgas/db/DbClock"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce, type News } from "@dgas/domain/Announce"
import type { RawBar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import type { Origin } from "@dgas/domain/Origin"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { type BarRequest, SourceUnavailable } from "@dgas/market/BarSource"
import { BarSources } from "@dgas/market/BarSources"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { PredictionEngine } from "../../src/PredictionEngine.ts"
import { type Watch, watchOf } from "../../src/Watch.ts"
import { seededBars } from "../bars.ts"

export const step = 1_800_000
export const first = Date.UTC(2026, 0, 5, 12)
const walkFrom = first - 1500 * step
/** Slots are numbered from `first` on. */
export const slots = 60

export const watchOfBasis = (basis: "raw" | "split", lower: "5m" | null = null): Watch => {
  const config = Effect.runSync(decodeConfig("test", {
    sources: { s: { kind: "csv", folder: "none" } },
    universes: {
      u: { source: "s", calendar: "24/7", basis, instruments: [{ symbol: "A" }, { symbol: "B" }, { symbol: "C" }] }
    },
    schedules: [{
      name: "test",
      universe: "u",
      trading: "30m",
      higher: "4h",
      lower,
      alerts: [{ level: "envelope", timeframe: "30m", on: "exit" }]
    }],
    // Rules under which a walk makes many signals.
    rules: { entryStrength: 0.3, zoneWeight: 1.5, entryAlignment: 0.6, fillBars: 3, holdBars: 12 }
  }))
  return watchOf(config, config.schedules[0])
}
export const watch = watchOfBasis("raw")

/** A bar of half an hour as six of five minutes. */
const parts = (bar: RawBar): ReadonlyArray<RawBar> =>
  Array.from({ length: 6 }, (_, index) => ({
    openTime: bar.openTime + index * 300_000,
    open: index === 0 ? bar.open : bar.close,
    high: index === 2 ? bar.high : Math.max(bar.close, index === 0 ? bar.open : bar.close),
    low: index === 3 ? bar.low : Math.min(bar.close, index === 0 ? bar.open : bar.close),
    close: bar.close,
    volume: bar.volume / 6
  }))

export const market = () => {
  const walks = new Map(["A", "B", "C"].map((symbol, seed) => [symbol, seededBars(seed + 1, 2000)]))
  const hidden = new Set<string>()
  const changed = new Map<string, Partial<RawBar>>()
  const events: Array<PriceEvent> = []
  const news: Array<News> = []
  let answering: string | null = "s"
  const opensAt = (slot: number) => first + (slot - 1) * step
  const key = (symbol: string, openTime: number) => `${symbol}/${openTime}`
  const bars = ({ from, grid, symbol, to }: BarRequest): Array<RawBar> =>
    walks.get(symbol)!.map((bar, index): RawBar => {
      const openTime = walkFrom + index * step
      return { ...bar, openTime, ...changed.get(key(symbol, openTime)) }
    }).flatMap((bar) => grid.timeframe === "5m" ? parts(bar) : [bar])
      .filter(({ openTime }) => openTime >= from && openTime < to && !hidden.has(key(symbol, openTime)))
  return {
    events,
    news,
    /** From now on another source has to be asked, or there is none. */
    answerBy: (name: string | null) => answering = name,
    /** The bar that closes at the slot of that number. */
    hide: (symbol: string, slot: number) => hidden.add(key(symbol, opensAt(slot))),
    show: (symbol: string, slot: number) => hidden.delete(key(symbol, opensAt(slot))),
    /** The last five minutes of it. */
    hideEnd: (symbol: string, slot: number) => hidden.add(key(symbol, opensAt(slot) + 1_500_000)),
    showEnd: (symbol: string, slot: number) => hidden.delete(key(symbol, opensAt(slot) + 1_500_000)),
    /** The bar that closes at a slot, as the store has bars. */
    closed: (symbol: string, slot: number) => {
      const openTime = opensAt(slot)
      const { close, high, low, open, volume } = walks.get(symbol)![(openTime - walkFrom) / step]!
      return {
        openTime,
        closeTime: openTime + step,
        open,
        high,
        low,
        close,
        volume,
        ...changed.get(key(symbol, openTime))
      }
    },
    change: (symbol: string, slot: number, values: Partial<RawBar>) => changed.set(key(symbol, opensAt(slot)), values),
    scale: (symbol: string, fromSlot: number, factor: number) => {
      const at = opensAt(fromSlot)
      walks.set(
        symbol,
        walks.get(symbol)!.map((bar, index) =>
          walkFrom + index * step < at ? bar : {
            ...bar,
            open: bar.open * factor,
            high: bar.high * factor,
            low: bar.low * factor,
            close: bar.close * factor,
            volume: bar.volume / factor
          }
        )
      )
    },
    split: (slot: number) => {
      events.push({ kind: "split", at: opensAt(slot), factor: 1 / 7, amount: null, detail: "7:1 split" })
    },
    /** An engine over it, with nothing carried over: as a process that has just started. */
    worker: () =>
      Layer.fresh(PredictionEngine.layer.pipe(Layer.provide(Layer.mergeAll(
        Layer.succeed(
          BarSources,
          BarSources.of({
            get: () => ({
              name: "s",
              fetch: (request) =>
                answering === null
                  ? Effect.fail(new SourceUnavailable({ source: "s", detail: "is away" }))
                  : Effect.succeed({
                    source: answering,
                    rows: bars(request),
                    events: request.symbol === "A" ? events : []
                  })
            })
          })
        ),
        Layer.succeed(
          Announce,
          Announce.of({
            messages: (told) =>
              Effect.sync(() => {
                news.push(told)
                return []
              })
          })
        )
      ))))
  }
}

export const database = Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual))

/** With a database of its own. */
export const fresh = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, database)

export const isoOf = (slot: number) => new Date(first + slot * step).toISOString()
export const slotOf = (signalId: string) =>
  (Date.parse(signalId.split("/").find((part) => part.includes(":"))!) - first) / step

/** Each slot at its own time, or all of them at the time of a later one, `at`. */
export const runSlots = (
  from: number,
  to: number,
  { at, of = watch, origin = "LIVE" }: { readonly of?: Watch; readonly origin?: Origin; readonly at?: number } = {}
) =>
  Effect.gen(function*() {
    const engine = yield* PredictionEngine
    for (let index = from; index <= to; index++) {
      const slotAt = first + index * step
      const now = Math.max(slotAt, first + (at ?? index) * step) + 4000
      yield* TestClock.setTime(now)
      yield* engine.cycle(of, { slotAt, origin, readUntil: now, since: null, onOutage: "store" }, "worker")
    }
  })

export const revisit = (slot: number, afterMs: number) =>
  Effect.gen(function*() {
    const slotAt = first + slot * step
    yield* TestClock.setTime(slotAt + afterMs)
    return yield* (yield* PredictionEngine).revisit(watch, slotAt, "worker")
  })

export const signalsOf = (symbol: string, origin: Origin = "LIVE") =>
  Effect.map(
    Effect.flatMap(SignalStore, (store) => store.recent({ limit: 1000, symbol, origin })),
    (signals) => signals.map(({ id }) => id.replace(/^replay\//, "")).toSorted()
  )

/** What a source that had everything in time leads to, and an entry in the midst of it. */
export const undisturbed = (of: Watch = watch) =>
  Effect.gen(function*() {
    yield* Effect.provide(runSlots(0, slots, { of }), market().worker())
    const all = yield* (yield* SignalStore).recent({ limit: 1000 })
    const prices = new Map(all.map(({ entryPrice, id }) => [id, entryPrice]))
    const a = yield* signalsOf("A")
    const midst = a.filter((id) => slotOf(id) > 5 && slotOf(id) < slots - 5)
    return {
      a,
      c: yield* signalsOf("C"),
      prices,
      signal: midst[0]!,
      entry: midst.find((id) => /\/(LONG|SHORT)@/.test(id))!
    }
  }).pipe(fresh)

/** The stored bar that closes at a slot. */
export const storedBar = (symbol: string, slot: number) =>
  Effect.gen(function*() {
    const id = (yield* (yield* InstrumentStore).idsOf("s", [symbol])).get(symbol)!
    const [bar] = yield* (yield* BarStore).range(id, "30m", first + (slot - 1) * step, first + slot * step)
    return { id, bar: bar! }
  })

/** As if a message had told of the signal. */
export const tellOf = (id: string) =>
  Effect.flatMap(Sql, ({ run }) =>
    run("tell", (sql) =>
      sql`
        insert into outbox (id, run_id, channel, destination, kind, signal_ids, payload)
        select ${id} || '/told', run_id, 'console', 'terminal', 'signals', array[id], '{}' from generated_signals
        where id = ${id}`))

export const notices = Effect.flatMap(
  Sql,
  ({ run }) => run("notices", (sql) => sql`select signal_id, kind, detail from signal_notices order by noticed_at`)
)
