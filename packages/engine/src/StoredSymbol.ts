/** A symbol of which bars are stored: its instruments, and the grid that its bars lie on. */
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Config } from "@dgas/domain/Config"
import type { CalendarName } from "@dgas/domain/Instrument"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { type BarGrid, barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** No instrument of that symbol was ever stored. */
export class SymbolUnknown extends Schema.TaggedError<SymbolUnknown>()("SymbolUnknown", { symbol: Schema.String }) {
  override get message() {
    return `symbol ${this.symbol} is not stored, expected one that a schedule has watched: see dgas.config.ts`
  }
}

/** The instruments of `symbol`, at least one: one for each source that has it. Fails with `SymbolUnknown`. */
export const instrumentsOf = Effect.fn("StoredSymbol.instrumentsOf")(function*(symbol: string) {
  const known = yield* (yield* InstrumentStore).find(symbol)
  return known.length === 0 ? yield* new SymbolUnknown({ symbol }) : known
})

/**
 * The grid on which every one of `bars` lies: a source's is not stored with them, but its bars tell. The one that counts
 * from the session's open, unless only the exchange's clock can have cut them.
 */
export const gridOf = (
  name: CalendarName,
  timeframe: Timeframe,
  bars: ReadonlyArray<Bar>,
  { calendars }: Pick<Config, "calendars">
): BarGrid => {
  const calendar = calendarOf(name, calendars[name])
  const session = barGrid(calendar, timeframe, "session")
  return bars.every((bar) => session.slotOf(bar.openTime)?.closeTime === bar.closeTime)
    ? session
    : barGrid(calendar, timeframe, "clock")
}
