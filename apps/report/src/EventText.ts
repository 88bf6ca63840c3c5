/** A split, dividend or roll in one line: `split: 7:1 on 2014-06-09, earlier prices x 0.142857`. */
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { TradingCalendar } from "@dgas/market/TradingCalendar"
import { isoText } from "@dgas/notify/TimeText"

/** The day is that of the session; an event inside one has its instant, as bars before it have the old prices. */
export const eventText = ({ amount, at, detail, factor, kind }: PriceEvent, calendar: TradingCalendar): string => {
  const session = calendar.covers(at) ? calendar.sessionAt(at) : undefined
  const when = session?.open === at ? session.date : isoText(at)
  const what = kind === "dividend" && amount !== null ? String(amount) : detail.replace(kind, "").trim()
  const change = factor === 1 ? "" : `, earlier prices x ${Number(factor.toPrecision(6))}`
  return `${kind}: ${what === "" ? "" : `${what} `}on ${when}${change}`
}
