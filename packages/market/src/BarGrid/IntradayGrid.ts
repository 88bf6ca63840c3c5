/**
 * Slots of a minute to four hours, cut inside each session and on either side of its break.
 *
 * Slots of the session are counted anew after the break. Cut by the clock, the first slot of the session, and the first
 * one after its break, open at the clock's time, before trading does. Where that lies before the break, or before the
 * close of the session before, the slot opens with trading: one label never means two slots.
 */
import type { Grid } from "@dgas/domain/Instrument"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import type { BarGrid, Slot } from "../BarGrid.ts"
import type { Session, TradingCalendar } from "../TradingCalendar.ts"

/** Trading without a pause: its slots are counted from `anchor`, and the first one opens at `first`. */
interface Stretch {
  readonly anchor: number
  readonly first: number
  readonly close: number
}

const none: ReadonlyArray<Stretch> = []

/** Milliseconds since midnight on the clock of `zone`. */
const timeOfDay = (instant: number, zone: string): number => {
  if (zone === "UTC") return instant - Math.floor(instant / 86_400_000) * 86_400_000
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  return ((local.hour * 60 + local.minute) * 60 + local.second) * 1000 + local.millisecond
}

export const makeIntradayGrid = (calendar: TradingCalendar, timeframe: Timeframe, grid: Grid): BarGrid => {
  const step = timeframeMs(timeframe)
  const clock = grid === "clock"
  let held: Stretch = { anchor: 0, first: 0, close: 0 }
  let slot: Slot = { openTime: 0, closeTime: 0 }

  const floor = (instant: number, anchor: number) => anchor + Math.floor((instant - anchor) / step) * step

  const stretchesOf = (session: Session | undefined): ReadonlyArray<Stretch> => {
    if (session === undefined) return none
    const { break: pause, close, open } = session
    const anchor = clock ? open - timeOfDay(open, calendar.zone) + calendar.clockStart : open
    const opens = floor(open, anchor)
    // A day that begins inside a slot of the one before opens with trading: one label never means two slots.
    const first = opens < open && calendar.covers(opens) && calendar.sessionAt(opens) !== undefined ? open : opens
    if (pause === undefined) return [{ anchor, first, close }]
    const afternoon = clock ? anchor : pause.to
    const label = floor(pause.to, afternoon)
    return [
      { anchor, first, close: pause.from },
      { anchor: afternoon, first: label < pause.from ? pause.to : label, close }
    ]
  }

  /** The session at `instant`, or the one whose first slot may have begun before it by the clock. */
  const sessionNear = (instant: number): Session | undefined =>
    calendar.sessionAt(instant) ??
      (clock && calendar.covers(instant + step) ? calendar.sessions(instant, instant + step)[0] : undefined)

  /** The stretch one of whose slots holds `instant`. */
  const stretchAt = (instant: number): Stretch | undefined => {
    if (instant >= held.first && instant < held.close) return held
    const found = stretchesOf(sessionNear(instant)).find(({ close, first }) => instant >= first && instant < close)
    if (found !== undefined) held = found
    return found
  }

  /** The slot of a stretch that holds `instant`. */
  const slotIn = ({ anchor, close, first }: Stretch, instant: number): Slot => {
    const opens = floor(instant, anchor)
    return { openTime: Math.max(opens, first), closeTime: Math.min(opens + step, close) }
  }

  const slotAt = (instant: number): Slot | undefined => {
    if (instant >= slot.openTime && instant < slot.closeTime) return slot
    const stretch = stretchAt(instant)
    if (stretch === undefined) return undefined
    slot = slotIn(stretch, instant)
    return slot
  }

  return {
    timeframe,
    calendar,
    cut: grid,
    slotAt,
    slotOf: (label) => {
      const found = slotAt(label)
      return found !== undefined && found.openTime === label ? found : undefined
    },
    closes: (from, to) => {
      const closes: Array<number> = []
      for (const session of calendar.sessions(from, to)) {
        for (const { anchor, close, first } of stretchesOf(session)) {
          if (close <= from) continue
          let end = floor(Math.max(from, first), anchor) + step
          for (; end < close && end <= to; end += step) closes.push(end)
          if (end >= close && close <= to) closes.push(close)
        }
      }
      return closes
    },
    nextClose: (instant) => {
      if (instant >= slot.openTime && instant < slot.closeTime) return slot.closeTime
      const stretch = stretchAt(instant) ??
        stretchesOf(calendar.sessionAt(instant)).find(({ first }) => first > instant) ??
        stretchesOf(calendar.nextSession(instant))[0]!
      return slotIn(stretch, Math.max(instant, stretch.first)).closeTime
    },
    outside: (label) => stretchAt(label) === undefined
  }
}
