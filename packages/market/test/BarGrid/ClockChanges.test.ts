import type { Grid } from "@dgas/domain/Instrument"
import { isIntraday, type Timeframe, timeframeMs, timeframes } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import { barGrid, type Slot, tradingStart } from "../../src/BarGrid.ts"
import type { Session, TradingCalendar } from "../../src/TradingCalendar.ts"
import { currencies, weekdays } from "../../src/TradingCalendar/AroundTheClock.ts"
import { frankfurt } from "../../src/TradingCalendar/Frankfurt.ts"
import { globex } from "../../src/TradingCalendar/Globex.ts"
import { london } from "../../src/TradingCalendar/London.ts"
import { newYork } from "../../src/TradingCalendar/NewYork.ts"
import { makeRuleCalendar } from "../../src/TradingCalendar/RuleCalendar.ts"
import { tokyo } from "../../src/TradingCalendar/Tokyo.ts"

const day = 86_400_000

/** Every instant at which the clock of a zone is set, 2020 to 2035. */
const changesOf = (zone: string): ReadonlyArray<number> => {
  const changes: Array<number> = []
  let at = Temporal.ZonedDateTime.from(`2020-01-01T00:00[${zone}]`).getTimeZoneTransition("next")
  while (at !== null && at.year <= 2035) {
    changes.push(at.epochMilliseconds)
    at = at.getTimeZoneTransition("next")
  }
  return changes
}

/** The stretches without a pause in which a timeframe's slots lie: of sessions, days, or weeks. */
const wholesOf = (sessions: ReadonlyArray<Session>, timeframe: Timeframe): ReadonlyArray<Slot> => {
  if (isIntraday(timeframe)) {
    return sessions.flatMap(({ break: pause, close, open }) =>
      pause === undefined
        ? [{ openTime: open, closeTime: close }]
        : [{ openTime: open, closeTime: pause.from }, { openTime: pause.to, closeTime: close }]
    )
  }
  const days = sessions.map(({ close, date, open }) => ({ date, openTime: open, closeTime: close }))
  const weekOf = (date: string) =>
    `${Temporal.PlainDate.from(date).yearOfWeek} ${Temporal.PlainDate.from(date).weekOfYear}`
  const groups = Map.groupBy(days, ({ date }) => timeframe === "1d" ? date : weekOf(date))
  return [...groups.values()].map((group) => ({ openTime: group[0]!.openTime, closeTime: group.at(-1)!.closeTime }))
}

/** From where the clock's slots are counted on the day of `instant`: nothing trades between midnight and a change. */
const midnightOf = ({ clockStart, zone }: TradingCalendar, instant: number): number => {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  return instant - (local.hour * 60 + local.minute) * 60_000 + clockStart
}

/** What is wrong with the slots of one grid in [from, to), which begins and ends between weeks. */
const faultsOf = (
  calendar: TradingCalendar,
  timeframe: Timeframe,
  cut: Grid,
  from: number,
  to: number
): ReadonlyArray<string> => {
  const grid = barGrid(calendar, timeframe, cut)
  const fresh = barGrid(calendar, timeframe, cut)
  const wholes = wholesOf(calendar.sessions(from, to), timeframe)
  const step = timeframeMs(timeframe)
  const anchors = wholes.map(({ openTime }) => cut === "session" ? openTime : midnightOf(calendar, openTime))
  const faults: Array<string> = []
  const closes = grid.closes(from, to)
  let index = 0
  let covered = wholes[0]!.openTime
  let last = from
  for (const close of closes) {
    const whole = wholes[index]
    const slot = grid.slotAt(close - 1)
    const told = `${timeframe} ${cut} ${new Date(close).toISOString()}`
    if (whole === undefined || slot === undefined || slot.closeTime !== close || close <= last) {
      faults.push(`${told}: no slot, or not after the one before`)
      break
    }
    if (tradingStart(grid, slot) !== covered) faults.push(`${told}: does not begin where the one before ended`)
    if (slot.openTime < last) faults.push(`${told}: overlaps the one before`)
    if (fresh.slotOf(slot.openTime)?.closeTime !== close) faults.push(`${told}: is not found by its open time`)
    if (fresh.nextClose(last) !== close || fresh.nextClose(close - 1) !== close) faults.push(`${told}: is not next`)
    if (isIntraday(timeframe)) {
      const anchor = anchors[index]!
      if ((slot.openTime - anchor) % step !== 0) faults.push(`${told}: opens off the grid`)
      if ((close - anchor) % step !== 0 && close !== whole.closeTime) faults.push(`${told}: closes off the grid`)
      if (close - slot.openTime > step) faults.push(`${told}: is too long`)
    }
    last = close
    covered = close
    if (close >= whole.closeTime) {
      if (close > whole.closeTime) faults.push(`${told}: reaches beyond its session`)
      index++
      covered = wholes[index]?.openTime ?? Infinity
    }
  }
  if (index !== wholes.length) faults.push(`${timeframe} ${cut}: ${wholes.length - index} stretches without slots`)
  return faults
}

// The rules go on beyond the years for which they were checked, which is enough for the grid.
for (const rules of [newYork, globex, london, frankfurt, tokyo, currencies, weekdays]) {
  const calendar = makeRuleCalendar({ ...rules, last: 2036 })
  // Tokyo and UTC have none: there, the days on which others change.
  const own = changesOf(rules.zone)
  const changes = own.length > 0 ? own : changesOf("Europe/London")

  describe(`around the ${changes.length} clock changes of ${rules.name} from 2020 to 2035`, () => {
    for (const timeframe of timeframes) {
      test(`${timeframe} slots tile the sessions exactly`, () => {
        expect(changes.length).toBe(32)
        const faults = changes.flatMap((change) => {
          // Noon of the Saturday before the change, when no calendar is in the middle of a week.
          const saturday = Math.floor((change - 2 * day) / (7 * day)) * 7 * day + 2.5 * day
          return (["session", "clock"] as const).flatMap((cut) =>
            faultsOf(calendar, timeframe, cut, saturday - 7 * day, saturday + 7 * day)
          )
        })
        expect(faults).toEqual([])
      })
    }
  })
}
