/**
 * Whether slots are run, messages leave and bars come: one line a check, each with what was found.
 *
 * What one cannot be sure of is no alarm: a run that failed is told, and is wrong when the next one fails too.
 */
import { clockSkew, warnSkewMs } from "@dgas/db/ClockSkew"
import * as Database from "@dgas/db/Database"
import { DbClock } from "@dgas/db/DbClock"
import { DestinationStore } from "@dgas/db/DestinationStore"
import { type DiskLeft, diskLeft, diskText, isLow } from "@dgas/db/DiskSpace"
import { HealthStore } from "@dgas/db/HealthStore"
import { readMigrations } from "@dgas/db/Migrator"
import { restoredMessages } from "@dgas/db/OutboxRelease"
import { RunStore } from "@dgas/db/RunStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotHistory, type SlotTally } from "@dgas/db/SlotHistory"
import type { Config } from "@dgas/domain/Config"
import { durationText, timeText } from "@dgas/domain/TimeText"
import { lastClose, owedSlots } from "@dgas/engine/OwedSlots"
import { lateness } from "@dgas/engine/RunRow"
import type { Watch } from "@dgas/engine/Watch"
import { workerView } from "@dgas/engine/WorkerView"
import { alarmDays, daysLeft } from "@dgas/market/CalendarSpan"
import * as Effect from "effect/Effect"

/** `value` is the number that the check is about, in `unit`; null where there is none. */
export interface Check {
  readonly check:
    | "database"
    | "disk"
    | "clocks"
    | "worker"
    | "runs"
    | "slots"
    | "messages"
    | "restored"
    | "destination"
    | "bars"
    | "calendar"
  /** What it is about: a schedule, a universe, a calendar; empty where there is one only. */
  readonly subject: string
  readonly ok: boolean
  readonly found: string
  readonly value: number | null
  readonly unit: "ms" | "days" | "bytes" | "slots" | "messages" | ""
}

const day = 86_400_000
const longestWaitMs = 5 * 60_000

const check = (
  name: Check["check"],
  subject: string,
  ok: boolean,
  found: string,
  value: number | null = null,
  unit: Check["unit"] = ""
): Check => ({ check: name, subject, ok, found, value, unit })

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

/** Each symbol may have a reason of its own: the first one of them fits a line. */
const reasonText = ([first, ...others]: ReadonlyArray<string>): string =>
  `${first ?? "no symbol had a bar"}${others.length === 0 ? "" : `, and ${others.length} more in report runs`}`

const runs = Effect.fnUntraced(function*({ schedule: { name } }: Watch, next: string, at: (instant: number) => string) {
  const [last, before] = yield* (yield* RunStore).recent({ schedule: name, limit: 2 })
  if (last === undefined) return check("runs", name, true, `none yet, next close ${next}`)
  const failed = last.status === "FAILED" ? `: ${reasonText(last.errors)}` : ""
  return check(
    "runs",
    name,
    last.status !== "FAILED" || before?.status !== "FAILED",
    `${last.status} at ${
      at(last.slotAt)
    } with ${last.symbolsProcessed} of ${last.symbolsRequested} symbols${failed}; ` +
      `next close ${next}`
  )
})

const tallyText = (counts: ReadonlyArray<SlotTally>): string => {
  const ended = counts.filter(({ state }) => state !== "running")
  return ended.length === 0 ?
    "none" :
    ended.map(({ count, reason, state }) => `${count} ${state}${reason === null ? "" : ` (${reason})`}`).join(", ")
}

const slots = Effect.fnUntraced(function*(watch: Watch, now: number, at: (instant: number) => string) {
  const { name } = watch.schedule
  const { due, tooOld } = yield* owedSlots(watch, now)
  const counts = yield* (yield* SlotHistory).tally({ schedule: name, since: now - day })
  const [oldest] = due
  const late = oldest !== undefined && lateness(watch, oldest, "LIVE", now) !== null
  const owed = oldest === undefined ? "nothing owed" : `${due.length} owed since ${at(oldest)}`
  return check(
    "slots",
    name,
    !late && tooOld.length === 0 && counts.every(({ state }) => state !== "missed"),
    `${owed}${tooOld.length === 0 ? "" : `, ${tooOld.length} too old to be run`}; in 24 h ${tallyText(counts)}`,
    due.length,
    "slots"
  )
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

/** The newest bar of a universe against the closes of its schedules: one that was just due may still be read. */
const bars = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>, now: number, at: (instant: number) => string) {
  const [first] = watches
  if (first === undefined) return []
  const { base, schedule, universe } = first
  const due = watches.flatMap((watch) => {
    const expected = lastClose(watch, now - watch.settleMs)
    return expected === null ? [] : [{ expected, least: lastClose(watch, expected - 1) ?? expected }]
  })
  const symbols = universe.instruments.map(({ symbol }) => symbol)
  const found = yield* (yield* HealthStore).lastBars(universe.source, symbols, base)
  const closes = found.flatMap(({ closeTime }) => closeTime === null ? [] : [closeTime])
  const newest = Math.max(...closes)
  const expected = Math.max(...due.map((one) => one.expected))
  const subject = `${schedule.universe} ${base}`
  if (due.length === 0) return [check("bars", subject, true, "none is expected yet")]
  if (closes.length === 0) return [check("bars", subject, false, `none stored, expected one of ${at(expected)}`)]
  const current = closes.filter((close) => close === newest).length
  return [check(
    "bars",
    subject,
    newest >= Math.max(...due.map(({ least }) => least)),
    `the last closed ${at(newest)}, that of ${current} of ${symbols.length} symbols; expected one of ${at(expected)}`,
    now - newest,
    "ms"
  )]
})

const calendars = (watches: ReadonlyArray<Watch>, now: number): ReadonlyArray<Check> =>
  [...new Map(watches.map(({ tradingGrid }) => [tradingGrid.calendar.name, tradingGrid.calendar])).values()].map(
    (calendar) => {
      const days = daysLeft(calendar, now)
      const found = days === null ?
        "known without an end" :
        `known for ${days} more days${days < alarmDays ? ", update dgas" : ""}`
      return check(
        "calendar",
        calendar.name,
        days === null || days >= alarmDays,
        found,
        days,
        days === null ? "" : "days"
      )
    }
  )

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
