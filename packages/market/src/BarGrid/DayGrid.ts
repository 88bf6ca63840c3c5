/** One slot a session. */
import type { Grid } from "@dgas/domain/Instrument"
import type { BarGrid, Slot } from "../BarGrid.ts"
import type { Session, TradingCalendar } from "../TradingCalendar.ts"

const day = 86_400_000

/** The UTC date of an instant, `YYYY-MM-DD`. */
export const utcDate = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

export const makeDayGrid = (calendar: TradingCalendar, cut: Grid): BarGrid => {
  let slot: Slot = { openTime: 0, closeTime: 0 }

  const hold = (session: Session | undefined): Slot | undefined => {
    if (session === undefined) return undefined
    if (session.open !== slot.openTime || session.close !== slot.closeTime) {
      slot = { openTime: session.open, closeTime: session.close }
    }
    return slot
  }

  const slotAt = (instant: number): Slot | undefined =>
    instant >= slot.openTime && instant < slot.closeTime ? slot : hold(calendar.sessionAt(instant))

  return {
    timeframe: "1d",
    calendar,
    cut,
    slotAt,
    slotOf: (label) => {
      const found = slotAt(label)
      if (found !== undefined && found.openTime === label) return found
      return label % day === 0 ? hold(calendar.sessionOn(utcDate(label))) : undefined
    },
    closes: (from, to) =>
      calendar.sessions(from, to).map((session) => session.close).filter((close) => close > from && close <= to),
    nextClose: (instant) => (calendar.sessionAt(instant) ?? calendar.nextSession(instant)).close,
    outside: (label) => calendar.sessionAt(label) === undefined && calendar.sessionOn(utcDate(label)) === undefined
  }
}
