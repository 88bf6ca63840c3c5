/**
 * `report slots`: what became of each bar close: how many came to which end, the newest ones, and for one schedule also
 * those that are due and that nobody has run.
 */
import { DbClock } from "@dgas/db/DbClock"
import { SlotHistory, type SlotRecord, type SlotTally } from "@dgas/db/SlotHistory"
import type { Config } from "@dgas/domain/Config"
import type { SlotState } from "@dgas/domain/Slot"
import { durationText, isoText, timeText } from "@dgas/domain/TimeText"
import { owedSlots } from "@dgas/engine/OwedSlots"
import { watchesOf } from "@dgas/engine/Watches"
import { disclaimer } from "@dgas/notify/SignalTable"
import { left, render, right, terminalWidth } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, csvText, type Format } from "../Rows.ts"
import { emptyText, type OriginFlag, originOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly schedule: Option.Option<string>
  readonly state: Option.Option<SlotState>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
}

/** How long after its bar a live slot came to its end by a run, in ms; null for the others. */
const endedAfter = ({ origin, slotAt, state, updatedAt }: SlotRecord): number | null =>
  origin === "LIVE" && state !== "running" && state !== "missed" ? updatedAt - slotAt : null

const columns: ReadonlyArray<Column<SlotRecord>> = [
  { name: "slotAt", value: (slot) => isoText(slot.slotAt) },
  { name: "schedule", value: (slot) => slot.schedule },
  { name: "origin", value: (slot) => slot.origin },
  { name: "state", value: (slot) => slot.state },
  { name: "reason", value: (slot) => slot.reason },
  { name: "owner", value: (slot) => slot.owner },
  { name: "fence", value: (slot) => slot.fence },
  { name: "endedAfterMs", value: endedAfter },
  { name: "lateMs", value: (slot) => slot.lateMs },
  { name: "leaseUntil", value: (slot) => slot.state === "running" ? isoText(slot.leaseUntil) : null },
  { name: "updatedAt", value: (slot) => isoText(slot.updatedAt) }
]

/** What is due of the schedule asked for; null when it is not one of the configuration, or none was asked for. */
interface Owed {
  readonly schedule: string
  readonly due: ReadonlyArray<number>
  readonly tooOld: ReadonlyArray<number>
}

interface Found {
  readonly counts: ReadonlyArray<SlotTally>
  readonly recent: ReadonlyArray<SlotRecord>
  readonly owed: Owed | null
  readonly now: number
}

const owedOf = Effect.fnUntraced(function*(config: Config, name: Option.Option<string>, now: number) {
  const [watch] = yield* watchesOf(config, config.schedules.filter((one) => Option.contains(name, one.name)))
  if (watch === undefined) return null
  return { schedule: watch.schedule.name, ...yield* owedSlots(watch, now) } satisfies Owed
})

const lateness = (slot: SlotRecord, now: number, zone: string): string => {
  if (slot.state === "running") {
    return slot.leaseUntil > now
      ? `held for ${durationText(slot.leaseUntil - now)} more`
      : `its worker died, lease ran out at ${timeText(slot.leaseUntil, zone)}`
  }
  const after = endedAfter(slot)
  return [
    ...after === null ? [] : [`${durationText(Math.max(0, after))} after the close`],
    ...slot.lateMs === null ? [] : [`late by ${durationText(slot.lateMs)}`]
  ].join(", ")
}

const owedText = ({ due, schedule, tooOld }: Owed, now: number, zone: string): string => {
  const shown = due.slice(0, 5).map((slotAt) => timeText(slotAt, zone)).join(", ")
  const oldest = due[0] === undefined
    ? `${schedule} owes nothing.`
    : `${schedule} owes ${due.length}, the oldest for ${durationText(now - due[0])}: ${shown}${
      due.length > 5 ? " and later" : ""
    } ${zone}.`
  return tooOld.length === 0 ? oldest : `${oldest} ${tooOld.length} more are too old to be run.`
}

const page = ({ counts, now, owed, recent }: Found, flags: Flags, zone: string): string =>
  [
    counts.length === 0 ? emptyText("slots", flags.origin) : render(
      [
        left("schedule"),
        left("origin"),
        left("state"),
        left("reason"),
        right("slots"),
        left(`latest bar close (${zone})`)
      ],
      counts.map((one) => [
        one.schedule,
        one.origin,
        one.state,
        one.reason ?? "",
        String(one.count),
        timeText(one.latest, zone)
      ]),
      terminalWidth()
    ),
    ...recent.length === 0 ? [] : [render(
      [left(`bar close (${zone})`), left("schedule"), left("state"), left("reason"), left("owner"), left("lateness")],
      recent.map((slot) => [
        timeText(slot.slotAt, zone),
        slot.schedule,
        slot.state,
        slot.reason ?? "",
        slot.owner,
        lateness(slot, now, zone)
      ]),
      terminalWidth()
    )],
    ...owed === null ? [] : [owedText(owed, now, zone)],
    disclaimer
  ].join("\n\n")

const asJson = ({ counts, owed, recent }: Found) => ({
  counts: counts.map((one) => ({ ...one, latest: isoText(one.latest) })),
  slots: recent.map((slot) => Object.fromEntries(columns.map(({ name, value }) => [name, value(slot)]))),
  owed: owed === null
    ? null
    : { ...owed, due: owed.due.map(isoText), tooOld: owed.tooOld.map(isoText) }
})

export const slots = (flags: Flags) =>
  withStore(flags, (zone, since, config) =>
    Effect.gen(function*() {
      const history = yield* SlotHistory
      const filter = {
        origin: originOf(flags.origin),
        ...Option.match(flags.state, { onNone: () => ({}), onSome: (state) => ({ state }) }),
        ...Option.match(flags.schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
        ...since
      }
      const now = yield* (yield* DbClock).now
      const found: Found = {
        counts: yield* history.tally(filter),
        recent: yield* history.recent({ ...filter, limit: flags.limit }),
        owed: yield* owedOf(config, flags.schedule, now),
        now
      }
      yield* Console.log(
        flags.format === "json"
          ? JSON.stringify(asJson(found), null, 2)
          : flags.format === "csv"
          ? csvText(columns, found.recent)
          : page(found, flags, zone)
      )
    }))
