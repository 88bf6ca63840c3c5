/** What is watched, and how its prices are to be read. */
import * as Schema from "effect/Schema"

/**
 * Trading calendars that sessions are known for: markets that never close, the exchanges of New York, the days of UTC
 * from Monday to Friday, currencies, index futures of Chicago, and the exchanges of London, Frankfurt and Tokyo.
 */
export const CalendarName = Schema.Literals(["24/7", "XNYS", "24-5", "FX", "CMES", "XLON", "XETR", "XTKS"])
export type CalendarName = typeof CalendarName.Type

/** How a source cuts a session into bars: from the session's open, or by the clock of the exchange. */
export const Grid = Schema.Literals(["session", "clock"])
export type Grid = typeof Grid.Type

/** Adjustment of the prices of one series: none, for splits, or for splits and dividends. Bases are never joined. */
export const PriceBasis = Schema.Literals(["raw", "split", "total"])
export type PriceBasis = typeof PriceBasis.Type

export const InstrumentSymbol = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9^._:/=-]{1,32}$/, {
    expected: "1 to 32 of letters, digits and ^ . _ : / = -"
  })
)

export const Instrument = Schema.Struct({
  symbol: InstrumentSymbol,
  calendar: CalendarName,
  /** Smallest price step; null when not known, and then prices are not rounded. */
  tick: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThan(0))),
  basis: PriceBasis,
  /** True for prices that a generator made. Such symbols begin with `SIM`. */
  simulated: Schema.Boolean
})
export type Instrument = typeof Instrument.Type
