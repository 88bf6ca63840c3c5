/**
 * The worker: runs slots as they come due, oldest first, until it is stopped.
 *
 * Each pass asks the database anew which slots have no final state, so nothing depends on the pass before. A slot
 * that nobody finished is looked for as far back as the schedule says; a database that is away is waited for. Slots of one
 * schedule are run in order, whoever runs them.
 */
import { DbClock } from "@dgas/db/DbClock"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { runId } from "@dgas/engine/SignalRow"
import type { Watch } from "@dgas/engine/Watch"
import { timeText } from "@dgas/notify/TimeText"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { deliverConsole } from "./Deliver.ts"
import { owed } from "./Owed.ts"
import { runLine } from "./RunLine.ts"

const pollMs = 2000
const retryMs = 5000
/** An error that goes on is told again only so often. */
const tellAgainMs = 60_000

/** Runs every slot that is due, and comes back with how long to wait for the next, in ms. */
export const pass = Effect.fn("pass")(function*(watches: ReadonlyArray<Watch>, owner: string, zone: string) {
  const engine = yield* PredictionEngine
  const clock = yield* DbClock
  const state = yield* SchedulerStateStore
  // What a crash left between a run and its delivery must not wait for the next signal.
  yield* deliverConsole()
  for (const watch of watches) {
    const now = yield* clock.now
    const slots = yield* owed(watch, now)
    for (const slotAt of slots) {
      yield* state.update({ status: "RUNNING", currentRunId: runId(watch.schedule.name, slotAt, "LIVE") })
      const readUntil = yield* clock.now
      const result = yield* engine.cycle(
        watch,
        {
          slotAt,
          origin: "LIVE",
          readUntil,
          since: null,
          onOutage: "store",
          endsBacklog: slotAt === slots.at(-1)
        },
        owner
      )
      // Held by another worker: what comes after needs its signals, and is looked at again in the next pass.
      if (result === null) break
      yield* Console.log(runLine(result.run, zone))
      yield* deliverConsole()
      yield* state.update({ lastRunTimestamp: result.run.runTimestamp, errorMessage: null })
    }
  }
  const now = yield* clock.now
  const next = Math.min(...watches.map((watch) => watch.tradingGrid.nextClose(now - watch.settleMs) + watch.settleMs))
  yield* state.update({ status: "IDLE", currentRunId: null, nextScheduledRun: next })
  return Math.min(Math.max(next - now, 0), pollMs)
})

export const live = Effect.fn("live")(function*(watches: ReadonlyArray<Watch>, owner: string, zone: string) {
  const state = yield* SchedulerStateStore
  const now = yield* (yield* DbClock).now
  for (const watch of watches) {
    const next = watch.tradingGrid.nextClose(now - watch.settleMs)
    const { higher, lower, name, trading } = watch.schedule
    const symbols = watch.instruments.length
    yield* Console.log(
      `${name}: ${symbols} ${symbols === 1 ? "symbol" : "symbols"}, ${trading} with ${higher}${
        lower === null ? "" : ` and ${lower}`
      }, next close ${timeText(next, zone)} ${zone}`
    )
  }
  let told = { message: "", at: 0 }
  const tell = Effect.fnUntraced(function*(message: string) {
    const at = yield* Clock.currentTimeMillis
    if (message === told.message && at - told.at < tellAgainMs) return
    told = { message, at }
    yield* Console.error(`error: ${message}; trying again`)
  })
  const loop = Effect.gen(function*() {
    while (true) {
      const wait = yield* pass(watches, owner, zone).pipe(
        Effect.catch(({ message }) =>
          tell(message).pipe(
            Effect.andThen(Effect.ignore(state.update({ status: "ERROR", errorMessage: message }))),
            Effect.as(retryMs)
          )
        )
      )
      yield* Effect.sleep(wait)
    }
  })
  // The database may be what failed, and then there is nobody to tell and no reason to wait.
  const stopped = state.update({ status: "STOPPED", currentRunId: null }).pipe(
    Effect.timeout("1 second"),
    Effect.ignore
  )
  return yield* Effect.ensuring(loop, stopped)
})
