/** The analysis of a file of bars as a page for a terminal, and its levels as rows. */
import type { Timeframe } from "@dgas/domain/Timeframe"
import { type LevelPair, levelPairs, type LiveLevels } from "@dgas/engine/LiveLevels"
import type { Analysis } from "@dgas/engine/signals/Decision"
import { type BarGap, gapText } from "@dgas/market/BarGaps"
import { priceText } from "@dgas/notify/PriceText"
import { disclaimer } from "@dgas/notify/SignalTable"
import { analysisSections } from "./AnalysisText.ts"
import type { Column } from "./Rows.ts"

export interface AnalysisReport extends Analysis {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly higher: Timeframe
  readonly calendar: string
  readonly grid: string
  readonly tick: number | null
  readonly bars: number
  readonly skipped: number
  readonly outsideSessions: number
  readonly gaps: ReadonlyArray<BarGap>
  readonly lastOpenTime: string | null
  readonly lastCloseTime: string | null
  readonly close: number | null
  /** Of the bars in progress; nothing else here knows them. */
  readonly live: LiveLevels
}

interface LevelRow extends LevelPair {
  readonly timeframe: Timeframe
}

export const analysisColumns: ReadonlyArray<Column<LevelRow>> = [
  { name: "timeframe", value: (row) => row.timeframe },
  { name: "level", value: (row) => row.level },
  { name: "price", value: (row) => row.price },
  { name: "livePrice", value: (row) => row.livePrice }
]

/** Levels of the next bar of each timeframe, from the highest price down. */
export const levelRows = ({ higher, live, timeframe, timeframes }: AnalysisReport): ReadonlyArray<LevelRow> => [
  ...levelPairs(timeframes.higher.levels, live.higher).map((pair) => ({ timeframe: higher, ...pair })),
  ...levelPairs(timeframes.trading.levels, live.trading).map((pair) => ({ timeframe, ...pair }))
]

export const analysisText = (report: AnalysisReport): string => {
  const { bars, calendar, close, gaps, grid, higher, lastCloseTime, lastOpenTime, live, symbol, tick, timeframe } =
    report
  const head = [
    `${symbol}  ${timeframe} with ${higher}  ${calendar}, ${grid} grid  ${bars} bars`,
    close === null
      ? "no bar in a session"
      : `last bar ${lastOpenTime} to ${lastCloseTime}, close ${priceText(close, tick)}`,
    ...gaps.map(gapText)
  ]
  return [
    head.join("\n"),
    analysisSections(report, { timeframe, higher, lower: null, tick, live }),
    disclaimer
  ].join("\n\n")
}
