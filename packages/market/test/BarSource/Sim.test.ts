import type { Bar, RawBar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { barGaps } from "../../src/BarGaps.ts"
import { barGrid } from "../../src/BarGrid.ts"
import { type BarRequest, UnknownSymbol } from "../../src/BarSource.ts"
import { simSource } from "../../src/BarSource/Sim.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"

const at = (text: string) => Date.parse(text)
const hour = 3_600_000
const from = at("2024-06-01T00:00Z")
const to = at("2024-06-15T00:00Z")

const gridOf = (timeframe: Timeframe) => barGrid(calendarOf("24/7"), timeframe, "session")

type Change = Partial<BarRequest> & { readonly timeframe?: Timeframe }

const ask = ({ timeframe = "5m", ...change }: Change): BarRequest => ({
  symbol: "SIM-A",
  grid: gridOf(timeframe),
  from,
  to,
  asOf: to,
  ...change
})

const fetch = (change: Change, seed = 1): ReadonlyArray<RawBar> =>
  Effect.runSync(simSource("sim", seed).fetch(ask(change))).rows

describe("the simulated market", () => {
  test("gives the same bars whenever and in whatever pieces they are asked for", () => {
    const whole = fetch({})
    const source = simSource("sim", 1)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 335 }), fc.integer({ min: 1, max: 48 }), (start, length) => {
        const piece = { from: from + start * hour, to: Math.min(to, from + (start + length) * hour) }
        expect([...Effect.runSync(source.fetch(ask({ ...piece, asOf: to + start }))).rows])
          .toEqual(whole.filter(({ openTime }) => openTime >= piece.from && openTime < piece.to))
      }),
      { numRuns: 50 }
    )
  })

  test("differs by symbol and by seed", () => {
    const closes = (rows: ReadonlyArray<RawBar>) => rows.slice(0, 50).map(({ close }) => close)
    expect(closes(fetch({ symbol: "SIM-B" }))).not.toEqual(closes(fetch({})))
    expect(closes(fetch({}, 2))).not.toEqual(closes(fetch({})))
  })

  test("has valid bars without holes, that go on from one day to the next", () => {
    const grid = gridOf("5m")
    const { bars, outsideSessions, quarantined } = validateBars(fetch({}), { grid, asOf: to })
    expect(quarantined).toEqual([])
    expect(outsideSessions).toBe(0)
    expect(bars.length).toBe(14 * 288)
    expect(barGaps(grid, bars)).toEqual([])
    for (const [index, bar] of bars.entries()) if (index > 0) expect(bar.open).toBe(bars[index - 1]!.close)
  })

  test("has longer bars that are made of its 5m bars, and the same in pieces", () => {
    for (const timeframe of ["30m", "4h", "1d"] satisfies ReadonlyArray<Timeframe>) {
      const grid = gridOf(timeframe)
      const base = fetch({})
      const expected = validateBars(fetch({ timeframe }), { grid, asOf: to }).bars.map((bar: Bar): RawBar => {
        const parts = base.filter(({ openTime }) => openTime >= bar.openTime && openTime < bar.closeTime)
        return {
          openTime: bar.openTime,
          open: parts[0]!.open,
          high: Math.max(...parts.map(({ high }) => high)),
          low: Math.min(...parts.map(({ low }) => low)),
          close: parts.at(-1)!.close,
          volume: parts.reduce((sum, { volume }) => sum + volume, 0)
        }
      })
      expect([...fetch({ timeframe })]).toEqual(expected)
      const middle = from + 5 * 24 * hour + 90_000
      expect([...fetch({ timeframe, to: middle }), ...fetch({ timeframe, from: middle })]).toEqual(expected)
    }
  })

  test("gives a bar when it has closed and not before", () => {
    const last = (timeframe: Timeframe, asOf: string) => fetch({ timeframe, asOf: at(asOf) }).at(-1)?.openTime
    expect(last("5m", "2024-06-03T00:04:59Z")).toBe(at("2024-06-02T23:55Z"))
    expect(last("5m", "2024-06-03T00:05:00Z")).toBe(at("2024-06-03T00:00Z"))
    expect(last("4h", "2024-06-03T03:59:59Z")).toBe(at("2024-06-02T20:00Z"))
    expect(last("4h", "2024-06-03T04:00:00Z")).toBe(at("2024-06-03T00:00Z"))
  })

  test("begins on 2024-01-01", () => {
    expect(fetch({ from: 0, to: at("2024-01-01T00:10Z") }).map(({ openTime }) => openTime)).toEqual([
      at("2024-01-01T00:00Z"),
      at("2024-01-01T00:05Z")
    ])
    expect(fetch({ timeframe: "1w", from: 0, to: at("2024-01-09T00:00Z") }).length).toBe(2)
    expect(fetch({ from: 0, to: 1000 })).toEqual([])
  })

  test("answers only for symbols that say that they are simulated, and not for 1m", () => {
    const refusal = (change: Change) => Effect.runSync(Effect.flip(simSource("sim", 1).fetch(ask(change))))
    expect(refusal({ symbol: "BTCUSDT" })).toBeInstanceOf(UnknownSymbol)
    expect(refusal({ timeframe: "1m" }).message).toBe(
      "source sim gives no bars of SIM-A: simulated bars are of 5m and longer, asked for 1m"
    )
  })
})
