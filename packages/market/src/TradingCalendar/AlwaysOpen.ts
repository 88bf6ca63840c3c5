/** A market that never closes: its sessions are the days of UTC. */
import type { Session, TradingCalendar } from "../TradingCalendar.ts"

const day = 86_400_000

const sessionFrom = (open: number): Session => ({
  date: new Date(open).toISOString().slice(0, 10),
  open,
  close: open + day
})

const startOf = (instant: number) => Math.floor(instant / day) * day

/** Years whose dates have four digits, less some weeks at each end so that every session and week has its neighbours. */
const first = Date.parse("0001-02-01T00:00:00Z")
const last = Date.parse("9999-12-01T00:00:00Z")

export const makeAlwaysOpen = (): TradingCalendar => {
  let held = sessionFrom(0)
  // Bars are asked about in order, so the last answer is most often the next one too.
  const sessionAt = (instant: number): Session => {
    if (instant < held.open || instant >= held.close) held = sessionFrom(startOf(instant))
    return held
  }
  return {
    name: "24/7",
    zone: "UTC",
    clockStart: 0,
    covers: (instant) => instant >= first && instant < last,
    sessionAt,
    sessionOn: (date) => {
      const open = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
      if (Number.isNaN(open)) return undefined
      const session = sessionFrom(open)
      // 30 February would be read as a day of March.
      return session.date === date ? session : undefined
    },
    nextSession: (instant) => sessionFrom(startOf(instant) + day),
    previousSession: (instant) => sessionFrom(startOf(instant) - day),
    sessions: (from, to) => {
      const found: Array<Session> = []
      for (let open = startOf(from); open < to; open += day) found.push(sessionFrom(open))
      return found
    }
  }
}
