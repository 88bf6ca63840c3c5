import { defaultRules } from "@dgas/domain/Rules"
import { analyze } from "@dgas/engine/signals/analyze"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import { barAt, minute } from "./bars.ts"

const always = calendarOf("24/7")
const grids = { trading: barGrid(always, "30m", "session"), higher: barGrid(always, "4h", "session") }

/** Bars of `every` minutes that rise by one, from the beginning of a 4h slot. */
const rising = (count: number, every: number) =>
  Array.from({ length: count }, (_, index) => barAt(index, 101 + index, 99 + index, 100 + index, 100 + index, every))

const feedOf = (lower: boolean) =>
  new SymbolFeed(new SymbolAnalyzer(defaultRules, { tick: null, lower }), {
    trading: lower ? grids.trading : null,
    higher: grids.higher
  })

describe("the bars in progress of a symbol", () => {
  test("are built of closed base bars, of the lower timeframe when there is one", () => {
    const feed = feedOf(true)
    feed.advance(rising(8, 5), 40 * minute)
    expect(feed.forming()).toEqual({
      higher: { openTime: 0, closeTime: 240 * minute, open: 100, high: 108, low: 99, close: 107, volume: 8 },
      trading: {
        openTime: 30 * minute,
        closeTime: 60 * minute,
        open: 106,
        high: 108,
        low: 105,
        close: 107,
        volume: 2
      }
    })
  })

  test("take in the base bar that is itself in progress", () => {
    const feed = feedOf(false)
    const bars = rising(10, 30)
    feed.advance(bars.slice(0, 9), 270 * minute)
    expect(feed.forming()).toEqual({
      higher: { ...bars[8]!, closeTime: 480 * minute },
      trading: null
    })
    expect(feed.forming(bars[9])).toEqual({
      higher: { ...bars[8]!, closeTime: 480 * minute, high: 110, close: 109, volume: 2 },
      trading: bars[9]!
    })
  })

  test("are unknown to the analyzer, now and later", () => {
    const [looked, plain] = [feedOf(false), feedOf(false)]
    for (const bar of rising(60, 30)) {
      for (const feed of [looked, plain]) feed.advance([bar], bar.closeTime)
      looked.forming({ ...bar, openTime: bar.closeTime, closeTime: bar.closeTime + 30 * minute, high: 900, close: 900 })
    }
    const explained = ({ analyzer }: SymbolFeed) => analyze(analyzer, analyzer.decide())
    expect(explained(looked)).toEqual(explained(plain))
    expect(looked.takeBuilt()).toEqual(plain.takeBuilt())
  })
})

describe("a trading bar that was built", () => {
  /** What an analyzer is handed, in order: the timeframe and the close in minutes. */
  const handed = (bars: ReadonlyArray<ReturnType<typeof barAt>>) => {
    const analyzer = new SymbolAnalyzer(defaultRules, { tick: null, lower: true })
    const order: Array<string> = []
    const spy = (name: "pushLower" | "pushTrading" | "pushHigher") => {
      const push = analyzer[name].bind(analyzer)
      analyzer[name] = (bar: Parameters<typeof push>[0], ...rest: ReadonlyArray<never>) => {
        order.push(`${name.slice(4).toLowerCase()} ${bar.closeTime / minute}`)
        push(bar, ...rest)
      }
    }
    for (const name of ["pushLower", "pushTrading", "pushHigher"] as const) spy(name)
    const feed = new SymbolFeed(analyzer, { trading: grids.trading, higher: grids.higher })
    for (const bar of bars) feed.advance([bar], bar.closeTime)
    return order
  }

  test("comes after the lower bar that closes with it", () => {
    expect(handed(rising(6, 5)).slice(-2)).toEqual(["lower 30", "trading 30"])
  })

  test("comes after the higher bar that closes with it", () => {
    expect(handed(rising(48, 5)).slice(-3)).toEqual(["lower 240", "higher 240", "trading 240"])
  })

  test("comes before the first lower bar after a hole, which it cannot know", () => {
    const bars = rising(20, 5)
    expect(handed([...bars.slice(0, 4), bars[14]!])).toEqual([
      "lower 5",
      "lower 10",
      "lower 15",
      "lower 20",
      "trading 30",
      "lower 75"
    ])
  })
})
