/** Signals, runs and slots a page at a time. */
import type { Place } from "@dgas/domain/Place"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunPages, runPageStatement } from "../src/RunPages.ts"
import { mostLooked, pageStatement, type SignalPage } from "../src/SignalPageQuery.ts"
import { SignalPages } from "../src/SignalPages.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { SignalWords } from "../src/SignalWords.ts"
import { placeOf, SlotPages, slotPageStatement } from "../src/SlotPages.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { many, readBy } from "./manyRows.ts"
import { aRun, aSignal, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)
const at = (index: number) => monday + index * minute
const day = 86_400_000

const runAt = (slotAt: number, schedule = "crypto", change: Partial<ReturnType<typeof aRun>> = {}) =>
  storeRun({ run: aRun({ id: `${schedule}/${slotAt}`, schedule, slotAt, ...change }) })

describe("RunPages", () => {
  it.live("has each run once, newest first, although others are stored meanwhile", () =>
    Effect.gen(function*() {
      const pages = yield* RunPages
      for (const index of [0, 1, 2]) yield* runAt(at(index))
      yield* runAt(at(1), "other")
      const first = yield* pages.page({ origin: "LIVE", limit: 2 })
      expect(first.map(({ id }) => id)).toEqual([`crypto/${at(2)}`, `other/${at(1)}`])
      expect(first[0]).not.toContainAnyKeys(["gates", "inputs"])
      yield* runAt(at(3))
      const last = first.at(-1)!
      const rest = yield* pages.page({ origin: "LIVE", limit: 9, after: { at: last.slotAt, id: last.id } })
      expect(rest.map(({ id }) => id)).toEqual([`crypto/${at(1)}`, `crypto/${at(0)}`])
    }))

  it.live("filters by schedule, status, origin and time, and knows the last run of each schedule", () =>
    Effect.gen(function*() {
      const pages = yield* RunPages
      yield* runAt(at(0), "crypto", { status: "FAILED" })
      yield* runAt(at(1))
      yield* runAt(at(2), "other")
      yield* runAt(at(3), "crypto", { origin: "REPLAY" })
      const ids = (filter: object) =>
        Effect.map(pages.page({ origin: "LIVE", limit: 9, ...filter }), (runs) => runs.map(({ slotAt }) => slotAt))
      expect(yield* ids({ status: "FAILED" })).toEqual([at(0)])
      expect(yield* ids({ schedule: "crypto" })).toEqual([at(1), at(0)])
      expect(yield* ids({ since: at(1), until: at(2) })).toEqual([at(1)])
      expect(yield* ids({ origin: "REPLAY" })).toEqual([at(3)])
      expect(yield* ids({ origin: "ALL" })).toHaveLength(4)
      const last = yield* pages.lastOf(["crypto", "other", "never"])
      expect(last.map(({ schedule, slotAt }) => [schedule, slotAt]).toSorted()).toEqual([
        ["crypto", at(1)],
        ["other", at(2)]
      ])
    }))
})

/** Of one day a slot that was run, one that was missed and two that failed; of the next one that is held. */
const filled = Effect.gen(function*() {
  yield* runAt(at(0), "crypto", { lateMs: 90_000 })
  const slots = yield* SlotStore
  yield* slots.miss("crypto", "LIVE", [at(1)], "too_old")
  for (const [schedule, index] of [["crypto", 2], ["crypto", 3], ["other", 2]] as const) {
    const claim = yield* slots.claim({ schedule, origin: "LIVE", slotAt: at(index) }, "a", 10_000)
    yield* slots.fail(claim!, index === 2 ? "no_data" : "error")
  }
  yield* slots.claim({ schedule: "crypto", origin: "LIVE", slotAt: at(0) + day }, "a", 10_000)
  yield* slots.claim({ schedule: "crypto", origin: "DEMO", slotAt: at(0) }, "a", 10_000)
})

describe("SlotPages", () => {
  it.live("has each slot once, newest first, with its run", () =>
    Effect.gen(function*() {
      yield* filled
      const pages = yield* SlotPages
      const seen: Array<string> = []
      let after: ReturnType<typeof placeOf> | undefined
      for (;;) {
        const rows = yield* pages.page({ origin: "ALL", limit: 2, ...after === undefined ? {} : { after } })
        const last = rows.at(-1)
        if (last === undefined) break
        seen.push(...rows.map(({ origin, schedule, slotAt }) => `${schedule} ${origin} ${(slotAt - monday) / minute}`))
        after = placeOf(last)
      }
      expect(seen).toEqual([
        "crypto LIVE 1440",
        "crypto LIVE 3",
        "other LIVE 2",
        "crypto LIVE 2",
        "crypto LIVE 1",
        "crypto LIVE 0",
        "crypto DEMO 0"
      ])
      const [done] = yield* pages.page({ origin: "LIVE", limit: 1, until: at(1) })
      expect(done).toMatchObject({ state: "done", runId: `crypto/${at(0)}`, lateMs: 90_000, reason: null })
      const missed = yield* pages.page({ origin: "LIVE", state: "missed", schedule: "crypto", limit: 9 })
      expect(missed).toMatchObject([{ slotAt: at(1), reason: "too_old", runId: null }])
    }))

  it.live("counts live slots by day and end, with the reasons", () =>
    Effect.gen(function*() {
      yield* filled
      const pages = yield* SlotPages
      const none = { running: 0, done: 0, late: 0, missed: 0, failed: 0, reasons: [] }
      const range = { since: monday - day, until: monday + 2 * day }
      expect(yield* pages.days(range)).toEqual([
        {
          ...none,
          schedule: "crypto",
          day: "2024-01-08",
          done: 1,
          missed: 1,
          failed: 2,
          reasons: [{ reason: "too_old", count: 1 }, { reason: "no_data", count: 1 }, { reason: "error", count: 1 }]
        },
        { ...none, schedule: "other", day: "2024-01-08", failed: 1, reasons: [{ reason: "no_data", count: 1 }] },
        { ...none, schedule: "crypto", day: "2024-01-09", running: 1 }
      ])
      expect(yield* pages.days({ ...range, schedule: "other" })).toHaveLength(1)
      expect(yield* pages.days({ since: at(2), until: at(3) })).toMatchObject([{ failed: 1 }, { failed: 1 }])
    }))

  it.live("has a year of many schedules by day, where each day has reasons, within the time of a statement", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* run("a year", (sql) =>
        sql`
          insert into slots (schedule, origin, slot_at, state, reason, owner, fence, lease_until)
          select 'desk ' || number, 'LIVE', day + hour * interval '1 hour', 'missed',
            (array['too_old', 'backlog', 'no_data', 'error'])[hour]::slot_reason, 'worker', 1, now()
          from generate_series(1, 12) as number, generate_series(1, 4) as hour,
            generate_series('2024-01-01'::timestamptz, '2024-12-31', '1 day') as day`)
      const found = yield* (yield* SlotPages).days({ since: Date.UTC(2024, 0, 1), until: Date.UTC(2025, 0, 1) })
      expect(found).toHaveLength(12 * 366)
      expect(found.every(({ missed, reasons }) => missed === 4 && reasons.length === 4)).toBe(true)
    }))
})

describe("SignalPages.pageText", () => {
  const wanted: SignalPage = { origin: "LIVE", limit: 9 }
  const [first, second, third] = ["s1", "s2", "s3"].map((id, index) => aSignal({ id, signalTimestamp: at(index) }))
  const signals = [first!, second!, third!]

  it.live("has each row as it is now, whatever was read before", () =>
    Effect.gen(function*() {
      yield* storeRun({ signals: signals.slice(0, 2) })
      const pages = yield* SignalPages
      const { run } = yield* Sql
      const read = Effect.map(
        pages.pageText(wanted),
        ({ items }): ReadonlyArray<{ id: string; acknowledgedBy: string | null }> => JSON.parse(items)
      )
      const before = yield* read
      expect(before.map(({ id }) => id)).toEqual(["s2", "s1"])
      expect(yield* read).toEqual(before)
      yield* (yield* SignalWords).acknowledge("s1", "ann")
      const seen = yield* read
      expect(seen.map(({ acknowledgedBy }) => acknowledgedBy)).toEqual([null, "ann"])
      yield* (yield* SignalStore).insertMany(aRun().id, signals)
      expect((yield* read).map(({ id }) => id)).toEqual(["s3", "s2", "s1"])
      yield* run("delete", (sql) => sql`delete from generated_signals where id = 's2'`)
      expect((yield* read).map(({ id }) => id)).toEqual(["s3", "s1"])
    }))

  it.live("reads a page whole once, and then what tells whether it is the same", () =>
    Effect.gen(function*() {
      yield* storeRun({ signals })
      const { run } = yield* Sql
      const columns: Array<number> = []
      const watched = Layer.succeed(
        Sql,
        Sql.of({
          run: (name, statement) =>
            Effect.tap(run(name, statement), ([row]) => Effect.sync(() => columns.push(Object.keys(row ?? {}).length)))
        })
      )
      yield* Effect.gen(function*() {
        const pages = yield* SignalPages
        const first = yield* pages.pageText(wanted)
        expect(yield* pages.pageText(wanted)).toEqual(first)
      }).pipe(Effect.provide(SignalPages.layer.pipe(Layer.provide(watched)), { local: true }))
      expect(columns.map((count) => count > 10)).toEqual([false, true, false])
    }))
})

describe("lists of many rows", () => {
  it.live("read about a page of each origin, whichever of them is asked for", () =>
    Effect.gen(function*() {
      yield* many({ signals: 2000, runs: 2000 })
      const limit = 50
      for (const origin of ["LIVE", "ALL"] as const) {
        const ofOne = { origin, limit }
        const after = { at: monday + 90 * minute, id: "x" }
        const schedule = "crypto"
        const symbol = "BTCUSDT"
        for (const filter of [{}, { schedule }, { symbol }, { schedule, symbol }, { until: after.at }, { after }]) {
          expect(yield* readBy((sql) => pageStatement(sql, { ...ofOne, ...filter }))).toBeLessThan(200)
        }
        for (const status of ["SUCCESS", "FAILED"] as const) {
          for (const filter of [{}, { schedule }, { status }, { schedule, status }, { until: after.at }, { after }]) {
            expect(yield* readBy((sql) => runPageStatement(sql, { ...ofOne, ...filter }))).toBeLessThan(200)
          }
        }
        for (const state of ["done", "missed"] as const) {
          for (const filter of [{}, { schedule }, { state }, { schedule, state }, { until: after.at }, { after }]) {
            // Each with its run.
            expect(yield* readBy((sql) => slotPageStatement(sql, { ...ofOne, ...filter }))).toBeLessThan(400)
          }
        }
      }
    }))

  it.live("of signals look at so many at most, whatever the filter, and go on after them", () =>
    Effect.gen(function*() {
      yield* many({ signals: mostLooked * 4 })
      const pages = yield* SignalPages
      const { run } = yield* Sql
      yield* run("a rare one", (sql) => sql`update generated_signals set confidence = 1 where id = 'LIVE/1'`)
      for (const origin of ["LIVE", "ALL"] as const) {
        const wanted: SignalPage = { origin, minConfidence: 0.9, tier: aSignal().tier!, limit: 2 }
        expect(yield* readBy((sql) => pageStatement(sql, wanted))).toBeLessThan(mostLooked * 1.2)
        const found: Array<string> = []
        let count = 0
        for (let next: Place | null = { at: monday + 365 * day, id: "" }; next !== null; count++) {
          const after: Place = next
          const page: { readonly items: ReadonlyArray<{ readonly id: string }>; readonly next: Place | null } =
            yield* pages.page({ ...wanted, after })
          const text = yield* pages.pageText({ ...wanted, after })
          expect(text.next).toEqual(page.next)
          expect(JSON.parse(text.items).map(({ id }: { id: string }) => id)).toEqual(page.items.map(({ id }) => id))
          found.push(...page.items.map(({ id }) => id))
          next = page.next
        }
        expect(found).toEqual(["LIVE/1"])
        expect(count).toBe(origin === "LIVE" ? 5 : 13)
      }
    }))

  it.live("of what is pending have entries that nobody has looked at, and no exits", () =>
    Effect.gen(function*() {
      const signals = [
        aSignal({ id: "new" }),
        aSignal({ id: "open" }),
        aSignal({ id: "won" }),
        aSignal({ id: "exit", type: "EXIT_LONG", closesSignalId: "won" })
      ]
      yield* storeRun({ signals })
      const { run } = yield* Sql
      yield* run("judge", (sql) =>
        sql`
        update generated_signals set evaluated_at = now(), outcome = case id when 'won' then 'WIN' else 'PENDING' end::signal_outcome
        where id in ('won', 'open')`)
      const pages = yield* SignalPages
      expect((yield* pages.page({ origin: "LIVE", limit: 9 })).items).toHaveLength(signals.length)
      for (const more of [{}, { symbol: signals[0]!.symbol }]) {
        const { items } = yield* pages.page({ origin: "LIVE", outcome: "PENDING", limit: 9, ...more })
        expect(items.map(({ id }) => id).toSorted()).toEqual(["new", "open"])
      }
    }))

  it.live("have signals of all origins in one order", () =>
    Effect.gen(function*() {
      yield* many({ signals: 20 })
      const pages = yield* SignalPages
      const { items } = yield* pages.page({ origin: "ALL", limit: 100 })
      expect(items.length).toBe(61)
      const inOrder = items.toSorted((a, b) => b.signalTimestamp - a.signalTimestamp || (a.id < b.id ? 1 : -1))
      expect(items.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id))
      const seen: Array<string> = []
      let next: Place | null = { at: monday + 365 * day, id: "" }
      while (next !== null) {
        const page: { readonly items: ReadonlyArray<{ readonly id: string }>; readonly next: Place | null } =
          yield* pages.page({ origin: "ALL", limit: 7, after: next })
        seen.push(...page.items.map(({ id }) => id))
        next = page.next
      }
      expect(seen).toEqual(items.map(({ id }) => id))
    }))
})
