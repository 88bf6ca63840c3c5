/**
 * A simulated market, for a first look and for load: never a stand-in for real prices.
 *
 * Symbols begin with `SIM-`. Bars depend on the seed, the symbol and their time only, so a range asked for at any
 * time, in any pieces, gives the same bars. They begin on 2024-01-01, have no gaps, and are given once they have
 * closed. Longer timeframes are built from the 5m bars; there is no 1m.
 */
import type { RawBar } from "@dgas/domain/Bar"
import { timeframeMs } from "@dgas/domain/Timeframe"
import * as Effect from "effect/Effect"
import { barGrid } from "../BarGrid.ts"
import { type BarRequest, type BarSource, UnknownSymbol } from "../BarSource.ts"
import { Resampler } from "../Resampler.ts"
import { calendarOf } from "../TradingCalendar.ts"
import { makeSimMarket, simEpoch, type SimMarket } from "./SimMarket.ts"

const day = 86_400_000
const step = timeframeMs("5m")

export const simSource = (name: string, seed: number): BarSource => {
  const markets = new Map<string, SimMarket>()

  const marketOf = (symbol: string): SimMarket => {
    const known = markets.get(symbol)
    if (known !== undefined) return known
    const made = makeSimMarket(seed, symbol)
    markets.set(symbol, made)
    return made
  }

  const fetchRows = (request: BarRequest): ReadonlyArray<RawBar> => {
    const { asOf, from, grid, symbol, to } = request
    const market = marketOf(symbol)
    return grid.timeframe === "5m" ? baseRows(market, from, Math.min(to, lastClose(asOf))) : resampled(market, request)
  }

  return {
    name,
    fetch: Effect.fn("SimSource.fetch")(function*(request: BarRequest) {
      const unknown = (detail: string) => new UnknownSymbol({ source: name, symbol: request.symbol, detail })
      if (!request.symbol.startsWith("SIM-")) {
        return yield* unknown("simulated symbols begin with SIM-, rename it or take another source")
      }
      if (request.grid.timeframe === "1m") return yield* unknown("simulated bars are of 5m and longer, asked for 1m")
      return { source: name, rows: yield* Effect.sync(() => fetchRows(request)) }
    })
  }
}

/** The last close of a 5m bar at or before `asOf`. */
const lastClose = (asOf: number) => Math.floor(asOf / step) * step

/** 5m rows that open in [from, to). */
const baseRows = (market: SimMarket, from: number, to: number): ReadonlyArray<RawBar> => {
  const start = Math.max(simEpoch, Math.ceil(from / step) * step)
  const rows: Array<RawBar> = []
  for (let midnight = Math.floor(start / day) * day; midnight < to; midnight += day) {
    const bars = market.dayBars((midnight - simEpoch) / day)
    const first = midnight >= start ? 0 : (start - midnight) / step
    const end = Math.min(bars.length, Math.ceil((to - midnight) / step))
    for (let index = first; index < end; index++) rows.push(bars[index]!)
  }
  return rows
}

/** Closed rows of a longer timeframe that open in [from, to). */
const resampled = (market: SimMarket, { asOf, from, grid: asked, to }: BarRequest): ReadonlyArray<RawBar> => {
  if (to <= from) return []
  const grid = barGrid(calendarOf("24/7"), asked.timeframe, "session")
  const first = grid.slotAt(Math.max(from, simEpoch))?.openTime ?? from
  const end = grid.slotAt(to - 1)?.closeTime ?? to
  const resampler = new Resampler(grid, { dropPartialFirst: true })
  for (const bar of baseRows(market, first, Math.min(end, lastClose(asOf)))) {
    resampler.push({ ...bar, closeTime: bar.openTime + step })
  }
  return resampler.flush(asOf)
    .filter((bar) => bar.openTime >= from && bar.openTime < to)
    .map(({ close, high, low, open, openTime, volume }) => ({ openTime, open, high, low, close, volume }))
}
