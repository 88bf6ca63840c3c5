/**
 * Bars of Yahoo's chart service (v8), which is unofficial and needs no key: stocks, funds, indices, currencies, coins.
 *
 * Prices are adjusted for splits and not for dividends; both are told of, and with a split its history is restated. 4h is built from 1h and 1w from 1d. It keeps 30 days of 1m (7 a
 * request), 60 of 5m to 30m and 730 of 1h: a range that begins before gets what there is, from the first whole
 * session on, and one that ends before is refused. Slots without a trade are left out. A browser's name is sent, as
 * others are turned away, and less than a request a second is made.
 * Source: recorded answers of 2025, and what users of yfinance and yahoo-finance2 report.
 */
import type { RawBar } from "@dgas/domain/Bar"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { BarGrid } from "../BarGrid.ts"
import { type BarRequest, type BarSource, firstLabel } from "../BarSource.ts"
import { instantText } from "../BarValidation.ts"
import { ownOrBuilt } from "./BuiltBars.ts"
import { makeProvider } from "./Provider.ts"
import { type Answer, decodeJson, refuse, Refused } from "./Provider/Answer.ts"
import { inOrder } from "./Rows.ts"
import { usable } from "./ToldEvents.ts"
import { Chart, chartEvents, chartRows, placeLast } from "./Yahoo/Chart.ts"

const decodeChart = Schema.decodeUnknownEffect(Chart)

const day = 86_400_000
/** An event may be told so many days late; once a day the question begins no later than that before its end. */
const lateDays = 7
const browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36"

/** Days that a request may span, and how many back there is anything: one less than Yahoo says, not to miss by a second. */
const depths: Partial<Record<Timeframe, { readonly page: number; readonly kept: number }>> = {
  "1m": { page: 7, kept: 29 },
  "5m": { page: 60, kept: 59 },
  "15m": { page: 60, kept: 59 },
  "30m": { page: 60, kept: 59 },
  "1h": { page: 730, kept: 729 }
}

/** What is wrong with the question and not with the service. */
const unanswerable = ["Not Found", "Unprocessable Entity"]

/** A request whose splits and dividends are gathered on the way, page by page. */
interface ToldRequest extends BarRequest {
  readonly told: Array<PriceEvent | null>
  /** The grid of whoever asks, which bars of another may be built for. */
  readonly asked: BarGrid
}

export const yahooSource = (name: string, baseUrl: string): BarSource => {
  const provider = makeProvider({
    name,
    baseUrl,
    pace: { everyMs: 1200, burst: 1 },
    headers: { "user-agent": browser, accept: "application/json" }
  })

  /** The body tells more than the status, where it is JSON. */
  const resultOf = (symbol: string) =>
    Effect.fnUntraced(function*(answer: Answer) {
      const { chart } = yield* decodeJson(answer, decodeChart).pipe(
        Effect.catchTag("Refused", (refused) => answer.status === 200 ? refused : refuse(answer, answer.said))
      )
      if (chart.error !== null) {
        const said = JSON.stringify(chart.error.description ?? chart.error.code)
        if (unanswerable.includes(chart.error.code)) return yield* provider.unknown(symbol, `says ${said}`)
        return yield* refuse(answer, said)
      }
      const result = chart.result?.[0]
      if (result === undefined) return yield* refuse(answer, answer.said)
      if (result.meta.symbol.toUpperCase() !== symbol.toUpperCase()) {
        return yield* new Refused({
          detail: `answered for ${result.meta.symbol}, expected ${symbol}; try later`,
          waitMs: 0
        })
      }
      const rows = chartRows(result)
      if (rows !== undefined) return { rows, result }
      return yield* new Refused({ detail: `answered arrays of several lengths, expected one; try later`, waitMs: 0 })
    })

  /** By symbol and timeframe the UTC day on which events were asked for as far back as they may be told late. */
  const lookedBack = new Map<string, number>()

  const read = Effect.fnUntraced(function*(request: ToldRequest) {
    const { asked, from, grid, symbol, told, to } = request
    const depth = depths[grid.timeframe]
    const key = `${symbol} ${grid.timeframe}`
    const today = Math.floor((yield* Clock.currentTimeMillis) / day)
    const looksBack = lookedBack.get(key) !== today
    // Within a page, of which the edges are cut to seconds.
    const back = Math.min(lateDays, (depth?.page ?? Infinity) - 1) * day
    let start = firstLabel(grid.timeframe, looksBack ? Math.min(from, to - back) : from)
    if (depth !== undefined) {
      const kept = (yield* Clock.currentTimeMillis) - depth.kept * day
      if (to <= kept) {
        return yield* provider.unknown(
          symbol,
          `keeps ${depth.kept} days of ${grid.timeframe} bars, asked for bars up to ${instantText(to)}; ` +
            "take a longer timeframe or another source"
        )
      }
      // Whole sessions, so that nothing is built from a part of one.
      if (start < kept) start = grid.calendar.nextSession(kept).open
    }
    const rows: Array<RawBar> = []
    while (start < to) {
      const end = depth === undefined ? to : Math.min(start + depth.page * day, to)
      const { result, rows: page } = yield* provider.request({
        path: `/v8/finance/chart/${encodeURIComponent(symbol)}`,
        query: {
          period1: String(Math.floor(start / 1000)),
          period2: String(Math.ceil(end / 1000)),
          interval: grid.timeframe,
          includePrePost: "false",
          events: "div|split"
        }
      }, resultOf(symbol))
      rows.push(...placeLast(page, grid))
      told.push(...chartEvents(result, asked))
      start = end
    }
    if (looksBack) lookedBack.set(key, today)
    return inOrder(rows, request)
  })

  const rowsOf = ownOrBuilt(
    { timeframes: ["1d", "1h", "30m", "15m", "5m", "1m"], calendar: null, beginsAnywhere: false },
    read,
    provider.unknown
  )
  return {
    name,
    fetch: Effect.fn("YahooSource.fetch")(function*(request: BarRequest) {
      const told: ToldRequest["told"] = []
      const answer = yield* rowsOf({ ...request, told, asked: request.grid })
      return { source: name, ...answer, events: yield* usable(name, request.symbol, told) }
    })
  }
}
