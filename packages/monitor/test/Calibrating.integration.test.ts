import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { DbClock } from "@dgas/db/DbClock"
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import { Sql } from "@dgas/db/Sql"
import { SqlTimeout } from "@dgas/db/SqlFailure"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Odds } from "@dgas/domain/Odds"
import type { Signal } from "@dgas/domain/Signal"
import { calibrate, calibrateReplay, countedMap } from "@dgas/monitor/Calibrating"
import { chanceOf } from "@dgas/monitor/Chance"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import * as MonitorOdds from "@dgas/monitor/Odds"
import { apply, isIntact } from "@dgas/monitor/ProbabilityMap"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { anyBucket, filled, forecaster, hour, waiting } from "./signals.ts"
import { saidOf, storeSignals } from "./storedSignals.ts"

const start = Date.UTC(2025, 0, 1)
const clock = Layer.succeed(DbClock, DbClock.of({ now: Clock.currentTimeMillis, instant: Clock.currentTimeMillis }))
const it = effectTest(
  Layer.suspend(() => MonitorOdds.layer.pipe(Layer.provideMerge(Layer.fresh(TestDatabase.layerBy(clock)))))
)

const overconfident = (n: number, seed = 5) => forecaster(n, seed, anyBucket, (p) => 0.5 + (p - 0.5) / 2)
const live = { origin: "LIVE", start } as const
const key = { origin: "LIVE", schedule: "hourly" } as const
/** When the last outcome of `n` signals is known. */
const after = (n: number) => start + (n + 2) * hour

const fresh = (at: number, change: Partial<Signal> = {}): Signal => ({
  id: "fresh",
  schedule: "hourly",
  symbol: "AAA",
  type: "LONG",
  signalTimestamp: at,
  entryPrice: 100,
  stopLoss: 99,
  targetPrice: 102,
  confidence: 0.95,
  signalStrength: 0.5,
  timeframeAlignment: 0.5,
  riskRewardRatio: 2,
  tier: "HIGH",
  htfTrend: "UP",
  tradingTfState: "TREND",
  confluenceZonesCount: 1,
  patternContext: {},
  closesSignalId: null,
  rules: "1",
  origin: "LIVE",
  ...change
})

const oddsAt = (at: number) =>
  Effect.map(Effect.flatMap(Odds, ({ of }) => of([fresh(at)])), (said) => said.get("fresh")!)

/** Results of what is known at `t` or later, turned round at random; some not known at all. */
const otherFrom = (signals: ReadonlyArray<JudgedSignal>, t: number, seed: number) => {
  const chance = chanceOf(seed)
  return signals.map((signal, index) => {
    if (signal.knownAt === null || signal.knownAt < t) return signal
    return chance.below(10) === 0
      ? waiting(index, { confidence: signal.confidence })
      : filled(index, chance.unit() < 0.5 ? 1 : -1, { confidence: signal.confidence })
  })
}

describe("live calibration", () => {
  it.effect("is fitted when it is due, once by however many workers, and comes back as it was fitted", () =>
    Effect.gen(function*() {
      const store = yield* CalibrationStore
      yield* TestClock.setTime(after(200) + 1)
      yield* storeSignals(overconfident(199), live)
      expect(yield* calibrate()).toEqual([])
      yield* storeSignals(overconfident(200), live)
      const fitted = yield* Effect.all(Array.from({ length: 6 }, () => calibrate()), { concurrency: "unbounded" })
      expect(fitted.flat()).toHaveLength(1)
      const [kept, ...others] = yield* store.list(key)
      expect(others).toEqual([])
      expect(kept).toEqual(fitted.flat()[0])
      expect(kept).toMatchObject({ number: 1, fills: 200, knownUntil: start + 202 * hour })
      const { map } = yield* countedMap(kept!)
      expect(isIntact(map)).toBe(true)
      expect(kept!.cases.reduce((sum, count) => sum + count, 0)).toBe(200)
      expect(yield* calibrate()).toEqual([])

      yield* storeSignals(overconfident(250), live)
      yield* TestClock.setTime(after(250) + 1)
      expect((yield* calibrate()).map(({ fills, number }) => ({ fills, number }))).toEqual([{ fills: 250, number: 2 }])
    }))

  it.effect("goes on where old signals have gone, and counts outcomes that were found anew", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* storeSignals(overconfident(400), live)
      yield* TestClock.setTime(after(400) + 1)
      yield* calibrate()
      yield* run("prune", (sql) => sql`delete from generated_signals where decided_at < ${after(150)}::timestamptz`)
      yield* storeSignals(overconfident(449).slice(400), live)
      yield* TestClock.setTime(after(450) + 1)
      expect(yield* calibrate()).toEqual([])
      yield* storeSignals(overconfident(450).slice(449), live)
      const [second] = yield* calibrate()
      expect(second).toMatchObject({ number: 2, fills: 301 })
      expect(yield* calibrate()).toEqual([])

      const judgedAnew = (count: number) =>
        run("anew", (sql) =>
          sql`
            update generated_signals set r = r - 0.1, cost_pct = 0.1, evaluated_at = ${after(460)}::timestamptz
            where id in (select id from generated_signals order by id limit ${count})`)
      yield* TestClock.setTime(after(460) + 1)
      yield* judgedAnew(49)
      expect(yield* calibrate()).toEqual([])
      yield* judgedAnew(50)
      expect((yield* calibrate()).map(({ fills, number }) => ({ fills, number }))).toEqual([{ fills: 301, number: 3 }])
      expect(yield* calibrate()).toEqual([])
    }))

  it.effect("counts no outcome that was found again as it was, and those that were written while it was fitted", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const found = (from: number, to: number, at: number) =>
        run("found", (sql) =>
          sql`
            update generated_signals set found_at = ${at}::timestamptz
            where id in (select id from generated_signals order by signal_timestamp offset ${from} limit ${to - from})`)
      const signals = overconfident(310)
      yield* storeSignals(signals.slice(0, 250), live)
      const at = after(400)
      yield* TestClock.setTime(at)
      yield* found(0, 150, at - hour)
      // Of the look before this one.
      yield* found(150, 250, at - 2000)
      expect(yield* calibrate()).toMatchObject([{ fills: 250 }])
      yield* TestClock.setTime(at + hour)
      yield* run(
        "looked at again",
        (sql) => sql`update generated_signals set evaluated_at = ${at + 60_000}::timestamptz`
      )
      expect(yield* calibrate()).toEqual([])
      yield* storeSignals(signals.slice(250, 299), live)
      yield* found(250, 299, at - 3000)
      expect(yield* calibrate()).toEqual([])
      yield* found(0, 1, at + 1)
      expect(yield* calibrate()).toMatchObject([{ fills: 299, number: 2 }])
      expect(yield* calibrate()).toEqual([])
    }))

  it.effect("comes to the maps of a replay when it is asked at each signal", () =>
    Effect.gen(function*() {
      const signals = overconfident(400)
      yield* storeSignals(signals, { origin: "REPLAY", start })
      yield* calibrateReplay("REPLAY", ["hourly"])
      const store = yield* CalibrationStore
      const replayed = (yield* store.list({ origin: "REPLAY", schedule: "hourly" })).filter(({ fills }) => fills > 0)
      yield* (yield* Sql).run("again", (sql) => sql`delete from generated_signals`)
      yield* storeSignals(signals.slice(0, 195), live)
      for (let known = 196; known <= 399; known++) {
        yield* storeSignals(signals.slice(known - 1, known), live)
        yield* TestClock.setTime(start + (known + 3) * hour)
        yield* calibrate()
      }
      const lived = yield* store.list(key)
      expect(lived.map(({ fills, version }) => [fills, version]))
        .toEqual(replayed.map(({ fills, version }) => [fills, version]))
    }))

  for (
    const [how, failure] of [
      ["cannot be read", new SqlTimeout({ statement: "judged entries", timeoutMs: 5000, detail: "slow" })],
      ["a bug ends", Effect.die(new Error("no\nmap"))]
    ] as const
  ) {
    it.effect(`fits what comes after a schedule that ${how}, and tells of it`, () =>
      Effect.gen(function*() {
        const all = overconfident(300)
        for (const origin of ["LIVE", "REPLAY"] as const) {
          const two = ["hourly", "weekly"].flatMap((schedule) =>
            all.map((signal) => ({ ...signal, schedule, id: `${origin} ${schedule} ${signal.id}` }))
          )
          yield* storeSignals(two, { origin, start })
        }
        yield* TestClock.setTime(after(300) + 1)
        const history = yield* OutcomeHistory
        const broken = OutcomeHistory.of({
          ...history,
          judged: (filter) => filter.schedule === "hourly" ? failure : history.judged(filter)
        })
        const told: Array<string> = []
        const tell = (trouble: string) => Effect.sync(() => void told.push(trouble))
        const fitted = yield* Effect.provideService(calibrate(tell), OutcomeHistory, broken)
        expect(fitted).toMatchObject([{ schedule: "weekly" }])
        yield* Effect.provideService(calibrateReplay("REPLAY", ["hourly", "weekly"], tell), OutcomeHistory, broken)
        const store = yield* CalibrationStore
        expect((yield* store.list({ origin: "REPLAY", schedule: "weekly" })).length).toBeGreaterThan(0)
        const why = how === "a bug ends" ? "Error: no map" : "statement judged entries was not answered in 5000 ms"
        expect(told).toEqual(
          [1, 2].map(() => expect.stringContaining(`schedule hourly is not calibrated anew: ${why}`))
        )
      }))
  }

  it.effect("gives no odds by a map that was changed where it lies, and tells", () =>
    Effect.gen(function*() {
      yield* storeSignals(overconfident(300), live)
      yield* TestClock.setTime(after(300) + 1)
      yield* calibrate()
      const { run } = yield* Sql
      const close = after(300) + hour
      expect((yield* oddsAt(close)).probability).not.toBeNull()
      yield* run("touch", (sql) => sql`update calibrations set map = jsonb_set(map, '{fills}', '299')`)
      const lines: Array<string> = []
      const { of } = yield* Odds
      const said = yield* Effect.provide(
        of([fresh(close)]),
        Logger.layer([Logger.make(({ message }) => lines.push(String(message)))])
      )
      expect(said.size).toBe(0)
      expect(lines).toEqual([
        expect.stringMatching(/^signals are told without odds, .*map 1 of schedule hourly is not/)
      ])
    }))

  it.effect("tells a signal by the map in force when its bar closed, whenever it is found", () =>
    Effect.gen(function*() {
      const store = yield* CalibrationStore
      yield* storeSignals(overconfident(400), live)
      expect((yield* oddsAt(start + 40 * hour)).text).toBe("not calibrated: 37 of 200 outcomes known")
      yield* TestClock.setTime(after(300) + 1)
      const [first] = yield* calibrate()
      const close = after(300) + hour
      const then = yield* oddsAt(close)
      expect(then.calibration).toBe(first!.version)
      expect(then.probability).toBe(apply((yield* countedMap(first!)).map, 0.95))
      expect(then.text).toMatch(/^0\.\d\d( \[0\.\d\d, 0\.\d\d\])? of fills ended above 0, by 300 outcomes, \d+ of like/)
      // Of its close nothing was known in time.
      expect(yield* oddsAt(after(300))).toMatchObject({ probability: null, calibration: null })

      yield* TestClock.setTime(after(400) + 1)
      const [second] = yield* calibrate()
      expect(second!.number).toBe(2)
      expect(yield* oddsAt(close)).toEqual(then)
      expect((yield* oddsAt(after(400) + hour)).calibration).toBe(second!.version)
      expect((yield* store.inForce(key, close)).calibration?.number).toBe(1)
    }))

  it.effect("of what becomes known later changes no probability given before", () =>
    Effect.gen(function*() {
      const signals = overconfident(400)
      yield* storeSignals(signals, live)
      yield* TestClock.setTime(after(300) + 1)
      yield* calibrate()
      const close = after(300) + hour
      const then = yield* oddsAt(close)
      expect(then.probability).not.toBeNull()
      for (const seed of [1, 2, 3]) {
        yield* storeSignals(otherFrom(signals, close - start, seed), live)
        yield* TestClock.setTime(after(400) + seed)
        yield* calibrate()
        expect(yield* oddsAt(close)).toEqual(then)
      }
    }))

  it.effect("has no part in exits, and none in other schedules or origins", () =>
    Effect.gen(function*() {
      yield* storeSignals(overconfident(300), live)
      yield* TestClock.setTime(after(300) + 1)
      yield* calibrate()
      const { of } = yield* Odds
      const at = after(300) + hour
      expect(yield* of([fresh(at, { type: "EXIT_LONG" })])).toEqual(new Map())
      const other = yield* of([fresh(at, { schedule: "other" })])
      expect(other.get("fresh")?.text).toBe("not calibrated: 0 of 200 outcomes known")
    }))
})

describe("a replay", () => {
  const replay = { origin: "REPLAY", start } as const
  const known = (said: ReadonlyArray<{ readonly probability: number | null }>) =>
    said.filter(({ probability }) => probability !== null).length

  it.effect("has maps of its own, walk-forward, and again the same", () =>
    Effect.gen(function*() {
      const store = yield* CalibrationStore
      yield* storeSignals(overconfident(400), replay)
      yield* TestClock.setTime(after(5000))
      expect(yield* calibrate()).toEqual([])
      yield* calibrateReplay("REPLAY", ["hourly"])
      const said = yield* saidOf("REPLAY")
      expect(known(said.slice(0, 203))).toBe(0)
      expect(said[40]?.odds).toBe("not calibrated: 37 of 200 outcomes known")
      expect(known(said.slice(203))).toBe(197)
      const maps = yield* store.list({ origin: "REPLAY", schedule: "hourly" })
      expect(maps.map(({ fills }) => fills)).toEqual([350, 300, 250, 200, 0])
      for (const { inForceFrom, knownUntil } of maps) expect(knownUntil ?? 0).toBeLessThan(inForceFrom)
      expect(said.at(-1)?.calibration).toBe(maps[0]!.version)
      yield* calibrateReplay("REPLAY", ["hourly"])
      expect(yield* saidOf("REPLAY")).toEqual(said)
    }))

  it.effect("gives signals until t the same probabilities whatever becomes known at t or later", () =>
    Effect.gen(function*() {
      const signals = overconfident(400)
      yield* storeSignals(signals, replay)
      yield* calibrateReplay("REPLAY", ["hourly"])
      const before = yield* saidOf("REPLAY")
      for (const t of [230, 270, 333]) {
        yield* storeSignals(otherFrom(signals, t * hour, t), replay)
        yield* calibrateReplay("REPLAY", ["hourly"])
        const now = yield* saidOf("REPLAY")
        expect(now.slice(0, t + 1)).toEqual(before.slice(0, t + 1))
        expect(now).not.toEqual(before)
        yield* storeSignals(signals, replay)
      }
    }))
})
