import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { DbClock } from "@dgas/db/DbClock"
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql, SqlTimeout } from "@dgas/db/Sql"
import { Odds } from "@dgas/domain/Odds"
import { isEntry } from "@dgas/domain/Signal"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { DeliveryWake } from "@dgas/notify/DeliveryWake"
import { Destinations } from "@dgas/notify/Destinations"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { judgeNow, judging, makeLook, reasonsText } from "../src/Judging.ts"
import { replay } from "../src/Replay.ts"
import { configOf, simConfig, simSource, worldLayer } from "./world.ts"

const costing = (symbol: string) => ({ symbol, costs: { spreadPct: 0.5 } })

const it = effectTest(Layer.mergeAll(worldLayer(simConfig), Destinations.none))
const hour = 3_600_000
const from = Date.UTC(2026, 0, 5)
const watches = simConfig.schedules.map((schedule) => watchOf(simConfig, schedule))

/** Live slots of the first hours, and what is logged of looks at their signals. */
const lived = (hours: number) =>
  Effect.gen(function*() {
    const engine = yield* PredictionEngine
    for (let slotAt = from + hour / 2; slotAt <= from + hours * hour; slotAt += hour / 2) {
      for (const watch of watches) {
        yield* engine.cycle(
          watch,
          { slotAt, origin: "LIVE", readUntil: slotAt, since: null, onOutage: "store" },
          "worker"
        )
      }
    }
  })

/** As many outcomes of `plain` as a season would bring, in which confidence tells which signals come good. */
const aSeason = Effect.flatMap(Sql, ({ run }) =>
  run("more", (sql) =>
    sql`
      insert into generated_signals
      select (jsonb_populate_record(one, jsonb_build_object('id', 'copy ' || n, 'confidence', (n % 10) / 10.0 + 0.05,
        'r', case when (n % 7 < 4) = (n % 10 > 4) then 1 else -1 end))).*
      from generated_signals as one, generate_series(1, 300) as n
      where one.id = (
        select id from generated_signals where schedule = 'plain' and filled and decided_at is not null limit 1
      )`))

const saying = (lines: Array<string>) =>
  Effect.provide(Logger.layer([Logger.make(({ logLevel, message }) => lines.push(`${logLevel} ${String(message)}`))]))

test("says how signals ended, in the order of the reasons", () => {
  const ended = (["STOP", "TARGET", "STOP", "UNFILLED"] as const).map((exitReason) => ({ exitReason }))
  expect(reasonsText(ended)).toBe("1 TARGET, 2 STOP, 1 UNFILLED")
  expect(reasonsText([])).toBe("")
})

describe("a worker", () => {
  it.live("finds out what became of the signals of its slots, and says so once", () =>
    Effect.gen(function*() {
      yield* lived(20)
      const lines: Array<string> = []
      const look = makeLook(simConfig)
      yield* saying(lines)(look)
      const found = yield* (yield* OutcomeHistory).judged({})
      expect(found.length).toBeGreaterThan(5)
      expect(found.filter(({ evaluatedAt }) => evaluatedAt === null)).toEqual([])
      const ended = found.filter(({ outcome }) => outcome !== "PENDING")
      expect(lines).toEqual([`Info signals ended: ${reasonsText(ended)}; ${found.length - ended.length} go on`])
      yield* saying(lines)(look)
      expect(lines).toHaveLength(1)
      expect(new Set(found.map(({ schedule }) => schedule)).size).toBe(2)
    }))

  it.live("tells those who were told of a signal and want to hear, once", () =>
    Effect.gen(function*() {
      yield* lived(20)
      const { run } = yield* Sql
      const messages = run(
        "messages",
        (sql) => sql`select id, kind, replies_to, payload->>'title' as title from outbox`
      )
      // Their slots were run long after their time, when nobody is told at once.
      yield* run("tell", (sql) =>
        sql`
          insert into outbox (id, channel, destination, kind, signal_ids, payload)
          select id || '/told', 'console', 'terminal', 'signals', array[id], '{}' from generated_signals
          where signal_type = 'LONG'`)
      const told = new Set((yield* messages).map(({ id }) => id))
      const config = { ...simConfig, channels: { console: { ...simConfig.channels.console, outcomes: true } } }
      const soon = Layer.succeed(DbClock, { now: Effect.succeed(from + 20 * hour), instant: Effect.succeed(null) })
      yield* Effect.provide(makeLook(config), soon)
      const wins = yield* (yield* OutcomeHistory).judged({ status: "WIN" })
      const found = wins.filter(({ type }) => type === "LONG")
      const fresh = (yield* messages).filter(({ id }) => !told.has(id))
      expect(new Set(fresh.map(({ kind }) => kind))).toEqual(new Set(["outcome"]))
      for (const { id, r, symbol } of found) {
        const [message, ...others] = fresh.filter((one) => one["replies_to"] === id)
        expect(others).toEqual([])
        expect(String(message!["title"])).toContain(`WIN of +${r!.toFixed(2)} R, `)
        expect(String(message!["title"])).toContain(symbol)
      }
      expect(found.length).toBeGreaterThan(0)
      yield* Effect.provide(makeLook(config), soon)
      expect(yield* messages).toHaveLength(told.size + fresh.length)

      // As if it had been judged by bars that were revised since, and told so.
      yield* run("otherwise", (sql) =>
        sql`
          with said as (
            update outbox set ends = jsonb_build_array(ends->0 || '{"outcome": "LOSS", "exitReason": "STOP", "r": -1}')
            where replies_to = ${found[0]!.id}
          )
          update generated_signals set outcome = 'LOSS', exit_reason = 'STOP', r = -1, cost_pct = 5
          where id = ${found[0]!.id}`)
      yield* Effect.provide(Effect.all([makeLook(config), makeLook(config)], { concurrency: "unbounded" }), soon)
      const corrections = (yield* messages).filter(({ id }) => !told.has(id) && !fresh.some((one) => one.id === id))
      expect(corrections.map((one) => one["replies_to"])).toEqual([found[0]!.id])
      expect(String(corrections[0]!["title"])).toContain(
        `corrected: was STOP -1.00 R, is TARGET +${found[0]!.r!.toFixed(2)} R, `
      )
      yield* Effect.provide(makeLook(config), soon)
      expect(yield* messages).toHaveLength(told.size + fresh.length + 1)
    }))

  it.live("leaves schedules that it does not know to those who do, until nobody has looked for ten minutes", () =>
    Effect.gen(function*() {
      yield* lived(20)
      const { run } = yield* Sql
      const look = makeLook(configOf({ ...simSource, schedules: simSource.schedules.slice(1) }))
      const judgedOf = Effect.map(
        Effect.flatMap(OutcomeHistory, (history) => history.judged({})),
        (all) => new Set(all.filter(({ evaluatedAt }) => evaluatedAt !== null).map(({ schedule }) => schedule))
      )
      yield* look
      expect(yield* judgedOf).toEqual(new Set(["plain"]))
      yield* run("age", (sql) => sql`update prediction_runs set stored_at = stored_at - interval '9 minutes'`)
      yield* look
      expect(yield* judgedOf).toEqual(new Set(["plain"]))
      yield* run("age", (sql) => sql`update prediction_runs set stored_at = stored_at - interval '2 minutes'`)
      yield* look
      expect(yield* judgedOf).toEqual(new Set(["plain", "with-lower"]))
    }))

  it.live("judges anew for its own costs once, so that two that have others do not take turns", () =>
    Effect.gen(function*() {
      yield* lived(20)
      const dear = configOf({
        ...simSource,
        universes: { sim: { ...simSource.universes.sim, instruments: ["SIM-A", "SIM-B", "SIM-C"].map(costing) } }
      })
      const costs = Effect.map(
        Effect.flatMap(OutcomeHistory, (history) => history.judged({})),
        (all) => new Set(all.filter(({ outcome }) => outcome !== "PENDING").map(({ costPct }) => costPct))
      )
      const [cheaply, dearly] = [makeLook(simConfig), makeLook(dear)]
      yield* cheaply
      expect(yield* costs).toEqual(new Set([0]))
      yield* dearly
      expect(yield* costs).toEqual(new Set([0.5]))
      for (let looks = 0; looks < 20; looks++) yield* cheaply
      expect(yield* costs).toEqual(new Set([0.5]))
    }))

  it.live("fits a map of a schedule's outcomes when they are enough, and its next signals are told by it", () =>
    Effect.gen(function*() {
      yield* lived(20)
      yield* makeLook(simConfig)
      const store = yield* SignalStore
      const early = yield* store.recent({ schedule: "plain", limit: 100 })
      for (const { odds, type } of early.filter(({ type }) => isEntry(type))) {
        expect([type, odds]).toEqual([type, expect.stringMatching(/^not calibrated: \d+ of 200 outcomes known$/)])
      }
      yield* aSeason
      const lines: Array<string> = []
      yield* saying(lines)(makeLook(simConfig))
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/^Info calibration of plain by 30\d outcomes is (platt|isotonic|identity): /)
      const [kept] = yield* (yield* CalibrationStore).list({ origin: "LIVE", schedule: "plain" })
      const { of } = yield* Odds
      const entry = early.find(({ type }) => isEntry(type))!
      const [said] = (yield* of([{ ...entry, signalTimestamp: kept!.inForceFrom }])).values()
      expect(said?.calibration).toBe(kept!.version)
      yield* saying(lines)(makeLook(simConfig))
      expect(lines).toHaveLength(1)
    }))

  it.live("makes known what ended, and fits, also when it cannot look for what changed since", () =>
    Effect.gen(function*() {
      yield* lived(20)
      yield* makeLook(simConfig)
      yield* aSeason
      const { run } = yield* Sql
      const unjudge = run("unjudge", (sql) =>
        sql`
          update generated_signals set outcome = null, exit_reason = null, evaluated_at = null, decided_at = null, filled = null
          where id = (select id from generated_signals where exit_reason = 'TARGET' and id not like 'copy %' limit 1)`)
      yield* unjudge
      const doubtful = () => Effect.fail(new SqlTimeout({ statement: "doubtful outcomes", timeoutMs: 1, detail: "" }))
      const standing = () => Effect.fail(new SqlTimeout({ statement: "standing of maps", timeoutMs: 1, detail: "" }))
      const unfitted: Array<string> = []
      yield* saying(unfitted)(makeLook(simConfig)).pipe(
        Effect.provideService(OutcomeStore, { ...yield* OutcomeStore, doubtful }),
        Effect.provideService(CalibrationStore, { ...yield* CalibrationStore, standing })
      )
      expect(unfitted).toEqual([
        expect.stringMatching(/^Info signals ended: 1 TARGET; /),
        expect.stringMatching(/^Warn outcomes: .*standing of maps.*; trying again$/),
        expect.stringMatching(/^Warn outcomes: .*doubtful outcomes.*; trying again$/)
      ])
      yield* unjudge
      const lines: Array<string> = []
      let wakes = 0
      yield* saying(lines)(makeLook(simConfig)).pipe(
        Effect.provideService(OutcomeStore, { ...yield* OutcomeStore, doubtful }),
        Effect.provideService(DeliveryWake, { wake: Effect.sync(() => void wakes++), woken: Effect.never })
      )
      expect(wakes).toBe(1)
      expect(lines).toEqual([
        expect.stringMatching(/^Info signals ended: 1 TARGET; \d+ go on$/),
        expect.stringMatching(/^Info calibration of plain by 30\d outcomes is /),
        expect.stringMatching(/^Warn outcomes: .*doubtful outcomes.*; trying again$/)
      ])
    }))

  it.live("tells once of what keeps it from looking, and goes on", () =>
    Effect.gen(function*() {
      yield* lived(6)
      const { run } = yield* Sql
      const lines: Array<string> = []
      const look = makeLook(simConfig)
      yield* run("away", (sql) => sql`alter table run_options rename to away`)
      yield* saying(lines)(Effect.andThen(look, look))
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/^Warn outcomes: .*run_options.*; trying again$/)
      yield* run("back", (sql) => sql`alter table away rename to run_options`)
      yield* saying(lines)(look)
      const found = yield* (yield* OutcomeHistory).judged({})
      expect(found.every(({ evaluatedAt }) => evaluatedAt !== null)).toBe(true)
    }))
})

effectTest(Destinations.none).effect(
  "begins again after a bug while its connections were made",
  () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      let builds = 0
      const broken = ConfigProvider.make(() => {
        builds++
        return Effect.die(new Error("no environment"))
      })
      const fiber = yield* Effect.forkChild(
        saying(lines)(judging(simConfig, "/")).pipe(Effect.provide(ConfigProvider.layer(broken)))
      )
      yield* TestClock.adjust("1 second")
      expect(lines).toEqual(["Error outcomes: a bug ended judging, Error: no environment; trying again"])
      yield* TestClock.adjust("30 seconds")
      expect(lines).toHaveLength(2)
      expect(builds).toBe(2)
      yield* Fiber.interrupt(fiber)
    })
)

describe("a replay", () => {
  it.live("is judged at its end, its schedules alone, and no live signal by it", () =>
    Effect.gen(function*() {
      yield* lived(6)
      yield* replay(watches, { from, to: from + 20 * hour }, { origin: "REPLAY", owner: "test", title: null })
      const [withLower, plain] = watches
      const line = yield* judgeNow(simConfig, [plain!], "REPLAY")
      const found = yield* (yield* OutcomeHistory).judged({ origin: "ALL" })
      const judged = found.filter(({ evaluatedAt }) => evaluatedAt !== null)
      expect(judged.length).toBeGreaterThan(2)
      for (const { origin, schedule } of judged) expect([origin, schedule]).toEqual(["REPLAY", "plain"])
      const pending = judged.filter(({ outcome }) => outcome === "PENDING").length
      expect(line).toBe(
        `outcomes: ${reasonsText(judged.filter(({ outcome }) => outcome !== "PENDING"))}; ${pending} pending`
      )
      const signals = yield* (yield* SignalStore).recent({ origin: "REPLAY", limit: 1000 })
      for (const { odds, schedule, type } of signals) {
        expect(odds).toEqual(
          schedule === "plain" && isEntry(type)
            ? expect.stringMatching(/^not calibrated: \d+ of 200 outcomes known$/)
            : null
        )
      }
      yield* judgeNow(simConfig, [withLower!], "REPLAY")
      expect(yield* judgeNow(simConfig, watches, "REPLAY")).toStartWith("outcomes: none is new; ")
    }))
})
