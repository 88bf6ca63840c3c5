import type { Bar } from "@dgas/domain/Bar"
import { defaultRules } from "@dgas/domain/Rules"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"

// Closed half-hour bars, oldest first; times in epoch milliseconds, UTC.
const bars: ReadonlyArray<Bar> = JSON.parse(await Bun.stdin.text())

const symbol = new SymbolAnalyzer(defaultRules, { tick: 0.01, lower: false })
const feed = new SymbolFeed(symbol, { trading: null, higher: barGrid(calendarOf("24/7"), "4h", "session") })
for (const bar of bars) {
  feed.advance([bar], bar.closeTime)
  const { detail, draft } = symbol.decide()
  if (draft === null) continue // then the decision's gate and detail say why
  console.log(new Date(bar.closeTime).toISOString(), draft.type, draft.entryPrice, draft.confidence.toFixed(2), detail)
  symbol.accept(`${draft.type} of ${bar.closeTime}`, draft)
}
console.log(
  "next bar:",
  symbol.trading.level(0).toFixed(2),
  "to go on:",
  JSON.stringify(symbol.snapshot()).length,
  "bytes"
)
