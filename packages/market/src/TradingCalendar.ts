/**
 * When a market trades: its sessions, as instants.
 *
 * A calendar answers for the years it knows and for no others: a question outside them throws
 * `CalendarOutOfSpan`, since a guessed session would become a guessed bar. All instants are epoch milliseconds.
 */
import type { CalendarName } from "@dgas/domain/Instrument"
import { makeAlwaysOpen } from "./TradingCalendar/AlwaysOpen.ts"
import { makeNewYork } from "./TradingCalendar/NewYork.ts"

export { CalendarOutOfSpan } from "./TradingCalendar/CalendarOutOfSpan.ts"

/** One trading day. `date` is the exchange's own; `close` is exclusive. */
export interface Session {
  readonly date: string
  readonly open: number
  readonly close: number
}

export interface TradingCalendar {
  readonly name: CalendarName
  /** IANA zone of the exchange. */
  readonly zone: string
  /** Whether the calendar knows the year of `instant`. */
  readonly covers: (instant: number) => boolean
  /** The session that `instant` lies in. */
  readonly sessionAt: (instant: number) => Session | undefined
  /** The session of a date `YYYY-MM-DD` of the exchange; undefined for text that is no date. */
  readonly sessionOn: (date: string) => Session | undefined
  /** The first session that opens after `instant`. */
  readonly nextSession: (instant: number) => Session
  /** The last session that closed at or before `instant`. */
  readonly previousSession: (instant: number) => Session
  /** Sessions with some trading in [from, to), ascending. */
  readonly sessions: (from: number, to: number) => ReadonlyArray<Session>
}

const calendars: Partial<Record<CalendarName, TradingCalendar>> = {}

/** The calendar of that name, made on first use and shared. */
export const calendarOf = (name: CalendarName): TradingCalendar =>
  calendars[name] ??= name === "24/7" ? makeAlwaysOpen() : makeNewYork()
