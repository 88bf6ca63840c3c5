/** One slot an ISO week of session dates: from the open of its first session to the close of its last. */
import type { Grid } from "@dgas/domain/Instrument"
import type { BarGrid, Slot } from "../BarGrid.ts"
import type { Session, TradingCalendar } from "../TradingCalendar.ts"
import { utcDate } from "./DayGrid.ts"

const day = 86_400_000
/** 1969-12-29, the Monday of the epoch's week. */
const firstMonday = -3 * day

/** Midnight UTC of the Monday of the ISO week that holds the UTC date of `instant`. */
const mondayOf = (instant: number) => firstMonday + Math.floor((instant - firstMonday) / (7 * day)) * 7 * day

const midnightOf = (session: Session) => Date.parse(`${session.date}T00:00:00Z`)

interface Week {
  readonly slot: Slot
  readonly monday: number
  /** Midnight UTC of the first session's date. */
  readonly firstDate: number
}

export const makeWeekGrid = (calendar: TradingCalendar, cut: Grid): BarGrid => {
  let held: { readonly monday: number; readonly week: Week | undefined } | undefined

  /** Undefined for a week without sessions. */
  const weekOf = (monday: number): Week | undefined => {
    if (held !== undefined && held.monday === monday) return held.week
    const sessions: Array<Session> = []
    for (let at = monday; at < monday + 7 * day; at += day) {
      const session = calendar.sessionOn(utcDate(at))
      if (session !== undefined) sessions.push(session)
    }
    const first = sessions[0]
    const last = sessions.at(-1)
    const week = first === undefined || last === undefined ? undefined : {
      slot: { openTime: first.open, closeTime: last.close },
      monday,
      firstDate: midnightOf(first)
    }
    held = { monday, week }
    return week
  }

  /** The week of the session at `instant`, which on a Sunday evening is the next one; between sessions that of the date. */
  const weekAt = (instant: number): Week | undefined => {
    const slot = held?.week?.slot
    if (slot !== undefined && instant >= slot.openTime && instant < slot.closeTime) return held?.week
    const session = calendar.sessionAt(instant)
    return weekOf(mondayOf(session === undefined ? instant : midnightOf(session)))
  }

  const nextClose = (instant: number): number => {
    for (let monday = mondayOf(instant);; monday += 7 * day) {
      const week = weekOf(monday)
      if (week !== undefined && week.slot.closeTime > instant) return week.slot.closeTime
    }
  }

  return {
    timeframe: "1w",
    calendar,
    cut,
    slotAt: (instant) => {
      const slot = weekAt(instant)?.slot
      return slot !== undefined && instant >= slot.openTime && instant < slot.closeTime ? slot : undefined
    },
    slotOf: (label) => {
      const week = weekAt(label)
      if (week === undefined) return undefined
      return label === week.slot.openTime || label === week.monday || label === week.firstDate ? week.slot : undefined
    },
    closes: (from, to) => {
      const closes: Array<number> = []
      for (let monday = mondayOf(from); monday < to; monday += 7 * day) {
        const close = weekOf(monday)?.slot.closeTime
        if (close !== undefined && close > from && close <= to) closes.push(close)
      }
      return closes
    },
    nextClose,
    outside: (label) => weekAt(label) === undefined
  }
}
