/**
 * What should become of rows: a second opinion, which shares the calendars with the product and nothing of its parsing,
 * grids' labels or validation.
 */
import type { RawBar } from "@dgas/domain/Bar"
import type { QuarantineReason } from "@dgas/domain/Quarantine"
import { isIntraday } from "@dgas/domain/Timeframe"
import type { Session } from "@dgas/market/TradingCalendar"
import { type Case, fields, gridOf, type Kind, type Row } from "./Case.ts"

const day = 86_400_000
const isoDay = (instant: number) => Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toString().slice(0, 10)
const midnight = (date: string) => Temporal.Instant.from(`${date}T00:00:00Z`).epochMilliseconds
const mondayOf = (date: string) => {
  const plain = Temporal.PlainDate.from(date)
  return plain.subtract({ days: plain.dayOfWeek - 1 }).toString()
}

const isYahoo = (kind: Kind) => kind === "yahoo"
const isEodhd = (kind: Kind) => kind === "eodhd" || kind === "eodhdDays"

/** The row as a provider's words mean it; null where they mean that nobody traded. */
const meant = (row: Row, { calendar, kind, timeframe, grid }: Case): RawBar | null => {
  const { close, high, low, open, volume } = row
  const silent = [open, high, low, close].every(({ wire }) => wire === null || isYahoo(kind) && wire === undefined)
  const withoutVolume = (isYahoo(kind) || isEodhd(kind)) && (volume.wire === null || volume.wire === undefined)
  const bar = {
    openTime: row.openTime.value,
    open: open.value,
    high: high.value,
    low: low.value,
    close: close.value,
    volume: withoutVolume ? 0 : volume.value
  }
  if ((isYahoo(kind) || isEodhd(kind)) && silent) return null
  const flat = bar.volume === 0 && [bar.high, bar.low, bar.close].every((price) => price === bar.open)
  if (kind === "kraken" && flat) return null
  if (!isEodhd(kind) || !flat) return bar
  if (!isIntraday(timeframe)) return null
  const { calendar: market } = gridOf({ calendar, timeframe, grid })
  const closes = market.covers(bar.openTime) && market.covers(bar.openTime - 1) &&
    market.sessionAt(bar.openTime) === undefined && market.sessionAt(bar.openTime - 1)?.close === bar.openTime
  return closes ? null : bar
}

const numbersOf = (bar: RawBar) => [bar.openTime, bar.open, bar.high, bar.low, bar.close, bar.volume]
const alike = (one: RawBar, other: RawBar) => numbersOf(one).every((value, at) => value === numbersOf(other)[at])
const isTimed = ({ openTime }: RawBar) => Number.isFinite(openTime)

/** Yahoo ends with the last trade: the price of the moment, or the row of a day that is over. */
const placed = (rows: ReadonlyArray<RawBar>, one: Case): ReadonlyArray<RawBar> => {
  const last = rows.at(-1)
  const { calendar } = gridOf(one)
  if (last === undefined || !calendar.covers(last.openTime) || placeOf(last.openTime, one).is === "bar") return rows
  if (calendar.sessionAt(last.openTime) !== undefined) return rows.slice(0, -1)
  if (one.timeframe !== "1d") return rows
  const { close, open } = calendar.previousSession(last.openTime)
  const isDay = last.openTime - close <= 3_600_000 && rows.at(-2)?.openTime !== open
  return [...rows.slice(0, -1), ...isDay ? [{ ...last, openTime: open }] : []]
}

/** Rows in the order in which a source hands them on. */
export const delivered = (one: Case): ReadonlyArray<RawBar> => {
  const traded = one.rows.map((row) => meant(row, one)).filter((row) => row !== null)
  const rows = isYahoo(one.kind) ? placed(traded, one) : traded
  if (one.kind === "raw") return rows
  if (one.kind === "csv") {
    let last = -Infinity
    const good = rows.map((row) => {
      if (numberFault(row) !== null || !(row.openTime > last)) return false
      last = row.openTime
      return true
    })
    return [...rows.filter((_, at) => good[at]), ...rows.filter((_, at) => !good[at])]
  }
  const sorted = rows.filter(isTimed).toSorted((a, b) => a.openTime - b.openTime)
  const first = isIntraday(one.timeframe)
    ? one.from
    : midnight(one.timeframe === "1d" ? isoDay(one.from) : mondayOf(isoDay(one.from)))
  return [
    ...sorted.filter((row, at) => at === 0 || !alike(row, sorted[at - 1]!)).filter(({ openTime }) =>
      openTime >= first && openTime < one.to
    ),
    ...rows.filter((row) => !isTimed(row))
  ]
}

/** The first rule that the numbers break. */
const numberFault = (bar: RawBar): QuarantineReason | null => {
  const { close, high, low, open, volume } = bar
  if (numbersOf(bar).some((value) => !(value - value === 0))) return "not_finite"
  if (!(open > 0 && high > 0 && low > 0 && close > 0 && volume >= 0)) return "not_positive"
  if (fields.some((field) => bar[field] > 1e100 || field !== "volume" && bar[field] < 1e-100)) return "out_of_bounds"
  if (low > high) return "high_below_low"
  return Math.max(open, close) > high || Math.min(open, close) < low ? "body_outside_range" : null
}

export type Fate =
  | { readonly is: "bar"; readonly openTime: number; readonly closeTime: number }
  | { readonly is: "outside" }
  | { readonly is: QuarantineReason }

/** The slot that a label means, or why it means none. */
const placeOf = (label: number, one: Case): Fate => {
  const grid = gridOf(one)
  const { calendar } = grid
  if (!calendar.covers(label)) return { is: "outside_session" }
  const holding = grid.slotAt(label)
  if (isIntraday(one.timeframe)) {
    return holding === undefined
      ? { is: "outside" }
      : holding.openTime === label
      ? { is: "bar", ...holding }
      : { is: "off_grid" }
  }
  const date = (session: Session) => midnight(session.date)
  // Sessions whose date is near enough to be meant by the label.
  const reach = (direction: -1 | 1) =>
    label + direction * ([8, 4, 2, 1].find((days) => calendar.covers(label + direction * days * day)) ?? 0) * day
  // One more, since the end of the stretch does not belong to it and a session may open at the very label.
  const near = calendar.sessions(reach(-1), reach(1) + 1)
  if (one.timeframe === "1d") {
    const named = near.find((session) => date(session) === label)
    const meantBy = near.find(({ open }) => open === label) ?? named
    if (meantBy !== undefined) return { is: "bar", openTime: meantBy.open, closeTime: meantBy.close }
    const touched = near.some((session) =>
      session.open <= label && label < session.close || session.date === isoDay(label)
    )
    return { is: touched ? "off_grid" : "outside" }
  }
  const holder = near.find(({ close, open }) => open <= label && label < close)
  const week = mondayOf(holder === undefined ? isoDay(label) : holder.date)
  const own = near.filter((session) => mondayOf(session.date) === week)
  const [first] = own
  const last = own.at(-1)
  if (first === undefined || last === undefined) return { is: "outside" }
  return label === first.open || label === date(first) || label === midnight(week)
    ? { is: "bar", openTime: first.open, closeTime: last.close }
    : { is: "off_grid" }
}

/** What becomes of each row that a source hands on. */
export const fates = (rows: ReadonlyArray<RawBar>, one: Case): ReadonlyArray<Fate> => {
  const taken: Array<number> = []
  return rows.map((row): Fate => {
    const fault = numberFault(row)
    if (fault !== null) return { is: fault }
    const place = placeOf(row.openTime, one)
    if (place.is !== "bar") return place
    const newest = taken.at(-1) ?? -Infinity
    if (place.closeTime > one.asOf) return { is: place.openTime > one.asOf ? "in_future" : "not_closed" }
    if (place.openTime === newest) return { is: "duplicate" }
    if (place.openTime < newest) return { is: "out_of_order" }
    taken.push(place.openTime)
    return place
  })
}
