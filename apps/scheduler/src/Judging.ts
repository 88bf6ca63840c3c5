/**
 * The part of a worker that finds out what became of signals, and what that says of new ones.
 *
 * It runs beside the slots over connections of its own and never holds them up. Every worker looks at its own schedules, whose
 * costs and listeners it knows; of two that look at once one writes. Those of others it looks at when nobody else does. What
 * fails is told once, and tried again at the next look.
 */
import * as Database from "@dgas/db/Database"
import { DbClock } from "@dgas/db/DbClock"
import type { MuteStore } from "@dgas/db/MuteStore"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import type { SignalStore } from "@dgas/db/SignalStore"
import type { SqlFailure } from "@dgas/db/SqlFailure"
import type { ToldStore } from "@dgas/db/ToldStore"
import type { Config } from "@dgas/domain/Config"
import type { Origin } from "@dgas/domain/Origin"
import { ExitReason, type OutcomeUpdate } from "@dgas/domain/Outcome"
import type { OutcomeNews } from "@dgas/domain/OutcomeNews"
import type { Watch } from "@dgas/engine/Watch"
import { calibrate, calibrateReplay } from "@dgas/monitor/Calibrating"
import { costsOf } from "@dgas/monitor/Costs"
import { judgeOutcomes } from "@dgas/monitor/Outcomes"
import { DeliveryWake } from "@dgas/notify/DeliveryWake"
import type { Destinations } from "@dgas/notify/Destinations"
import { outcomeMessages } from "@dgas/notify/OutcomeMessages"
import * as Effect from "effect/Effect"

const lookMs = 30_000
/** What may have changed final outcomes is looked for every ten minutes: that costs a look over all of them. */
const doubtLooks = 20
/** Many looks of those who know them, and far from the hour after which an alarm tells that nobody looks. */
const othersMs = 600_000

/** Like "2 TARGET, 1 STOP"; empty for none. */
export const reasonsText = (ended: ReadonlyArray<Pick<OutcomeUpdate, "exitReason">>): string =>
  ExitReason.literals.map((reason) => ({
    reason,
    count: ended.filter(({ exitReason }) => exitReason === reason).length
  }))
    .filter(({ count }) => count > 0).map(({ count, reason }) => `${count} ${reason}`).join(", ")

/** Never ends. `root` is the folder of the project. */
export const judging = (config: Config, root: string) =>
  judgeOn(config).pipe(
    // Of its own: stores that were built for the slots would be taken for these, pool and all.
    Effect.provide(Database.layer({ root, migrate: config.migrate, pool: "monitor" }), { local: true }),
    Effect.catch(({ message }) => Effect.logWarning(`outcomes: ${message}; trying again`)),
    // Nobody waits for this fiber, so a bug that ended it would end judging unseen.
    Effect.catchDefect((defect) => Effect.logError(`outcomes: a bug ended judging, ${String(defect)}; trying again`)),
    Effect.andThen(Effect.sleep(lookMs)),
    Effect.forever
  )

const judgeOn = Effect.fn("judging", { root: true })(function*(config: Config) {
  const look = makeLook(config)
  while (true) {
    // The first look comes when what waited for a worker has had its turn.
    yield* Effect.sleep(lookMs)
    yield* look
  }
})

/** What keeps a look from its work is told again each hour. */
const tellAgainLooks = 120

/** A look at what became of signals, which tells what it found and fails at nothing. */
export const makeLook = (config: Config) => {
  const costs = costsOf(config)
  const own = new Set(config.schedules.map(({ name }) => name))
  const told = new Set<string>()
  let looks = 0
  // Costs are others when a worker begins: two whose costs differ would judge in turns all the time.
  let recost = true
  const tellOnce = (trouble: string, after = "; trying again") =>
    Effect.suspend(() => {
      if (told.has(trouble)) return Effect.void
      told.add(trouble)
      return Effect.logWarning(`outcomes: ${trouble}${after}`)
    })
  const tellAndGoOn = ({ message }: SqlFailure) => Effect.as(tellOnce(message), [])
  const leftAlone = Effect.gen(function*() {
    const before = (yield* (yield* DbClock).now) - othersMs
    const overdue = yield* (yield* OutcomeStore).overdue(before)
    return overdue.map(({ schedule }) => schedule).filter((schedule) => !own.has(schedule))
  })
  const fitting = calibrate((trouble) => tellOnce(trouble)).pipe(
    Effect.catch(tellAndGoOn),
    Effect.catchDefect((defect) => Effect.as(tellOnce(`a bug ended a fit, ${String(defect)}`), []))
  )
  return Effect.gen(function*() {
    const doubts = looks++ % doubtLooks === 0
    if (looks % tellAgainLooks === 0) told.clear()
    const { wake } = yield* DeliveryWake
    const messages = yield* makeMessages(config)
    const { changed, ended, failures, pending, stopped } = yield* judgeOutcomes({
      origin: "LIVE",
      schedules: [...own, ...yield* Effect.catch(leftAlone, tellAndGoOn)],
      costs,
      recost,
      doubts,
      messages
    })
    if (doubts && stopped === null) recost = false
    if (ended.length + changed.length > 0) yield* wake
    yield* Effect.forEach(failures, (failure) => tellOnce(failure, ""))
    if (ended.length > 0) yield* Effect.logInfo(`signals ended: ${reasonsText(ended)}; ${pending} go on`)
    if (changed.length > 0) {
      yield* Effect.logInfo(`signals ended otherwise, since their bars changed: ${reasonsText(changed)}`)
    }
    // What another worker judged, and did not live to fit, is found at a look for doubts.
    const fitted = ended.length > 0 || doubts ? yield* fitting : []
    for (const { fills, kind, reason, schedule } of fitted) {
      yield* Effect.logInfo(`calibration of ${schedule} by ${fills} outcomes is ${kind}: ${reason}`)
    }
    if (stopped !== null) return yield* Effect.failCause(stopped)
  }).pipe(
    Effect.catch(({ message }) => tellOnce(message)),
    // The slots go on, and so may the next look.
    Effect.catchDefect((defect) => tellOnce(`a bug ended a look, ${String(defect)}`))
  )
}

/** What tells of those that ended, or ended otherwise; only live ones are told of. */
const makeMessages = Effect.fnUntraced(function*(config: Config) {
  const clock = yield* DbClock
  const services = yield* Effect.context<Destinations | MuteStore | SignalStore | ToldStore>()
  return (news: ReadonlyArray<OutcomeNews>) =>
    Effect.flatMap(clock.now, (at) => Effect.provide(outcomeMessages(config, news, at), services))
})

/** What became of the signals of these schedules by now, for those who wait for it, in a line. */
export const judgeNow = Effect.fn("judgeNow")(function*(config: Config, watches: ReadonlyArray<Watch>, origin: Origin) {
  const schedules = watches.map(({ schedule }) => schedule.name)
  const { changed, ended, failures, pending, stopped } = yield* judgeOutcomes({
    origin,
    schedules,
    costs: costsOf(config),
    doubts: true,
    ...origin === "LIVE" ? { messages: yield* makeMessages(config) } : {}
  })
  if (stopped !== null) return yield* Effect.failCause(stopped)
  const unfitted: Array<string> = []
  const tell = (trouble: string) => Effect.sync(() => void unfitted.push(trouble))
  yield* origin === "LIVE" ? calibrate(tell) : calibrateReplay(origin, schedules, tell)
  return [
    `outcomes: ${ended.length === 0 ? "none is new" : reasonsText(ended)}`,
    ...changed.length === 0 ? [] : [`${changed.length} are others than before`],
    `${pending} pending`,
    ...failures.length === 0 ? [] : [`${failures.length} could not be judged, stored or told: ${failures[0]}`],
    ...unfitted
  ].join("; ")
})
