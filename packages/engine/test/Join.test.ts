/** What a symbol knows of its other timeframes at each trading bar, on the grids of real markets. */
import type { Bar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { timeframeView } from "@dgas/engine/signals/analyze"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { type BarGrid, barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { seededBars } from "./bars.ts"
import { frameOf } from "./contract/GeometrySubjects.ts"
import { eager } from "./contract/SignalSubjects.ts"
import { textOf } from "./contract/Subject.ts"
import { gridBars, groupedBars } from "./support/GridBars.ts"

type Market = readonly ["XNYS" | "24/7", "session" | "clock"]
type Frames = readonly [lower: Timeframe | null, trading: Timeframe, higher: Timeframe]

interface Case {
  readonly name: string
  readonly market: Market
  readonly frames: Frames
  readonly from: string
  readonly to: string
}

const halfDays = { from: "2019-11-18T00:00Z", to: "2020-01-04T00:00Z" }
const spring = { from: "2020-02-18T00:00Z", to: "2020-03-28T00:00Z" }
const autumn = { from: "2020-10-12T00:00Z", to: "2020-11-14T00:00Z" }
const stretches = [["half days", halfDays], ["the clock change of March", spring], [
  "the clock change of November",
  autumn
]] as const
const onNewYork: ReadonlyArray<readonly [Market, Frames]> = [
  [["XNYS", "session"], [null, "1h", "1d"]],
  [["XNYS", "clock"], [null, "1h", "1d"]],
  [["XNYS", "session"], [null, "30m", "4h"]],
  [["XNYS", "clock"], [null, "30m", "4h"]],
  [["XNYS", "session"], [null, "1d", "1w"]],
  [["XNYS", "session"], ["30m", "1h", "1d"]],
  [["XNYS", "clock"], ["15m", "1h", "4h"]],
  [["XNYS", "clock"], ["1h", "1d", "1w"]]
]
const roundTheClock: ReadonlyArray<Frames> = [[null, "1h", "1d"], [null, "4h", "1d"], ["30m", "4h", "1d"], [
  "1h",
  "1d",
  "1w"
]]
const framesText = ([lower, trading, higher]: Frames) =>
  `${trading} in ${higher}${lower === null ? "" : ` timed by ${lower}`}`

const cases: ReadonlyArray<Case> = [
  ...stretches.flatMap(([what, span]) =>
    onNewYork.map(([market, frames]) => ({
      name: `${framesText(frames)}, ${market[1]} grid of New York, over ${what}`,
      market,
      frames,
      ...span
    }))
  ),
  ...roundTheClock.map((frames) => ({
    name: `${framesText(frames)}, around the clock, over days of UTC`,
    market: ["24/7", "session"] as const,
    frames,
    from: "2024-02-20T00:00Z",
    to: "2024-03-20T00:00Z"
  }))
]

interface Grids {
  readonly base: BarGrid
  readonly trading: BarGrid | null
  readonly higher: BarGrid
}

const gridsOf = ({ frames: [lower, trading, higher], market: [name, cut] }: Case): Grids => {
  const grid = (timeframe: Timeframe) => barGrid(calendarOf(name), timeframe, cut)
  return { base: grid(lower ?? trading), trading: lower === null ? null : grid(trading), higher: grid(higher) }
}

const alerts = (["approach", "touch", "exceed", "enter", "exit"] as const).flatMap((kind) =>
  (["higher", "trading"] as const).flatMap((frame) => [
    { level: "envelope", frame, kind } as const,
    { level: "fiveNineUp", frame, kind } as const
  ])
)

/** All that a symbol knew and did at each of its trading bars, in the order in which they closed. */
const play = (grids: Grids, bars: ReadonlyArray<Bar>) => {
  const lower = grids.trading !== null
  const symbol = new SymbolAnalyzer({ ...eager, warmUpBars: 3 }, { tick: null, lower, alerts })
  const feed = new SymbolFeed(symbol, { trading: grids.trading, higher: grids.higher })
  const steps: Array<{ readonly at: number; readonly text: string }> = []
  for (const bar of bars) {
    const before = symbol.trading.closeTime
    feed.advance([bar], bar.closeTime)
    const { higher, trading } = symbol
    if (trading.closeTime === before) continue
    const decision = symbol.decide()
    if (decision.draft !== null) symbol.accept(String(trading.closeTime), decision.draft)
    const frames = [higher, trading, ...symbol.lower === null ? [] : [symbol.lower]]
    steps.push({
      at: trading.closeTime,
      text: textOf([
        decision,
        frames.map(frameOf),
        frames.map(timeframeView),
        symbol.zones.all(),
        symbol.levelMeetings(),
        symbol.live?.machine.result() ?? null
      ])
    })
  }
  return { feed, steps, symbol }
}

interface Look {
  readonly bar: Bar
  readonly finer: ReadonlyArray<Bar>
  /** The higher bars that had been shown when the trading bar was. */
  readonly higher: ReadonlyArray<Bar>
}

/** What a symbol is shown, trading bar by trading bar. */
const looksOf = (grids: Grids, bars: ReadonlyArray<Bar>): ReadonlyArray<Look> => {
  const looks: Array<Look> = []
  const shown: Array<Bar> = []
  class Witness extends SymbolAnalyzer {
    override pushHigher(bar: Bar): void {
      super.pushHigher(bar)
      shown.push(bar)
    }
    override pushTrading(bar: Bar, finer: ReadonlyArray<Bar> = []): void {
      super.pushTrading(bar, finer)
      looks.push({ bar, finer, higher: [...shown] })
    }
  }
  const symbol = new Witness(eager, { tick: null, lower: grids.trading !== null })
  const feed = new SymbolFeed(symbol, { trading: grids.trading, higher: grids.higher })
  for (const bar of bars) feed.advance([bar], bar.closeTime)
  return looks
}

const holed = (bars: ReadonlyArray<Bar>, holes: ReadonlyArray<number>) =>
  bars.filter((_, index) => index === 0 || !holes.some((hole) => hole % bars.length === index))

const runs = { numRuns: 2 }
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

describe.each(cases.map((each) => [each.name, each] as const))("%s", (_, each) => {
  const grids = gridsOf(each)
  const walk = seeds.map((seed) => gridBars(grids.base, each.from, each.to, seed))
  const holes = fc.oneof(fc.constant([]), fc.array(fc.nat(), { maxLength: 40 }))

  test("a trading bar knows the bars that had closed by its close, all of them and no others", () => {
    fc.assert(
      fc.property(walk, holes, (all, gaps) => {
        const bars = holed(all, gaps)
        const seen = looksOf(grids, bars)
        const closed = seen.map(({ bar }) => bar)
        if (grids.trading === null) expect(closed).toEqual(bars)
        else expect(closed).toEqual(groupedBars(bars, grids.trading, bars.at(-1)!.closeTime).slice(-closed.length))
        for (const { bar: { closeTime, openTime }, finer, higher } of seen) {
          const due = groupedBars(bars.filter((bar) => bar.closeTime <= closeTime), grids.higher, closeTime)
          // A first slot that began before the first bar is half a bar, which nobody is shown.
          expect([due.length, due.length - 1]).toContain(higher.length)
          expect(higher).toEqual(due.slice(due.length - higher.length))
          const inside = bars.filter((bar) => bar.openTime >= openTime && bar.closeTime <= closeTime)
          expect(finer).toEqual(grids.trading === null ? [] : inside)
        }
      }),
      { numRuns: 1 }
    )
  })

  test("a trading bar is judged the same whether or not later bars exist, and whatever they are", () => {
    fc.assert(
      fc.property(walk, holes, fc.nat(), seeds, (all, gaps, any, seed) => {
        const bars = holed(all, gaps)
        const cut = 1 + any % bars.length
        const known = bars.slice(0, cut)
        const { closeTime } = known.at(-1)!
        const others = seededBars(seed, bars.length)
        const later = bars.slice(cut).map((bar, index) => ({
          ...others[index]!,
          openTime: bar.openTime,
          closeTime: bar.closeTime
        }))
        const until = (steps: ReturnType<typeof play>["steps"]) => steps.filter(({ at }) => at <= closeTime)
        const { steps } = play(grids, known)
        expect(until(play(grids, bars).steps)).toEqual(steps)
        expect(until(play(grids, [...known, ...later]).steps)).toEqual(steps)
      }),
      runs
    )
  })

  test("a symbol stands where it does however its bars are handed over", () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: 2, max: 50 }), (bars, batch) => {
        const state = (sizes: number) => {
          const { feed, symbol } = play(grids, [])
          for (let at = 0; at < bars.length; at += sizes) {
            const part = bars.slice(at, at + sizes)
            feed.advance(part, part.at(-1)!.closeTime)
          }
          return textOf([symbol.snapshot(), feed.takeBuilt()])
        }
        expect(state(batch)).toBe(state(1))
      }),
      runs
    )
  })
})

/** The instant from which an hour knew the day of each date; a date is that of the session. */
const daysKnown: ReadonlyArray<readonly [date: string, known: string]> = [
  ["2019-11-27", "2019-11-27T21:00Z"],
  ["2019-11-29", "2019-11-29T18:00Z"],
  ["2019-12-24", "2019-12-24T18:00Z"],
  ["2020-03-06", "2020-03-06T21:00Z"],
  ["2020-03-09", "2020-03-09T20:00Z"],
  ["2020-10-30", "2020-10-30T20:00Z"],
  ["2020-11-02", "2020-11-02T21:00Z"]
]

describe("the day of New York", () => {
  for (const cut of ["session", "clock"] as const) {
    for (const [date, known] of daysKnown) {
      test(`${date} is known from ${known} on, ${cut} grid`, () => {
        const nyse = calendarOf("XNYS")
        const grids = { base: barGrid(nyse, "1h", cut), trading: null, higher: barGrid(nyse, "1d", cut) }
        const at = Date.parse(known)
        const from = new Date(at - 4 * 86_400_000).toISOString()
        const bars = gridBars(grids.base, from, new Date(at + 4 * 86_400_000).toISOString(), 1)
        const first = looksOf(grids, bars).find(({ higher }) => higher.at(-1)?.closeTime === at)
        expect(first?.bar.closeTime).toBe(at)
        expect(new Date(first!.higher.at(-1)!.openTime).toISOString()).toStartWith(date)
      })
    }
  }
})
