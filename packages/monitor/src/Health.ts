/**
 * Whether all is well: one line a check, in the order in which one would look.
 *
 * Of the database, its disk and clock, the worker, the slots, bars and calendars of each schedule, messages and destinations.
 */
import { clockSkew, warnSkewMs } from "@dgas/db/ClockSkew"
import * as Database from "@dgas/db/Database"
import { DbClock } from "@dgas/db/DbClock"
import { DestinationStore } from "@dgas/db/DestinationStore"
import { type DiskLeft, diskLeft, diskText, isLow } from "@dgas/db/DiskSpace"
import { HealthStore } from "@dgas/db/HealthStore"
import { readMigrations } from "@dgas/db/Migrator"
import { restoredMessages } from "@dgas/db/OutboxRelease"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotHistory } from "@dgas/db/SlotHistory"
import type { Config } from "@dgas/domain/Config"
import { durationText, timeText } from "@dgas/domain/TimeText"
import type { Watch } from "@dgas/engine/Watch"
import { workerView } from "@dgas/engine/WorkerView"
import * as Effect from "effect/Effect"
import { type Check, check } from "./Check.ts"
import { bars, calendars, runs, slots } from "./ScheduleHealth.ts"

const longestWaitMs = 5 * 60_000

/** The page that is left when the database cannot be asked. */
export const unreachable = (reason: string): ReadonlyArray<Check> => [check("database", "", false, reason)]

/** Of the disk that an embedded database is on; null where the operating system does not tell. */
export const diskCheck = (left: DiskLeft | null): Check =>
  left === null
    ? check("disk", "", true, "how much space is left is not known")
    : check(
      "disk",
      "",
      !isLow(left),
      `${diskText(left)}${isLow(left) ? ", expected 1 GB and 5 %" : ""}`,
      left.bytesLeft,
      "bytes"
    )

/** None for a database that is elsewhere: its disk is not this machine's. */
const disk = Effect.fnUntraced(function*(root: string) {
  const folder = yield* Database.dataFolder(root)
  return folder === null ? [] : [diskCheck(yield* diskLeft(folder))]
})

const clocks = Effect.map(clockSkew(), (skew) =>
  check(
    "clocks",
    "",
    Math.abs(skew) <= warnSkewMs,
    Math.abs(skew) < 100
      ? "those of this machine and the database agree"
      : `this machine is ${durationText(Math.abs(skew))} ${skew < 0 ? "ahead of" : "behind"} the database`,
    Math.round(skew),
    "ms"
  ))

const worker = Effect.fnUntraced(function*(now: number, at: (instant: number) => string) {
  const state = yield* (yield* SchedulerStateStore).read
  const view = workerView(state, yield* (yield* SlotHistory).held, now)
  const told = (ok: boolean, found: string) => check("worker", "", ok, found, now - state.updatedAt, "ms")
  const next = state.nextScheduledRun === null ? "" : `, next slot at ${at(state.nextScheduledRun)}`
  switch (view.kind) {
    case "none":
      return told(false, "no worker has run on this database yet")
    case "idle":
      return told(true, `idle, heard of ${durationText(now - view.at)} ago${next}`)
    case "running":
      return told(true, `at work on ${state.currentRunId ?? "a slot"}, heard of ${durationText(now - view.at)} ago`)
    case "stopped":
      return told(false, `stopped at ${at(view.at)}, nobody runs slots`)
    case "error":
      return told(false, `error at ${at(view.at)}: ${view.message}`)
    case "silent":
      return told(false, `not heard of since ${at(view.at)}, so it was killed or cannot reach the database`)
    case "died":
      return told(false, `worker died at ${state.currentRunId ?? "a slot"}, lease ran out at ${at(view.leaseUntil)}`)
  }
})

const messages = Effect.fnUntraced(function*(now: number) {
  const { count, dueSince } = yield* (yield* HealthStore).waiting
  const age = dueSince === null ? 0 : now - dueSince
  const found = dueSince === null ? "none waits" : `${count} wait, the oldest for ${durationText(age)}`
  return check("messages", "", age <= longestWaitMs, found, count, "messages")
})

const restored = Effect.map(restoredMessages, (count) =>
  check(
    "restored",
    "",
    count === 0,
    count === 0 ? "no message is held" : `${count} held since a restore: bun run db:release lets them go out`,
    count,
    "messages"
  ))

/** Those of the configuration that a message was tried for. */
const destinations = Effect.fnUntraced(function*(names: ReadonlyArray<string>, now: number) {
  const known = yield* (yield* DestinationStore).list
  return known.filter(({ name }) => names.includes(name)).map(({ dead, failingSince, name, reason, state, waiting }) =>
    check(
      "destination",
      name,
      state === "well" && dead === 0,
      `${state}${failingSince === null ? "" : ` for ${durationText(now - failingSince)}`}${
        reason === null ? "" : `: ${reason}`
      }; ${waiting} wait${dead === 0 ? "" : `, ${dead} refused for good in 24 h: bun run report deliveries --failed`}`,
      waiting,
      "messages"
    )
  )
})

/** Every check of the schedules in `watches`, in the order in which one would look. `root` is the folder of the project. */
export const healthChecks = Effect.fn("healthChecks")(function*(
  watches: ReadonlyArray<Watch>,
  { destinations: named, timeZone: zone }: Pick<Config, "destinations" | "timeZone">,
  root: string
) {
  const at = (instant: number) => `${timeText(instant, zone)} ${zone}`
  const now = yield* (yield* DbClock).now
  const universes = Map.groupBy(watches, ({ base, schedule }) => `${schedule.universe} ${base}`)
  const nextOf = ({ settleMs, tradingGrid }: Watch) => at(tradingGrid.nextClose(now - settleMs))
  return [
    check("database", "", true, `answers, schema ${readMigrations().at(-1)?.version ?? "none"}`),
    ...yield* disk(root),
    yield* clocks,
    yield* worker(now, at),
    ...yield* Effect.forEach(watches, (watch) => runs(watch, nextOf(watch), at)),
    ...yield* Effect.forEach(watches, (watch) => slots(watch, now, at)),
    yield* messages(now),
    yield* restored,
    ...yield* destinations(Object.keys(named), now),
    ...(yield* Effect.forEach([...universes.values()], (group) => bars(group, now, at))).flat(),
    ...calendars(watches, now)
  ]
})
