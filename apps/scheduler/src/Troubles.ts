/** What can be wrong with the system, as far as the database and this machine tell. */
import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { clockSkew, refuseSkewMs, warnSkewMs } from "@dgas/db/ClockSkew"
import * as Database from "@dgas/db/Database"
import { type DestinationHealth, DestinationStore } from "@dgas/db/DestinationStore"
import { diskWarning } from "@dgas/db/DiskSpace"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { RunStore } from "@dgas/db/RunStore"
import { SlotHistory } from "@dgas/db/SlotHistory"
import type { SlaConfig } from "@dgas/domain/SlaConfig"
import { durationText, isoText, timeText } from "@dgas/domain/TimeText"
import type { Watch } from "@dgas/engine/Watch"
import { type degradedLooks, newestFills } from "@dgas/monitor/Degraded"
import { performanceOf } from "@dgas/monitor/Performance"
import { promiseText } from "@dgas/monitor/SlaText"
import * as Effect from "effect/Effect"
import { hostname } from "node:os"
import { skewText } from "./SkewGuard.ts"

/** One of a name is told once while it goes on. `again`: and each day. `about` is a destination that cannot be told of it. */
export interface Trouble {
  readonly name: string
  readonly severity: "warning" | "critical"
  readonly title: string
  readonly lines: ReadonlyArray<string>
  readonly about: string | null
  readonly again: boolean
}

const hour = 3_600_000
const day = 24 * hour
const longestWaitMs = 5 * 60_000

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`

const ofDestination = (found: DestinationHealth, now: number, zone: string): ReadonlyArray<Trouble> => {
  const { channel, dead, disabledAt, failingSince, lastSuccessAt, name, newestDeadAt, oldestDueSince, reason } = found
  const { state, waiting } = found
  const at = (instant: number) => `${timeText(instant, zone)} ${zone}`
  const lines = [
    ...reason === null ? [] : [`its last answer: ${reason}`],
    `${many(waiting, "message")} kept for it; see them: bun run report deliveries --destination ${name}`
  ]
  const trouble = (
    what: string,
    severity: Trouble["severity"],
    title: string,
    more: ReadonlyArray<string> = lines
  ) => ({
    name: `destination/${name}/${what}`,
    severity,
    title,
    lines: more,
    about: name,
    again: false
  })
  // What was disabled at once, by 410, is told of once.
  const failingMs = failingSince === null ? 0 : (disabledAt ?? now) - failingSince
  return [
    ...state === "disabled" && disabledAt !== null
      ? [
        trouble("disabled", "critical", `${channel} ${name} was disabled at ${at(disabledAt)}, nothing is sent to it`, [
          ...lines,
          `once it is mended: bun run report notify enable ${name}`
        ])
      ]
      : [],
    ...failingMs >= hour && failingSince !== null
      ? [trouble("1h", "warning", `${channel} ${name} has taken nothing since ${at(failingSince)}`)]
      : [],
    ...failingMs >= day && failingSince !== null
      ? [trouble("24h", "critical", `${channel} ${name} has taken nothing for a day, since ${at(failingSince)}`)]
      : [],
    ...newestDeadAt === null ? [] : [{
      // By the hour, so that many of them are not as many alarms.
      ...trouble(
        `dead/${isoText(newestDeadAt).slice(0, 13)}`,
        "critical",
        `${channel} ${name} refused ${many(dead, "message")} for good in the last 24 hours`,
        [`see them: bun run report deliveries --failed --destination ${name}; send one again: bun run report deliveries replay ID`]
      )
    }],
    // A backlog that goes out by its rate is none.
    ...state === "well" && oldestDueSince !== null && now - oldestDueSince > longestWaitMs &&
        now - (lastSuccessAt ?? 0) > longestWaitMs
      ? [{
        ...trouble(
          "waiting",
          "critical",
          `a message to ${channel} ${name} waits for ${durationText(now - oldestDueSince)}, expected at most 5 min`
        ),
        again: true
      }]
      : []
  ]
}

/** Whom no process at work tells, though messages wait for them. */
const forgotten = ({ channel, name, seenAt, waiting }: DestinationHealth, now: number): ReadonlyArray<Trouble> =>
  waiting === 0 || now - seenAt < hour ? [] : [{
    name: `destination/${name}/unknown`,
    severity: "warning",
    title: `${many(waiting, "message")} to ${channel} ${name} will expire: no configuration has it any more`,
    lines: [`see them: bun run report deliveries --destination ${name}`],
    about: name,
    again: false
  }]

/** `names` are those of the configuration. */
export const deliveryTroubles = Effect.fnUntraced(function*(names: ReadonlySet<string>, now: number, zone: string) {
  const found = yield* (yield* DestinationStore).list
  return found.flatMap((one) => names.has(one.name) ? ofDestination(one, now, zone) : forgotten(one, now))
})

export const slotTroubles = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>, now: number, zone: string) {
  const names = new Set(watches.map(({ schedule }) => schedule.name))
  const counts = yield* (yield* SlotHistory).tally({ since: now - day, state: "missed" })
  return counts.filter(({ schedule }) => names.has(schedule)).map(({ count, latest, reason, schedule }): Trouble => ({
    // By the hour, so that closes of each minute are not an alarm each.
    name: `missed/${schedule}/${reason ?? "unknown"}/${isoText(latest).slice(0, 13)}`,
    severity: "warning",
    title: `${schedule} missed ${many(count, "bar close")} in the last 24 hours (${
      reason ?? "unknown"
    }), the latest at ${timeText(latest, zone)} ${zone}`,
    lines: [`see them: bun run report slots --schedule ${schedule} --state missed`],
    about: null,
    again: false
  }))
})

/** Of schedules that found no bar at their last two closes. */
export const providerTroubles = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>, zone: string) {
  const runs = yield* RunStore
  const found = yield* Effect.forEach(
    watches,
    ({ schedule: { name }, universe: { source } }) =>
      Effect.map(runs.recent({ schedule: name, limit: 2 }), (latest): ReadonlyArray<Trouble> => {
        const [last, before] = latest
        if (last?.status !== "FAILED" || before?.status !== "FAILED") return []
        return [{
          name: `provider/${name}`,
          severity: "critical",
          title: `${name} had no data at its last two bar closes, the latest at ${timeText(last.slotAt, zone)} ${zone}`,
          lines: [`source ${source}: ${last.errors.join("; ") || "no symbol had a bar"}`],
          about: null,
          again: true
        }]
      })
  )
  return found.flat()
})

/** Told once while it is so: the window is long, and it takes long until it is over. */
export const slaTroubles = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>, now: number, sla: SlaConfig) {
  const found = yield* performanceOf(watches, { since: now - sla.windowDays * day, until: now }, sla, false)
  return found.flatMap(({ promises, schedule }) =>
    promises.filter(({ kept }) => kept === false).map((broken): Trouble => ({
      name: `sla/${schedule}/${broken.promise.replaceAll(" ", "-")}`,
      severity: "warning",
      title: `${schedule} has not kept its ${broken.promise} of the last ${sla.windowDays} days: ${
        promiseText(broken)
      }`,
      lines: ["see it: bun run report performance"],
      about: null,
      again: false
    }))
  )
})

/** Of schedules whose signals came good otherwise than their odds had said. Told once while it is so. */
export const calibrationTroubles = Effect.fnUntraced(function*(
  watches: ReadonlyArray<Watch>,
  degraded: ReturnType<typeof degradedLooks>
) {
  const store = yield* CalibrationStore
  const found = yield* Effect.forEach(
    watches,
    ({ schedule: { name } }) =>
      Effect.map(store.given({ origin: "LIVE", schedule: name }, newestFills), (given): ReadonlyArray<Trouble> => {
        const found = degraded(name, given)
        return found === null ? [] : [{
          name: `calibration/${name}`,
          severity: "warning",
          title: `${name}: calibration degraded, the odds of its last ${found.fills} fills were worse than promised`,
          lines: [...found.signs, `see them: bun run report calibration --schedule ${name}`],
          about: null,
          again: false
        }]
      })
  )
  return found.flat()
})

/** Of schedules whose slots went on while nobody looked at what became of their signals. */
export const outcomeTroubles = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>, now: number, zone: string) {
  const names = new Set(watches.map(({ schedule }) => schedule.name))
  const overdue = yield* (yield* OutcomeStore).overdue(now - hour)
  return overdue.filter(({ schedule }) => names.has(schedule)).map(({ count, schedule, since }): Trouble => ({
    name: `outcomes/${schedule}`,
    severity: "warning",
    title: `${schedule}: nobody has looked for an hour at what became of ${many(count, "signal")}, the oldest as of ${
      timeText(since, zone)
    } ${zone}`,
    lines: ["lines of the worker that begin with outcomes say why; see them: bun run report outcomes --status PENDING"],
    about: null,
    again: true
  }))
})

export const skewTrouble = Effect.map(
  clockSkew(),
  (skew): ReadonlyArray<Trouble> =>
    Math.abs(skew) <= warnSkewMs ? [] : [{
      // Two names: whoever was told of the one was not told that slots are not run any more.
      ...Math.abs(skew) > refuseSkewMs
        ? { name: `skew/${hostname()}/refused`, severity: "critical", lines: ["no slot is run there until then"] }
        : { name: `skew/${hostname()}`, severity: "warning", lines: [] },
      title: `on ${hostname()} ${skewText(skew)}`,
      about: null,
      again: true
    }]
)

/** Of the disk of an embedded database. */
export const diskTrouble = Effect.fnUntraced(function*(root: string) {
  const folder = yield* Database.dataFolder(root)
  const warning = folder === null ? null : yield* diskWarning(folder)
  const troubles: ReadonlyArray<Trouble> = warning === null ? [] : [{
    name: `disk/${hostname()}`,
    severity: "critical",
    title: `on ${hostname()} ${warning}`,
    lines: [],
    about: null,
    again: true
  }]
  return troubles
})
