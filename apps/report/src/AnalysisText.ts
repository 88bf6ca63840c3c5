/** The analysis of one symbol as a page for a terminal, and its levels as rows. */
import type { Timeframe } from "@dgas/domain/Timeframe"
import type { Analysis, TimeframeView } from "@dgas/engine/signals/Decision"
import { type BarGap, gapText } from "@dgas/market/BarGaps"
import { priceText } from "@dgas/notify/PriceText"
import { disclaimer } from "@dgas/notify/SignalTable"
import { left, render, right } from "@dgas/notify/Table"
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
}

interface LevelRow {
  readonly timeframe: Timeframe
  readonly level: string
  readonly price: number
}

export const analysisColumns: ReadonlyArray<Column<LevelRow>> = [
  { name: "timeframe", value: (row) => row.timeframe },
  { name: "level", value: (row) => row.level },
  { name: "price", value: (row) => row.price }
]

/** Levels of the next bar of each timeframe, from the highest price down. */
export const levelRows = (report: AnalysisReport): ReadonlyArray<LevelRow> =>
  ([[report.higher, report.timeframes.higher], [report.timeframe, report.timeframes.trading]] as const).flatMap(
    ([timeframe, view]) =>
      Object.entries(view.levels)
        .map(([level, price]) => ({ timeframe, level, price }))
        .toSorted((a, b) => b.price - a.price)
  )

const stateCells = (timeframe: Timeframe, view: TimeframeView, price: (value: number) => string) => [
  timeframe,
  view.state,
  view.direction,
  String(view.barsInState),
  view.stateConfidence.toFixed(2),
  view.slope === null ? "" : `${view.slope.toPrecision(3)}${view.flat ? " flat" : ""}`,
  view.position === null ? "" : view.position.toFixed(2),
  view.dottedLine === null ? "" : price(view.dottedLine),
  view.blockLevel === null ? "" : price(view.blockLevel)
]

const section = (title: string, text: string) => `${title}\n\n${text}`

export const analysisText = (report: AnalysisReport): string => {
  const price = (value: number) => priceText(value, report.tick)
  const { higher, trading } = report.timeframes
  const views = [[report.higher, higher], [report.timeframe, trading]] as const
  const head = [
    `${report.symbol}  ${report.timeframe} with ${report.higher}  ${report.calendar}, ${report.grid} grid  ${report.bars} bars`,
    report.close === null
      ? "no bar in a session"
      : `last bar ${report.lastOpenTime} to ${report.lastCloseTime}, close ${price(report.close)}`,
    ...report.gaps.map(gapText)
  ]
  const levels = new Map<string, Array<string>>()
  for (const [index, [, view]] of views.entries()) {
    for (const [level, value] of Object.entries(view.levels)) {
      const cells = levels.get(level) ?? [level, "", ""]
      cells[index + 1] = price(value)
      levels.set(level, cells)
    }
  }
  const patterns = views.flatMap(([timeframe, view]) =>
    view.patterns.map(({ bars, direction, pattern, strength }) => [
      timeframe,
      pattern,
      direction === 1 ? "UP" : direction === -1 ? "DOWN" : "NEUTRAL",
      strength.toFixed(0),
      String(bars)
    ])
  )
  const zones = report.zones.map((zone) => [
    zone.side === 1 ? "support" : zone.side === -1 ? "resistance" : "pivot",
    price(zone.low),
    price(zone.high),
    zone.weight.toFixed(2)
  ])
  const { decision } = report
  const decided = decision.draft === null
    ? `no signal: ${decision.gate}, ${decision.detail}`
    : [
      `${decision.draft.type}  entry ${price(decision.draft.entryPrice)}  stop ${
        price(decision.draft.stopLoss)
      }  target ${price(decision.draft.targetPrice)}  confidence ${decision.draft.confidence.toFixed(2)}`,
      decision.draft.reason
    ].join("\n")
  return [
    head.join("\n"),
    section(
      "State",
      render(
        [
          left("timeframe"),
          left("state"),
          left("direction"),
          right("bars"),
          right("confidence"),
          right("slope"),
          right("position"),
          right("dotted line"),
          right("block level")
        ],
        views.map(([timeframe, view]) => stateCells(timeframe, view, price))
      )
    ),
    section(
      "Levels of the next bar",
      render([left("level"), right(report.higher), right(report.timeframe)], [...levels.values()])
    ),
    section(
      "Patterns",
      patterns.length === 0
        ? "none on the last bars"
        : render(
          [left("timeframe"), left("pattern"), left("direction"), right("strength"), right("bars")],
          patterns
        )
    ),
    section(
      `Zones (alignment ${report.alignment.toFixed(2)} ${report.alignmentClass}, higher strength ${
        report.higherStrength.toFixed(2)
      })`,
      zones.length === 0
        ? "none"
        : render([left("zone"), right("low"), right("high"), right("weight")], zones)
    ),
    section(
      "Gates",
      render(
        [left("gate"), left("passed"), left("found")],
        report.checks.map(({ detail, gate, passed }) => [gate, passed ? "yes" : "no", detail])
      )
    ),
    section("Decision", decided),
    disclaimer
  ].join("\n\n")
}
