/**
 * The worker: runs slots as they come due, oldest first, until it is stopped.
 *
 * Each pass asks the database anew which slots have no final state, so nothing depends on the pass before. A slot
 * that nobody finished is looked for as far back as the schedule says; a database that is away is waited for. Slots of one
 * schedule are run in order, whoever runs them; a schedule whose slot fails, or that has much to catch up with, does not
 * hold up the others.
 */
import { DbClock } from "@dgas/db/DbClock"
import { type RequestPart, RunRequestStore } from "@dgas/db/RunRequestStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { type LeaseLost, SlotStore } from "@dgas/db/SlotStore"
import type { SqlFailure, SqlTimeout, StoreRefused } from "@dgas/db/Sql"
import type { AnnounceUnavailable } from "@dgas/domain/Announce"
import type { OddsUnavailable } from "@dgas/domain/Odds"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { type CycleFailed, PredictionEngine } from "@dgas/engine/PredictionEngine"
import { runId } from "@dgas/engine/SignalRow"
import type { Watch } from "@dgas/engine/Watch"
import type { SourceUnavailable } from "@dgas/market/BarSource"
import { DeliveryWake } from "@dgas/notify/DeliveryWake"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { deliverConsole } from "./Deliver.ts"
import { graceMs, untilStopped } from "./GracefulStop.ts"
import { LateLooks } from "./LateLooks.ts"
import { owed } from "./Owed.ts"
import { PassRecord } from "./PassRecord.ts"
import { tellOfPredecessor } from "./Predecessor.ts"
import { makePulse, type Pulse } from "./Pulse.ts"
import { runLine } from "./RunLine.ts"
import { inTurns, longestWaiting, type Turn, turnMs } from "./Turns.ts"
import { countCycle } from "./WorkerMetrics.ts"

const pollMs = 2000
const retryMs = 5000
/** An error that goes on is told again only so often. */
const tellAgainMs = 60_000
/** The last words of a worker may find the database away, and then there is nobody to tell. */
const lastWordMs = 1000

/** Who looks on while a worker works. Nobody has to. */
export interface Onlookers {
  /** Every schedule of the configuration, for when the next run of any of them is. The worker's own unless told. */
  readonly all?: ReadonlyArray<Watch>
  readonly pulse?: Pulse
  /** Why no slot may be run now, or null. Asked before each pass. */
  readonly refusal?: Effect.Effect<string | null, SqlFailure, DbClock>
  /** When to look for symbols whose bars are late; never unless told. */
  readonly lateLooks?: LateLooks
  /** Schedules for whose late bars somebody asked. */
  readonly asked?: ReadonlySet<string>
  /** Told what the pass does. */
  readonly record?: PassRecord
  /** Run after each cycle that had data. It must come back at once. */
  readonly cycled?: Effect.Effect<void>
}

/** Runs every slot that is due, and comes back with how long to wait for the next, in ms. */
export const pass = Effect.fn("pass", { root: true })(function*(
  watches: ReadonlyArray<Watch>,
  owner: string,
  zone: string,
  {
    all = watches,
    asked = new Set(),
    cycled = Effect.void,
    lateLooks,
    pulse,
    record = new PassRecord()
  }: Onlookers = {},
  isStopping = () => false
) {
  const engine = yield* PredictionEngine
  const clock = yield* DbClock
  const state = yield* SchedulerStateStore
  const { wake } = yield* DeliveryWake
  let lastRun: string | null = null
  /** Schedules that owe nothing any more. */
  const upToDate: Array<Watch> = []
  const failures: Array<
    AnnounceUnavailable | CycleFailed | LeaseLost | OddsUnavailable | SourceUnavailable | SqlTimeout | StoreRefused
  > = []
  /** Null when it failed in a way that must not hold up other schedules. */
  const noted = <A, R>(watch: Watch, work: Effect.Effect<A, typeof failures[number] | SqlFailure, R>) =>
    work.pipe(
      Effect.catchTag(
        [
          "AnnounceUnavailable",
          "CycleFailed",
          "LeaseLost",
          "OddsUnavailable",
          "SourceUnavailable",
          "SqlTimeout",
          "StoreRefused"
        ],
        (error) => {
          failures.push(error)
          record.troubled(watch.schedule.name, error.message)
          return Effect.succeed(null)
        }
      )
    )

  /** Null when another worker holds it: what comes after needs its signals, and is looked at again in the next pass. */
  const runSlot = Effect.fnUntraced(function*(watch: Watch, slotAt: number, endsBacklog: boolean) {
    const run = runId(watch.schedule.name, slotAt, "LIVE")
    yield* state.update({ status: "RUNNING", currentRunId: run, errorMessage: null })
    const readUntil = yield* clock.now
    const slot = { slotAt, origin: "LIVE", readUntil, since: null, onOutage: "store", endsBacklog } as const
    if (pulse !== undefined) yield* pulse.cycleBegun(watch, slotAt)
    const result = yield* engine.cycle(watch, slot, owner)
    if (pulse !== undefined) yield* pulse.cycleEnded
    if (result === null) return null
    lastRun = run
    record.ran(result.run)
    const { executionTimeMs, signalsGenerated, status } = result.run
    const line = runLine(result.run, zone)
    yield* (status === "FAILED" ? Effect.logWarning(line) : Effect.logInfo(line)).pipe(
      Effect.annotateLogs({ status, signals: signalsGenerated, ms: Math.round(executionTimeMs) })
    )
    yield* wake
    yield* deliverConsole()
    yield* state.update({ lastRunTimestamp: result.run.runTimestamp })
    yield* countCycle(result)
    if (status !== "FAILED") yield* cycled
    return result
  })

  const runSlots = Effect.fnUntraced(function*(watch: Watch) {
    const over = (yield* monotonicMs) + turnMs
    const slots = yield* owed(watch, yield* clock.now)
    let ran = 0
    for (const slotAt of slots) {
      if (isStopping()) break
      if (ran > 0 && (yield* monotonicMs) >= over) return { ran, left: "more" } satisfies Turn
      const { name } = watch.schedule
      const result = yield* runSlot(watch, slotAt, slotAt === slots.at(-1)).pipe(
        Effect.annotateLogs({ schedule: name, slot: isoText(slotAt), run: runId(name, slotAt, "LIVE"), owner })
      )
      if (result === null) {
        record.elsewhere(name)
        return { ran, left: "held" } satisfies Turn
      }
      ran++
    }
    upToDate.push(watch)
    return { ran, left: "nothing" } satisfies Turn
  })

  /** A look may take long and can wait, so it comes after what is due, also after what has come due since the pass began. */
  const lookForAllLate = Effect.fnUntraced(function*(looks: LateLooks, until: number) {
    for (const watch of upToDate) {
      if (isStopping() || (yield* clock.now) >= until) return
      yield* noted(watch, lookForLate(watch, looks))
    }
  })

  const lookForLate = Effect.fnUntraced(function*(watch: Watch, looks: LateLooks) {
    const { name } = watch.schedule
    const slotAt = looks.due(watch, yield* clock.now, asked.has(name))
    if (slotAt === null) return
    if (pulse !== undefined) yield* pulse.cycleBegun(watch, slotAt)
    const found = yield* engine.revisit(watch, slotAt, owner)
    if (pulse !== undefined) yield* pulse.cycleEnded
    if (found === null) return record.elsewhere(name)
    const { analysed, missing } = found
    record.looked(name, analysed, missing)
    if (missing === 0) looks.settled(watch)
    if (analysed.length === 0) return
    yield* Effect.logInfo(
      `${name}: the ${watch.schedule.trading} bar of ${timeText(slotAt, zone)} ${zone} came late for ${
        analysed.join(", ")
      }${missing === 0 ? "" : `, and is missing for ${missing} more`}`
    ).pipe(Effect.annotateLogs({ schedule: name, slot: isoText(slotAt), owner }))
    yield* wake
    yield* deliverConsole()
  })

  // What a crash left between a run and its delivery must not wait for the next signal.
  yield* deliverConsole()
  const begun = yield* clock.now
  yield* inTurns(
    yield* longestWaiting(watches, begun),
    (watch) => Effect.map(noted(watch, runSlots(watch)), (turn) => turn ?? { ran: 0, left: "nothing" as const })
  )
  if (lateLooks !== undefined) yield* lookForAllLate(lateLooks, nextRun(watches, begun))
  record.isWhole = !isStopping()
  const [failure] = failures
  if (failure !== undefined) return yield* failure
  const now = yield* clock.now
  yield* state.settle({ status: "IDLE", owner, runId: lastRun, nextScheduledRun: nextRun(all, now) })
  return Math.min(Math.max(nextRun(watches, now) - now, 0), pollMs)
})

const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))

const nextRun = (watches: ReadonlyArray<Watch>, now: number): number =>
  Math.min(...watches.map(({ settleMs, tradingGrid }) => tradingGrid.nextClose(now - settleMs) + settleMs))

/** Until it is interrupted: then what is at work comes to its end or is given back, see `GracefulStop`. */
export const live = Effect.fn("live")(function*(
  watches: ReadonlyArray<Watch>,
  owner: string,
  zone: string,
  onlookers: Onlookers = {}
) {
  const state = yield* SchedulerStateStore
  const slots = yield* SlotStore
  const requests = yield* RunRequestStore
  const pulse = onlookers.pulse ?? (yield* makePulse)
  const { refusal = Effect.succeed(null) } = onlookers
  yield* tellOfPredecessor(zone)
  const clock = yield* DbClock
  const now = yield* clock.now
  yield* Effect.forEach(watches, (watch) => tellOf(watch, now, zone), { discard: true })

  let told = { message: "", at: 0 }
  const wrong = Effect.fnUntraced(function*(message: string) {
    yield* Effect.ignore(state.update({ status: "ERROR", errorMessage: message, currentRunId: null }))
    const at = yield* Clock.currentTimeMillis
    if (message === told.message && at - told.at < tellAgainMs) return
    told = { message, at }
    yield* Effect.logError(`${message}; trying again`)
  })

  const { lateLooks = new LateLooks() } = onlookers
  const stopping = yield* Deferred.make<void>()
  const isStopping = () => Deferred.isDoneUnsafe(stopping)
  /** Looks that were asked for, until a pass has come to its end. */
  const asking = new Map<string, RequestPart>()
  const answer = Effect.fnUntraced(function*(record: PassRecord) {
    if (!record.isWhole || asking.size === 0) return
    const now = yield* clock.now
    for (const [key, part] of asking) {
      const watch = watches.find(({ schedule }) => schedule.name === part.schedule)
      if (watch !== undefined) yield* requests.done(part, owner, record.words(watch, now, zone))
      asking.delete(key)
    }
  })
  const askedPass = Effect.gen(function*() {
    const names = watches.map(({ schedule }) => schedule.name)
    for (const part of yield* requests.take(names, owner)) asking.set(`${part.id} ${part.schedule}`, part)
    const asked = new Set([...asking.values()].map(({ schedule }) => schedule))
    const record = new PassRecord()
    return yield* pass(watches, owner, zone, { ...onlookers, asked, lateLooks, pulse, record }, isStopping).pipe(
      Effect.tapError(() => Effect.ignore(answer(record))),
      Effect.tap(() => answer(record))
    )
  })
  const turn = Effect.gen(function*() {
    const refused = yield* refusal
    if (refused === null) return yield* askedPass
    yield* wrong(refused)
    // Why no slot is run may be an alarm.
    yield* deliverConsole()
    return pollMs
  }).pipe(Effect.catch(({ message }) => Effect.as(wrong(message), retryMs)))
  const loop = Effect.gen(function*() {
    while (!isStopping()) {
      const wait = yield* turn
      yield* pulse.passEnded(wait)
      yield* Effect.timeoutOption(Deferred.await(stopping), wait)
    }
  })

  const farewell = Effect.fnUntraced(function*(exit: Exit.Exit<void>) {
    const { cycle } = yield* pulse.view
    const bug = Exit.isFailure(exit) && Cause.hasDies(exit.cause) ? Cause.squash(exit.cause) : null
    const lastWord = bug === null
      ? state.settle({ status: "STOPPED", owner, runId: cycle?.run ?? null })
      : state.update({ status: "ERROR", errorMessage: `ended by a bug: ${String(bug)}`, currentRunId: null })
    yield* Effect.all([slots.release(owner), requests.release(owner), lastWord], { concurrency: 3, discard: true })
      .pipe(
        Effect.timeout(lastWordMs),
        Effect.ignore
      )
  })
  const stop = Effect.gen(function*() {
    yield* Deferred.succeed(stopping, undefined)
    const { cycle } = yield* pulse.view
    if (cycle === null) return
    yield* Effect.logInfo(`told to stop: ${cycle.run} has ${graceMs / 1000} s to end, then it is given back`)
  })
  return yield* untilStopped(loop, stop).pipe(Effect.onExit(farewell))
})

const tellOf = ({ instruments, schedule, settleMs, tradingGrid }: Watch, now: number, zone: string) => {
  const { higher, lower, name, trading } = schedule
  const symbols = `${instruments.length} ${instruments.length === 1 ? "symbol" : "symbols"}`
  const frames = `${trading} with ${higher}${lower === null ? "" : ` and ${lower}`}`
  const next = timeText(tradingGrid.nextClose(now - settleMs), zone)
  return Effect.logInfo(`${name}: ${symbols}, ${frames}, next close ${next} ${zone}`).pipe(
    Effect.annotateLogs({ schedule: name })
  )
}
