/** Runs, slots, and the worker. */
import { DbClock } from "@dgas/db/DbClock"
import { LateStore } from "@dgas/db/LateStore"
import { RunPages } from "@dgas/db/RunPages"
import { RunRequestStore } from "@dgas/db/RunRequestStore"
import { RunStore } from "@dgas/db/RunStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SignalPages } from "@dgas/db/SignalPages"
import { SlotHistory } from "@dgas/db/SlotHistory"
import { placeOf, SlotPages } from "@dgas/db/SlotPages"
import type { Config } from "@dgas/domain/Config"
import { Gate } from "@dgas/domain/Gate"
import type { SymbolGate } from "@dgas/domain/PredictionRun"
import { withLate } from "@dgas/engine/Recompute"
import type { Watch } from "@dgas/engine/Watch"
import { workerView } from "@dgas/engine/WorkerView"
import * as Effect from "effect/Effect"
import { NotFound } from "../ApiError.ts"
import { nameOf } from "../Caller.ts"
import type { Handlers } from "../Handler.ts"
import { paged } from "../Paging.ts"
import { rangeOf } from "../Range.ts"

/** How many symbols each gate stopped, in the order in which gates are tried. */
const gateCounts = (gates: ReadonlyArray<SymbolGate>) =>
  Gate.literals.flatMap((gate) => {
    const stopped = gates.filter((one) => one.gate === gate).length
    return stopped === 0 ? [] : [{ gate, stopped }]
  })

type Names = "listRuns" | "getRun" | "listSlots" | "slotDays" | "getScheduler" | "runNow" | "getRunRequest"
export type RunServices =
  | DbClock
  | LateStore
  | RunPages
  | RunRequestStore
  | RunStore
  | SchedulerStateStore
  | SignalPages
  | SlotHistory
  | SlotPages

/** `watches` are the schedules of the configuration. */
export const runHandlers = (
  { api: { limits } }: Pick<Config, "api">,
  watches: ReadonlyArray<Watch>
): Handlers<Names, RunServices> => ({
  listRuns: ({ query }) =>
    Effect.flatMap(
      RunPages,
      ({ page }) => paged({ origin: "LIVE" as const, ...query }, page, ({ id, slotAt }) => ({ at: slotAt, id }))
    ),

  getRun: ({ params: { id } }) =>
    Effect.gen(function*() {
      const stored = yield* (yield* RunStore).get(id)
      if (stored === null) return yield* new NotFound({ what: "run" })
      const { inputs: _, ...run } = yield* withLate(stored)
      const signals = yield* (yield* SignalPages).ofRun(id)
      const late = (yield* (yield* LateStore).ofRun(id)).map(({ lateMs, symbol }) => ({ symbol, lateMs }))
      return { ...run, late, gateCounts: gateCounts(run.gates), signals }
    }),

  listSlots: ({ query }) =>
    Effect.flatMap(SlotPages, ({ page }) => paged({ origin: "LIVE" as const, ...query }, page, placeOf)),

  slotDays: ({ query: { since, until, ...filter } }) =>
    Effect.gen(function*() {
      const now = yield* (yield* DbClock).now
      const range = yield* rangeOf({ since, until }, { mostDays: limits.maxRangeDays, now })
      return { items: yield* (yield* SlotPages).days({ ...filter, ...range }) }
    }),

  getScheduler: () =>
    Effect.gen(function*() {
      const state = yield* (yield* SchedulerStateStore).read
      const held = yield* (yield* SlotHistory).held
      const now = yield* (yield* DbClock).now
      const last = yield* (yield* RunPages).lastOf(watches.map(({ schedule }) => schedule.name))
      return {
        status: state.status,
        kind: workerView(state, held, now).kind,
        lastRun: state.lastRunTimestamp,
        nextRun: state.nextScheduledRun,
        currentRunId: state.currentRunId,
        errorMessage: state.errorMessage,
        updatedAt: state.updatedAt,
        schedules: watches.map(({ instruments, schedule, settleMs, tradingGrid, universe }) => ({
          name: schedule.name,
          universe: schedule.universe,
          source: universe.source,
          calendar: universe.calendar,
          trading: schedule.trading,
          higher: schedule.higher,
          lower: schedule.lower,
          symbols: instruments.length,
          nextClose: tradingGrid.nextClose(now - settleMs),
          lastRun: last.find((run) => run.schedule === schedule.name) ?? null
        }))
      }
    }),

  runNow: ({ body: { schedule }, caller }) =>
    Effect.gen(function*() {
      const names = watches.map((watch) => watch.schedule.name)
      if (schedule !== null && !names.includes(schedule)) {
        return yield* new NotFound({ what: "schedule" })
      }
      return yield* (yield* RunRequestStore).ask(schedule, names, nameOf(caller))
    }),

  getRunRequest: ({ params: { id } }) =>
    Effect.gen(function*() {
      const found = yield* (yield* RunRequestStore).get(id)
      return found ?? (yield* new NotFound({ what: "request" }))
    })
})
