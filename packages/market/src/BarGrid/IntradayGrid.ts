/** Slots of a minute to four hours, cut inside each session. */
import type { Grid } from "@dgas/domain/Instrument"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import type { BarGrid, Slot } from "../BarGrid.ts"
import type { Session, TradingCalendar } from "../TradingCalendar.ts"

/** A session with the instant from which its slots are counted, and the open time of its first slot. */
interface CutSession {
  readonly anchor: number
  readonly first: number
  readonly close: number
}

/** Milliseconds since midnight on the clock of `zone`. */
const timeOfDay = (instant: number, zone: string): number => {
  if (zone === "UTC") return instant - Math.floor(instant / 86_400_000) * 86_400_000
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  return ((local.hour * 60 + local.minute) * 60 + local.second) * 1000 + local.millisecond
}

export const makeIntradayGrid = (calendar: TradingCalendar, timeframe: Timeframe, grid: Grid): BarGrid => {
  const step = timeframeMs(timeframe)
  const clock = grid === "clock"
  let cut: CutSession = { anchor: 0, first: 0, close: 0 }
  let slot: Slot = { openTime: 0, closeTime: 0 }

  const floor = (instant: number, anchor: number) => anchor + Math.floor((instant - anchor) / step) * step

  const cutOf = (session: Session): CutSession => {
    const anchor = clock ? session.open - timeOfDay(session.open, calendar.zone) : session.open
    return { anchor, first: floor(session.open, anchor), close: session.close }
  }

  /** The session one of whose slots holds `instant`. */
  const cutAt = (instant: number): CutSession | undefined => {
    if (instant >= cut.first && instant < cut.close) return cut
    // Cut by the clock, the first slot begins before its session does, by less than a step.
    const session = calendar.sessionAt(instant) ?? (clock ? calendar.sessions(instant, instant + step)[0] : undefined)
    if (session === undefined) return undefined
    const found = cutOf(session)
    if (instant < found.first) return undefined
    cut = found
    return cut
  }

  const slotAt = (instant: number): Slot | undefined => {
    if (instant >= slot.openTime && instant < slot.closeTime) return slot
    const session = cutAt(instant)
    if (session === undefined) return undefined
    const openTime = floor(instant, session.anchor)
    slot = { openTime, closeTime: Math.min(openTime + step, session.close) }
    return slot
  }

  return {
    timeframe,
    calendar,
    slotAt,
    slotOf: (label) => {
      const found = slotAt(label)
      return found !== undefined && found.openTime === label ? found : undefined
    },
    closes: (from, to) => {
      const closes: Array<number> = []
      for (const session of calendar.sessions(from, to)) {
        const { anchor, close } = cutOf(session)
        let end = floor(Math.max(from, session.open), anchor) + step
        for (; end < close && end <= to; end += step) if (end > from) closes.push(end)
        if (end >= close && close <= to) closes.push(close)
      }
      return closes
    },
    nextClose: (instant) => {
      if (instant >= slot.openTime && instant < slot.closeTime) return slot.closeTime
      const { anchor, close, first } = cutAt(instant) ?? cutOf(calendar.nextSession(instant))
      return Math.min(floor(Math.max(instant, first), anchor) + step, close)
    },
    outside: (label) => cutAt(label) === undefined
  }
}
