/**
 * Whether the slots of schedules are run, and whether their bars come and their calendars go on.
 *
 * What one cannot be sure of is no alarm: a run that failed is told, and is wrong when the next one fails too; a bar that was
 * just due may still be read.
 */
import { HealthStore } from "@dgas/db/HealthStore"
import { RunStore } from "@dgas/db/RunStore"
import { SlotHistory, type SlotTally } from "@dgas/db/SlotHistory"
import { lastClose, owedSlots } from "@dgas/engine/OwedSlots"
import { lateness } from "@dgas/engine/RunRow"
import type { Watch } from "@dgas/engine/Watch"
import { alarmDays, daysLeft } from "@dgas/market/CalendarSpan"
import * as Effect from "effect/Effect"
import { type Check, check } from "./Check.ts"

const day = 86_400_000

/** Each symbol may have a reason of its own: the first one of them fits a line. */
const reasonText = ([first, ...others]: ReadonlyArray<string>): string =>
  `${first ?? "no symbol had a bar"}${others.length === 0 ? "" : `, and ${others.length} more in report runs`}`

export const runs = Effect.fnUntraced(
  function*({ schedule: { name } }: Watch, next: string, at: (instant: number) => string) {
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
  }
)

const tallyText = (counts: ReadonlyArray<SlotTally>): string => {
  const ended = counts.filter(({ state }) => state !== "running")
  return ended.length === 0 ?
    "none" :
    ended.map(({ count, reason, state }) => `${count} ${state}${reason === null ? "" : ` (${reason})`}`).join(", ")
}

export const slots = Effect.fnUntraced(function*(watch: Watch, now: number, at: (instant: number) => string) {
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

/** The newest bar of a universe against the closes of its schedules. */
export const bars = Effect.fnUntraced(
  function*(watches: ReadonlyArray<Watch>, now: number, at: (instant: number) => string) {
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
  }
)

export const calendars = (watches: ReadonlyArray<Watch>, now: number): ReadonlyArray<Check> =>
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
