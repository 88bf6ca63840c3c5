/** What is found out after a run: bars that come late or are revised, and splits that a state lives through. */
import { BarStore } from "@dgas/db/BarStore"
import { DbClock } from "@dgas/db/DbClock"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { LateStore } from "@dgas/db/LateStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce, type News } from "@dgas/domain/Announce"
import type { RawBar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { BarRequest } from "@dgas/market/BarSource"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { PredictionEngine } from "../src/PredictionEngine.ts"
import { recompute, storedRun } from "../src/Recompute.ts"
import { watchOf } from "../src/Watch.ts"
import { seededBars } from "./bars.ts"

const step = 1_800_000
const first = Date.UTC(2026, 0, 5, 12)
const watchOfBasis = (basis: "raw" | "split") => {
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
      alerts: [{ level: "envelope", timeframe: "30m", on: "exit" }]
    }],
    // Rules under which a walk makes many signals.
    rules: { entryStrength: 0.3, zoneWeight: 1.5, entryAlignment: 0.6, fillBars: 3, holdBars: 12 }
  }))
  return watchOf(config, config.schedules[0])
}
const watch = watchOfBasis("raw")
const walkFrom = first - 1500 * step
const slots = 60

/** A market whose source does not always have everything. */
const market = () => {
  const walks = new Map(["A", "B", "C"].map((symbol, seed) => [symbol, seededBars(seed + 1, 2000)]))
  const hidden = new Set<string>()
  const changed = new Map<string, Partial<RawBar>>()
  const events: Array<PriceEvent> = []
  const news: Array<News> = []
  let answering = "s"
  const key = (symbol: string, openTime: number) => `${symbol}/${openTime}`
  const bars = ({ from, symbol, to }: BarRequest): Array<RawBar> =>
    walks.get(symbol)!.map((bar, index): RawBar => {
      const openTime = walkFrom + index * step
      return { ...bar, openTime, ...changed.get(key(symbol, openTime)) }
    }).filter(({ openTime }) => openTime >= from && openTime < to && !hidden.has(key(symbol, openTime)))
  return {
    events,
    news,
    /** From now on another source has to be asked. */
    answerBy: (name: string) => answering = name,
    /** The bar that closes at the slot of that number. */
    hide: (symbol: string, slot: number) => hidden.add(key(symbol, first + (slot - 1) * step)),
    show: (symbol: string, slot: number) => hidden.delete(key(symbol, first + (slot - 1) * step)),
    change: (symbol: string, slot: number, values: Partial<RawBar>) =>
      changed.set(key(symbol, first + (slot - 1) * step), values),
    scale: (symbol: string, fromSlot: number, factor: number) => {
      const at = first + (fromSlot - 1) * step
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
    layer: PredictionEngine.layer.pipe(Layer.provide(Layer.mergeAll(
      Layer.succeed(
        BarSources,
        BarSources.of({
          get: () => ({
            name: "s",
            fetch: (request) =>
              Effect.succeed({ source: answering, rows: bars(request), events: request.symbol === "A" ? events : [] })
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
    )))
  }
}

const database = Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual))
const it = effectTest(database)

const runSlots = (from: number, to: number, of = watch) =>
  Effect.gen(function*() {
    const engine = yield* PredictionEngine
    for (let index = from; index <= to; index++) {
      const slotAt = first + index * step
      yield* TestClock.setTime(slotAt + 4000)
      yield* engine.cycle(
        of,
        { slotAt, origin: "LIVE", readUntil: slotAt + 4000, since: null, onOutage: "store" },
        "worker"
      )
    }
  })

const signalsOf = (symbol: string) =>
  Effect.map(
    Effect.flatMap(SignalStore, (store) => store.recent({ limit: 1000, symbol })),
    (signals) => signals.map(({ id }) => id).toSorted()
  )

const fresh = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, database)

/** What a source that had everything in time leads to. */
const undisturbed = Effect.gen(function*() {
  const { layer } = market()
  yield* Effect.provide(runSlots(0, slots), layer)
  const all = yield* (yield* SignalStore).recent({ limit: 1000 })
  const prices = new Map(all.map(({ entryPrice, id }) => [id, entryPrice]))
  return { a: yield* signalsOf("A"), c: yield* signalsOf("C"), prices }
})

const revisit = (slot: number, afterMs: number) =>
  Effect.gen(function*() {
    const slotAt = first + slot * step
    yield* TestClock.setTime(slotAt + afterMs)
    return yield* (yield* PredictionEngine).revisit(watch, slotAt, "worker")
  })

const slotOf = (id: string) => (Date.parse(id.split("/")[2]!) - first) / step

describe("a symbol whose bar comes late", () => {
  it.effect("is analysed for its slot when it comes, once, and marked late, to the signals that it would have had", () =>
    Effect.gen(function*() {
      const whole = yield* fresh(undisturbed)
      const slot = slotOf(whole.a.find((id) => slotOf(id) > 5 && slotOf(id) < slots - 5)!)
      const m = market()
      m.hide("A", slot)
      m.hide("A", slot - 1)
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        const [run] = yield* (yield* RunStore).recent({ limit: 1 })
        expect(run!.gates).toContainEqual(expect.objectContaining({ symbol: "A", gate: "NO_DATA" }))
        m.show("A", slot)
        m.show("A", slot - 1)
        yield* runSlots(slot + 1, slots)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        expect(yield* signalsOf("C")).toEqual(whole.c)
        const late = (yield* (yield* SignalStore).recent({ limit: 1000 })).filter(({ lateMs }) => lateMs !== null)
        expect(late.map(({ id }) => slotOf(id))).toContain(slot)
        expect(late.every(({ runId, signalTimestamp }) => runId === `test/${new Date(signalTimestamp).toISOString()}`))
          .toBe(true)
        const analyses = yield* (yield* LateStore).ofRun(run!.id)
        expect(analyses).toMatchObject([{ symbol: "A", gate: null }])
        expect((yield* (yield* LateStore).withoutData(
          { schedule: "test", origin: "LIVE" },
          { since: first, until: first + slots * step },
          ["A", "B", "C"]
        )).flatMap(({ symbols }) => symbols)).toEqual([])
        // What was found is found again.
        expect(yield* recompute(yield* storedRun(run!.id))).toMatchObject({ differences: [] })
      }).pipe(Effect.provide(m.layer))
    }))
})

describe("a revisit", () => {
  it.effect("analyses the symbols whose bars have come, tells of them by themselves, and leaves the others to come", () =>
    Effect.gen(function*() {
      const whole = yield* fresh(undisturbed)
      const slot = slotOf(whole.a.find((id) => slotOf(id) > 5 && slotOf(id) < slots - 5)!)
      const m = market()
      m.hide("A", slot)
      m.hide("B", slot)
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        expect(yield* revisit(slot, 60_000)).toEqual({ analysed: [], missing: 2 })
        m.show("A", slot)
        expect(yield* revisit(slot, 120_000)).toEqual({ analysed: ["A"], missing: 1 })
        const told = m.news.at(-1)!
        expect(told).toMatchObject({ signals: [], late: [], run: { slotAt: first + slot * step, lateMs: 120_000 } })
        expect(told.alone!.map(({ id }) => id)).toEqual(whole.a.filter((id) => slotOf(id) === slot))
        m.show("B", slot)
        // What was found too late may be NO_PATTERN as well, and is found again.
        expect(yield* revisit(slot, 240_000)).toEqual({ analysed: ["B"], missing: 0 })
        expect(yield* revisit(slot, 241_000)).toEqual({ analysed: [], missing: 0 })
        yield* runSlots(slot + 1, slots)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        expect(yield* recompute(yield* storedRun(`test/${new Date(first + slot * step).toISOString()}`)))
          .toMatchObject({ differences: [] })
        for (const run of yield* (yield* RunStore).recent({ limit: slots - slot })) {
          expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        }
        // Another worker, which starts now, has nothing to look for and no slot to look at.
        expect(yield* revisit(slot, 242_000)).toEqual({ analysed: [], missing: 0 })
      }).pipe(Effect.provide(m.layer))
    }))
})

describe("a bar that is revised", () => {
  it.effect("flags the runs that used it, corrects the signal that it changes, and leads on as if it had always been so", () =>
    Effect.gen(function*() {
      const whole = yield* fresh(undisturbed)
      const id = whole.a.find((one) => /LONG@|SHORT@/.test(one) && slotOf(one) > 5 && slotOf(one) < slots - 5)!
      const slot = slotOf(id)
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        const bar = (yield* Effect.flatMap(BarStore, (store) =>
          Effect.flatMap(InstrumentStore, (instruments) =>
            Effect.flatMap(instruments.idsOf("s", ["A"]), (ids) =>
              store.latest(ids.get("A")!, "30m", 1)))))[0]!
        const values = { high: bar.high * 1.2, close: bar.close * 1.1, low: bar.low, open: bar.open }
        m.change("A", slot, values)
        yield* (yield* Sql).run("notified", (sql) =>
          sql`update generated_signals set notification_sent = true, notification_timestamp = now() where id = ${id}`)
        yield* runSlots(slot + 1, slot + 1)
        const noticed = m.news.flatMap(({ notices = [] }) =>
          notices
        )
        expect(noticed).toMatchObject([{ signal: { id }, notice: { kind: "CORRECTED", signalId: id } }])
        const runs = yield* (yield* RunStore).recent({ limit: 3 })
        expect(runs.map(({ barsRevised }) =>
          barsRevised
        )).toEqual([0, 1, 0])
        // A state that is built now comes to what the one that went on has come to.
        yield* runSlots(slot + 2, slots)
        for (const run of (yield* (yield* RunStore).recent({ limit: slots - slot - 1 }))) {
          expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        }
        expect(m.news.flatMap(({ notices = [] }) =>
          notices
        )).toHaveLength(1)
      }).pipe(Effect.provide(m.layer))
    }))

  it.effect("is none while another source has to be asked", () =>
    Effect.gen(function*() {
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, 10)
        m.answerBy("other")
        m.change("A", 10, { volume: 7 })
        yield* runSlots(11, 11)
        m.answerBy("s")
        m.change("A", 11, { volume: 7 })
        yield* runSlots(12, 12)
        const runs = yield* (yield* RunStore).recent({ limit: 9 })
        // Only what the first source changed of its own bars.
        expect(runs.map(({ barsRevised }) => barsRevised)).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 0])
      }).pipe(Effect.provide(m.layer))
    }))

  it.effect("comes where there was a hole, and is analysed no second time", () =>
    Effect.gen(function*() {
      const m = market()
      m.hide("A", 10)
      yield* Effect.gen(function*() {
        yield* runSlots(0, 11)
        m.show("A", 10)
        yield* runSlots(12, 20)
        const runs = yield* (yield* RunStore).recent({ limit: 11 })
        expect(runs.map(({ barsRevised }) => barsRevised)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        expect(yield* (yield* LateStore).ofRun(runs[10]!.id)).toEqual([])
        for (const run of runs.slice(0, 9)) {
          expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        }
      }).pipe(Effect.provide(m.layer))
    }))
})

describe("a split", () => {
  it.effect("of 7:1 is no signal, adjusts the live one, and says so", () =>
    Effect.gen(function*() {
      const whole = yield* fresh(undisturbed)
      const id = whole.a.find((one) => /LONG@|SHORT@/.test(one) && slotOf(one) > 5 && slotOf(one) < slots - 5)!
      const split = slotOf(id) + 2
      const m = market()
      m.scale("A", split, 1 / 7)
      yield* Effect.gen(function*() {
        yield* runSlots(0, split - 1)
        m.events.push({
          kind: "split",
          at: first + (split - 1) * step,
          factor: 1 / 7,
          amount: null,
          detail: "7:1 split"
        })
        yield* runSlots(split, slots)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        const all = yield* (yield* SignalStore).recent({ limit: 1000, symbol: "A" })
        for (const signal of all) {
          const factor = slotOf(signal.id) >= split ? 1 / 7 : 1
          expect(signal.entryPrice).toBeCloseTo(whole.prices.get(signal.id)! * factor, 6)
        }
        const notices = m.news.flatMap((told) => told.notices ?? []).map(({ notice }) => notice)
        const [entry] = all.filter((signal) => signal.id === id)
        expect(notices).toEqual([])
        const { run } = yield* Sql
        expect(yield* run("notices", (sql) => sql`select signal_id, kind, detail from signal_notices`)).toMatchObject([{
          signal_id: id,
          kind: "ADJUSTED",
          detail: `7:1 split on 2026-01-05: entry is now ${Number((entry!.entryPrice / 7).toPrecision(8))}, stop ${
            Number((entry!.stopLoss / 7).toPrecision(8))
          }, target ${Number((entry!.targetPrice / 7).toPrecision(8))}`
        }])
      }).pipe(Effect.provide(m.layer))
    }))

  it.effect("of prices that are adjusted for splits restates what is stored, and is no signal either", () =>
    Effect.gen(function*() {
      const whole = yield* fresh(undisturbed)
      const id = whole.a.find((one) => /LONG@|SHORT@/.test(one) && slotOf(one) > 5 && slotOf(one) < slots - 5)!
      const split = slotOf(id) + 2
      const m = market()
      const adjustedFor = watchOfBasis("split")
      yield* Effect.gen(function*() {
        yield* runSlots(0, split - 1, adjustedFor)
        const { run } = yield* Sql
        yield* run("as of then", (sql) => sql`update bars set stored_at = close_time`)
        m.scale("A", -Infinity, 1 / 7)
        m.events.push({
          kind: "split",
          at: first + (split - 1) * step,
          factor: 1 / 7,
          amount: null,
          detail: "7:1 split"
        })
        yield* runSlots(split, slots, adjustedFor)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        const runs = yield* (yield* RunStore).recent({ limit: slots - split })
        for (const run of runs) expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        // The bars that were read again are as the restatement left them: no revision is told.
        expect(runs.every(({ barsRevised }) => barsRevised === 0)).toBe(true)
        expect(yield* run("notices", (sql) => sql`select kind from signal_notices`)).toMatchObject([{
          kind: "ADJUSTED"
        }])
      }).pipe(Effect.provide(m.layer))
    }))
})
