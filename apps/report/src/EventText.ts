/** A split, dividend or roll in one line: `split: 7:1 on 2014-06-09, earlier prices x 0.142857`. */
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { instantText } from "@dgas/market/BarValidation"
import type { TradingCalendar } from "@dgas/market/TradingCalendar"

/** The day is that of the session; an event inside one has its instant, as bars before it have the old prices. */
export const eventText = ({ amount, at, detail, factor, kind }: PriceEvent, calendar: TradingCalendar): string => {
  const inside = calendar.covers(at) ? calendar.sessionAt(at) : undefined
  // Cut by the clock, the first bar of a session begins before its open.
  const session = inside ?? (calendar.covers(at) ? calendar.nextSession(at) : undefined)
  const when = session === undefined || at > session.open ? instantText(at) : session.date
  const what = kind === "dividend" && amount !== null ? String(amount) : detail.replace(kind, "").trim()
  const change = factor === 1 ? "" : `, earlier prices x ${Number(factor.toPrecision(6))}`
  return `${kind}: ${what === "" ? "" : `${what} `}on ${when}${change}`
}
