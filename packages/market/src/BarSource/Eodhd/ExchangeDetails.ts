/**
 * What EODHD knows of an exchange's calendar, and where that differs from ours. Theirs covers some months and has
 * mistakes: a difference is a reason to look, and never changes a session.
 */
import * as Schema from "effect/Schema"
import type { TradingCalendar } from "../../TradingCalendar.ts"

/** The maps come as an object of numbered entries, an array, or empty. */
const entries = <S extends Schema.Top>(entry: S) =>
  Schema.Union([Schema.Array(entry), Schema.Record(Schema.String, entry)])

const Holiday = Schema.Struct({ Holiday: Schema.String, Date: Schema.String, Type: Schema.String })

export const ExchangeDetails = Schema.Struct({
  Code: Schema.String,
  Timezone: Schema.String,
  TradingHours: Schema.Struct({ Open: Schema.String, Close: Schema.String, WorkingDays: Schema.String }),
  ExchangeHolidays: Schema.optionalKey(entries(Holiday)),
  ExchangeEarlyCloseDays: Schema.optionalKey(
    entries(Schema.Struct({ ...Holiday.fields, EarlyClose: Schema.optionalKey(Schema.String) }))
  )
})
export type ExchangeDetails = typeof ExchangeDetails.Type

const day = 86_400_000
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

/**
 * A line for each date from `from` to `to` (`YYYY-MM-DD`, both included) on which the provider and `calendar`
 * disagree about whether there is a session or when it closes. Bank holidays are no closures. Empty when all agree.
 */
export const calendarDifferences = (
  details: ExchangeDetails,
  calendar: TradingCalendar,
  { from, to }: { readonly from: string; readonly to: string }
): ReadonlyArray<string> => {
  const holidays = new Map(
    Object.values(details.ExchangeHolidays ?? {}).filter(({ Type }) => Type !== "bank").map((one) => [one.Date, one])
  )
  const earlyCloses = new Map(Object.values(details.ExchangeEarlyCloseDays ?? {}).map((one) => [one.Date, one]))
  const workingDays = details.TradingHours.WorkingDays.split(",").map((name) => name.trim())
  const lines: Array<string> = []
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += day) {
    const date = new Date(at).toISOString().slice(0, 10)
    const holiday = holidays.get(date)
    const early = earlyCloses.get(date)
    const open = holiday === undefined && workingDays.includes(weekdays[new Date(at).getUTCDay()]!)
    const session = calendar.sessionOn(date)
    if (open !== (session !== undefined)) {
      const theirs = open ? "open" : `closed${holiday === undefined ? "" : ` (${holiday.Holiday})`}`
      lines.push(`${date}: EODHD has ${details.Code} ${theirs}, calendar ${calendar.name} ${open ? "closed" : "open"}`)
    } else if (session !== undefined) {
      const theirs = minutes(early === undefined ? details.TradingHours.Close : early.EarlyClose)
      const ours = localTime(session.close, details.Timezone)
      if (theirs !== null && theirs !== ours) {
        lines.push(`${date}: EODHD has ${details.Code} close at ${theirs}, calendar ${calendar.name} at ${ours}`)
      }
    }
  }
  return lines
}

/** `13:00:00` or `13:00` as `13:00`; null when it is not told. */
const minutes = (time: string | undefined): string | null => time === undefined ? null : time.slice(0, 5)

const localTime = (instant: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainTime().toString().slice(0, 5)
