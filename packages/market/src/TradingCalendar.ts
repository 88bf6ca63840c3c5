/**
 * When a market trades: its sessions, as instants.
 *
 * A calendar answers for the years it knows and for no others: a question outside them throws
 * `CalendarOutOfSpan`, since a guessed session would become a guessed bar. All instants are epoch milliseconds.
 */
import { type CalendarOverrides, noOverrides } from "@dgas/domain/CalendarOverrides"
import type { Config } from "@dgas/domain/Config"
import { foundText } from "@dgas/domain/ConfigMistakes"
import { CalendarName } from "@dgas/domain/Instrument"
import { makeAlwaysOpen } from "./TradingCalendar/AlwaysOpen.ts"
import { currencies, weekdays } from "./TradingCalendar/AroundTheClock.ts"
import { CalendarOverrideInvalid } from "./TradingCalendar/CalendarOverrideInvalid.ts"
import type { CalendarRules } from "./TradingCalendar/CalendarRules.ts"
import { frankfurt } from "./TradingCalendar/Frankfurt.ts"
import { globex } from "./TradingCalendar/Globex.ts"
import { london } from "./TradingCalendar/London.ts"
import { newYork } from "./TradingCalendar/NewYork.ts"
import { overridden, overrideMistakes } from "./TradingCalendar/Overrides.ts"
import { makeRuleCalendar } from "./TradingCalendar/RuleCalendar.ts"
import { tokyo } from "./TradingCalendar/Tokyo.ts"

export { CalendarOutOfSpan } from "./TradingCalendar/CalendarOutOfSpan.ts"
export { CalendarOverrideInvalid } from "./TradingCalendar/CalendarOverrideInvalid.ts"

/** A pause inside a session: nothing trades from `from` to before `to`. */
export interface Break {
  readonly from: number
  readonly to: number
}

/**
 * One trading day. `date` is the exchange's own, and may be the day after the one on which the session opens; `close`
 * is exclusive. The break belongs to the session: what is asked about an instant in it gets the session.
 */
export interface Session {
  readonly date: string
  readonly open: number
  readonly close: number
  readonly break?: Break
}

export interface TradingCalendar {
  readonly name: CalendarName
  /** IANA zone of the exchange. */
  readonly zone: string
  /**
   * Milliseconds after the zone's midnight from which slots that the clock cuts are counted: where one day begins
   * when the one before ends, the time at which it does; else 0.
   */
  readonly clockStart: number
  /** Whether the calendar knows the year of `instant`. */
  readonly covers: (instant: number) => boolean
  /** The session that `instant` lies in, its break included. */
  readonly sessionAt: (instant: number) => Session | undefined
  /** The session of a date `YYYY-MM-DD` of the exchange; undefined for text that is no date. */
  readonly sessionOn: (date: string) => Session | undefined
  /** The first session that opens after `instant`. */
  readonly nextSession: (instant: number) => Session
  /** The last session that closed at or before `instant`. */
  readonly previousSession: (instant: number) => Session
  /** Sessions of which some part lies in [from, to), ascending. */
  readonly sessions: (from: number, to: number) => ReadonlyArray<Session>
}

/** Every calendar that has hours. */
const rules: Readonly<Record<Exclude<CalendarName, "24/7">, CalendarRules>> = {
  XNYS: newYork,
  "24-5": weekdays,
  FX: currencies,
  CMES: globex,
  XLON: london,
  XETR: frankfurt,
  XTKS: tokyo
}

const isEmpty = ({ closed, early, open }: CalendarOverrides): boolean =>
  closed.length === 0 && Object.keys(early).length === 0 && Object.keys(open).length === 0

const mistakesOf = (name: CalendarName, overrides: CalendarOverrides): ReadonlyArray<string> =>
  name !== "24/7"
    ? overrideMistakes(rules[name], overrides)
    : isEmpty(overrides)
    ? []
    : [`calendars["24/7"]: found ${foundText(overrides)}, expected nothing for a market that never closes`]

/** What is wrong with the overrides of a configuration, a line each: path, what was found, what is expected. */
export const calendarMistakes = ({ calendars }: Pick<Config, "calendars">): ReadonlyArray<string> =>
  CalendarName.literals.flatMap((name) => mistakesOf(name, calendars[name] ?? noOverrides))

const calendars: Partial<Record<CalendarName, TradingCalendar>> = {}

/**
 * The calendar of that name, made on first use and shared; with overrides, a new one that has them. Throws
 * `CalendarOverrideInvalid` for overrides that do not fit it, as any do that a market is given which never closes.
 */
export const calendarOf = (name: CalendarName, overrides: CalendarOverrides = noOverrides): TradingCalendar => {
  if (isEmpty(overrides)) {
    return calendars[name] ??= name === "24/7" ? makeAlwaysOpen() : makeRuleCalendar(rules[name])
  }
  const mistakes = mistakesOf(name, overrides)
  if (name === "24/7" || mistakes.length > 0) throw new CalendarOverrideInvalid({ mistakes })
  return makeRuleCalendar(overridden(rules[name], overrides))
}
