/** Sessions of the shared calendar data, and what tests compare with them. */
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import type { Session } from "../../src/TradingCalendar.ts"
import { lines, shared } from "./SharedData.ts"

const fields = (path: string) => lines(path).map((line) => line.trim().split(","))

/** `session,open,close` with, in some files, the two ends of a break. */
export const readSessions = (file: string): ReadonlyArray<Session> =>
  fields(`calendars/${file}`).map(([date, open, close, from, to]) => ({
    date: date!,
    open: Date.parse(open!),
    close: Date.parse(close!),
    ...(from === undefined || from === "" ? {} : { break: { from: Date.parse(from), to: Date.parse(to!) } })
  }))

export const readEarlyCloses = (file: string): ReadonlyArray<Pick<Session, "date" | "close">> =>
  fields(`calendars/${file}`).map(([date, close]) => ({ date: date!, close: Date.parse(close!) }))

export const readDates = (file: string): ReadonlyArray<string> =>
  lines(`calendars/${file}`).map((line) => line.trim()).filter((line) => line !== "")

const day = 86_400_000

/** Every Monday to Friday from the first to the last of `sessions` that is not the date of one. */
export const weekdaysWithout = (sessions: ReadonlyArray<Session>): ReadonlyArray<string> => {
  const open = new Set(sessions.map(({ date }) => date))
  const missing: Array<string> = []
  const last = Date.parse(sessions.at(-1)!.date)
  for (let at = Date.parse(sessions[0]!.date); at <= last; at += day) {
    const date = new Date(at).toISOString().slice(0, 10)
    if (new Date(at).getUTCDay() % 6 !== 0 && !open.has(date)) missing.push(date)
  }
  return missing
}

/** The dates, and the clock at the sessions' ends, as `2026-03-09 09:30-16:00` of `zone`, for small samples by hand. */
export const sessionText = (session: Session | undefined, zone: string): string => {
  if (session === undefined) return "none"
  const clock = (instant: number) => {
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
    const eve = String(local.toPlainDate()) < session.date ? "eve " : ""
    return `${eve}${String(local.toPlainTime()).slice(0, 5)}`
  }
  const { break: pause, close, date, open } = session
  const parts = pause === undefined ? [[open, close]] : [[open, pause.from], [pause.to, close]]
  return `${date} ${parts.map(([from, to]) => `${clock(from!)}-${clock(to!)}`).join(" ")}`
}

/**
 * Early closes of one entry of Lean's market hours, which dates them by calendar day and gives them on the clock of the
 * entry's exchange; the zone there is New York's for the index futures of Chicago.
 */
export const readLeanEarlyCloses = (entry: string, zone: string): ReadonlyArray<Pick<Session, "date" | "close">> => {
  const bytes = gunzipSync(readFileSync(shared("calendars/upstream_lean_market-hours-database.json.gz")))
  const { entries }: { entries: Record<string, { earlyCloses: Record<string, string> }> } = JSON.parse(bytes.toString())
  return Object.entries(entries[entry]!.earlyCloses).map(([day, time]) => {
    const [month, at, year] = day.split("/").map(Number)
    const date = Temporal.PlainDate.from({ year: year!, month: month!, day: at! })
    return {
      date: String(date),
      close: date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds
    }
  })
}
