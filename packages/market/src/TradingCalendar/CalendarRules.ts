/** What makes the calendar of an exchange: its clock, its hours and its days off, as data. */
import type { CalendarOverrides } from "@dgas/domain/CalendarOverrides"
import type { CalendarName } from "@dgas/domain/Instrument"

/**
 * Regular hours from a trading date on, as `HH:MM` of the exchange's clock, `24:00` for the end of the day. A session
 * whose open is not before its close begins on the evening before its date.
 */
export interface Hours {
  readonly from: string
  readonly open: string
  readonly close: string
  readonly break?: readonly [from: string, to: string]
}

export type Day = Temporal.PlainDate

export interface CalendarRules {
  readonly name: CalendarName
  /** IANA zone of the exchange. */
  readonly zone: string
  /** The years that are known; what is said of them holds for the whole weeks in them. */
  readonly first: number
  readonly last: number
  /** Ascending; the first are in force when the first year begins. */
  readonly hours: readonly [Hours, ...ReadonlyArray<Hours>]
  /** Days of a year on which the exchange is closed all day. Some may lie on a weekend. */
  readonly closed: (year: number) => ReadonlyArray<Day>
  /** Early closes of a year. Those of days without a session mean nothing. */
  readonly early: (year: number) => ReadonlyArray<readonly [Day, close: string]>
  /** What follows no rule: mourning, disasters, experiments. It goes before the rules. */
  readonly exceptions: CalendarOverrides
}
