/**
 * `report analyze`: geometry and decision from a file of bars, without a database.
 *
 * The file is walked as a replay would walk it, so a signal of an earlier bar may still live at the last one. A row that
 * is still in progress shows as live levels, and in nothing else.
 */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import type { CalendarName, Grid } from "@dgas/domain/Instrument"
import { defaultRules } from "@dgas/domain/Rules"
import type { DotOption, EnvelopeOption } from "@dgas/domain/Rules"
import { type Timeframe, timeframeMs, timeframes } from "@dgas/domain/Timeframe"
import { isoText } from "@dgas/domain/TimeText"
import { type SeriesRow, seriesRow } from "@dgas/engine/geometry/SeriesRow"
import { liveLevels } from "@dgas/engine/LiveLevels"
import { analyze as explain } from "@dgas/engine/signals/analyze"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { gridRows, readBarFile } from "@dgas/market/BarFile"
import { barGaps } from "@dgas/market/BarGaps"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { analysisColumns, type AnalysisReport, analysisText, levelRows } from "../AnalysisReport.ts"
import { csvText, type Format, print } from "../Rows.ts"

interface Flags {
  readonly format: Format
  readonly file: string
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly higher: Option.Option<Timeframe>
  readonly calendar: CalendarName
  readonly grid: Grid
  readonly tick: Option.Option<number>
  readonly dot: DotOption
  readonly envelope: EnvelopeOption
  readonly skipBad: boolean
  readonly series: boolean
}

/** The given higher timeframe, or the first that is at least four times the trading one. */
const higherOf = (flags: Flags): Effect.Effect<Timeframe, WrongUsage> => {
  const least = timeframeMs(flags.timeframe)
  const wanted = Option.getOrUndefined(flags.higher) ?? timeframes.find((one) => timeframeMs(one) >= 4 * least)
  return wanted !== undefined && timeframeMs(wanted) >= 3 * least ? Effect.succeed(wanted) : Effect.fail(
    new WrongUsage({
      flag: "higher",
      found: wanted ?? "nothing",
      expected: `a timeframe of at least three times the trading timeframe ${flags.timeframe}`
    })
  )
}

const load = Effect.fnUntraced(function*(flags: Flags) {
  const calendar = calendarOf(flags.calendar)
  const grid = barGrid(calendar, flags.timeframe, flags.grid)
  const { rows, skipped } = yield* readBarFile(flags.file, { skipBad: flags.skipBad })
  const placed = yield* gridRows(flags.file, rows, grid, {
    asOf: yield* Clock.currentTimeMillis,
    skipBad: flags.skipBad
  })
  const left = [...skipped, ...placed.skipped]
  for (const { detail, line } of left) yield* Console.error(`${flags.file}:${line}: left out, ${detail}`)
  if (placed.outsideSessions > 0) {
    yield* Console.error(`${flags.file}: ${placed.outsideSessions} bars outside ${flags.calendar} sessions left out`)
  }
  const rules = { ...defaultRules, geometry: { dot: flags.dot, envelope: flags.envelope } }
  const analyzer = new SymbolAnalyzer(rules, { tick: Option.getOrNull(flags.tick), lower: false })
  return { analyzer, calendar, grid, placed, skipped: left.length }
})

export const analyze = (flags: Flags) => flags.series ? series(flags) : analysis(flags)

const series = Effect.fn("report.analyze.series")(function*(flags: Flags) {
  const { analyzer, placed } = yield* load(flags)
  const rows = placed.bars.map((bar, index) => {
    analyzer.trading.push(bar)
    return seriesRow(analyzer.trading, isoText(placed.labels[index]!))
  })
  const names = Object.keys(rows[0] ?? {}) as ReadonlyArray<keyof SeriesRow>
  const value = (name: keyof SeriesRow) => (row: SeriesRow) => row[name]
  yield* print(flags.format, rows, {
    columns: names.map((name) => ({ name, value: value(name) })),
    table: names.map((name) => ({ header: name, align: name === "openTime" ? "left" : "right" })),
    cells: (row) => names.map((name) => cellText(row[name])),
    empty: `${flags.file} has no bar in a ${flags.calendar} session.`
  })
})

const cellText = (value: string | number | null) =>
  value === null ? "" : typeof value === "number" ? String(Number(value.toPrecision(8))) : value

const analysis = Effect.fn("report.analyze")(function*(flags: Flags) {
  const higher = yield* higherOf(flags)
  const { analyzer, calendar, grid, placed, skipped } = yield* load(flags)
  const higherGrid = barGrid(calendar, higher, flags.grid)
  const feed = new SymbolFeed(analyzer, { trading: null, higher: higherGrid })
  let decision = analyzer.decide()
  let report = explain(analyzer, decision)
  for (const [index, bar] of placed.bars.entries()) {
    feed.advance([bar], bar.closeTime)
    decision = analyzer.decide()
    if (index === placed.bars.length - 1) report = explain(analyzer, decision)
    if (decision.draft !== null) analyzer.accept(`${flags.symbol} ${isoText(bar.closeTime)}`, decision.draft)
  }
  const last = placed.bars.at(-1)
  const forming = feed.forming(placed.forming)
  const whole: AnalysisReport = {
    symbol: flags.symbol,
    timeframe: flags.timeframe,
    higher,
    calendar: flags.calendar,
    grid: flags.grid,
    tick: Option.getOrNull(flags.tick),
    bars: placed.bars.length,
    skipped,
    outsideSessions: placed.outsideSessions,
    gaps: barGaps(grid, placed.bars),
    lastOpenTime: last === undefined ? null : isoText(placed.labels.at(-1)!),
    lastCloseTime: last === undefined ? null : isoText(last.closeTime),
    close: last?.close ?? null,
    ...report,
    live: {
      higher: liveLevels(analyzer.higher, forming.higher),
      trading: liveLevels(analyzer.trading, forming.trading)
    }
  }
  yield* flags.format === "json"
    ? Console.log(JSON.stringify(whole, null, 2))
    : flags.format === "csv"
    ? Console.log(csvText(analysisColumns, levelRows(whole)))
    : Console.log(analysisText(whole))
})
