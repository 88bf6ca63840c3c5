/** Nanoseconds a bar of one timeframe's geometry, and of a whole multi-timeframe analysis, against a loop that sums. */
import { defaultRules } from "@dgas/domain/Rules"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { type Figure, figure, medians, walk } from "./Measure.ts"

const count = 200_000
const rounds = 7

export const run = async (): Promise<ReadonlyArray<Figure>> => {
  const bars = walk(count, 1_800_000)
  const perBar = (ms: number) => ms * 1e6 / count
  let sink = 0
  const sum = () => {
    let total = 0
    for (const bar of bars) total += bar.open + bar.high + bar.low + bar.close
    sink += total
  }
  const geometry = () => {
    const timeframe = new TimeframeGeometry(defaultRules)
    for (const bar of bars) timeframe.push(bar)
    sink += timeframe.slope
  }
  const grid = barGrid(calendarOf("24/7"), "4h", "session")
  const analysis = () => {
    const analyzer = new SymbolAnalyzer(defaultRules, { tick: 0.01, lower: false })
    const feed = new SymbolFeed(analyzer, { trading: null, higher: grid })
    let id = 0
    for (const bar of bars) {
      feed.advance([bar], bar.closeTime)
      const { draft } = analyzer.decide()
      if (draft !== null) analyzer.accept(String(id++), draft)
    }
    sink += id
  }
  const [floor, one, whole] = (await medians(rounds, [sum, geometry, analysis])).map(perBar)
  const figures = [
    figure("geometry", "ns/bar", one!, floor!),
    figure("analysis 30m with 4h, decided each bar", "ns/bar", whole!, floor!)
  ]
  if (Number.isNaN(sink)) throw new Error("a walk without gaps gave a level that is not a number")
  return figures
}
