/** The rows of a case in the words of its provider, read by the product's own adapter for them. */
import type { RawBar } from "@dgas/domain/Bar"
import { parseBars } from "@dgas/market/BarFile"
import { klineRows, Klines } from "@dgas/market/BarSource/Binance"
import { candleRows as coinbaseRows, Candles as CoinbaseCandles } from "@dgas/market/BarSource/Coinbase"
import { dayRows, Days, Intraday, intradayRows } from "@dgas/market/BarSource/Eodhd/Days"
import { candleRows as krakenRows, Candles as KrakenCandles } from "@dgas/market/BarSource/Kraken"
import { inOrder, isEmptyStretch } from "@dgas/market/BarSource/Rows"
import { Chart, chartRows, placeLast } from "@dgas/market/BarSource/Yahoo/Chart"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Case, gridOf, type Row } from "./Case.ts"

const header = "timestamp,open,high,low,close,volume"

const wires = ({ close, high, low, open, openTime, volume }: Row) => ({
  time: openTime.wire,
  open: open.wire,
  high: high.wire,
  low: low.wire,
  close: close.wire,
  volume: volume.wire
})

/** What the provider of a case would send: JSON, or a file. */
export const bodyOf = ({ kind, rows }: Case): string => {
  const cells = rows.map(wires)
  switch (kind) {
    case "raw":
      return ""
    case "csv":
      return [header, ...cells.map((row) => Object.values(row).join(","))].join("\n")
    case "binance":
      return JSON.stringify(
        cells.map(({ close, high, low, open, time, volume }) =>
          shortened([time, open, high, low, close, volume, ...volume === undefined ? [] : [0, "0"]])
        )
      )
    case "kraken":
      return JSON.stringify(
        cells.map(({ close, high, low, open, time, volume }) => shortened([time, open, high, low, close, "1", volume]))
      )
    case "coinbase":
      return JSON.stringify(
        cells.map(({ close, high, low, open, time, volume }) => shortened([time, low, high, open, close, volume]))
      )
    case "yahoo": {
      const column = (name: "time" | "open" | "high" | "low" | "close" | "volume") => cells.map((row) => row[name])
      const quote = {
        open: column("open"),
        high: column("high"),
        low: column("low"),
        close: column("close"),
        volume: column("volume")
      }
      const result = { meta: { symbol: "A" }, timestamp: column("time"), indicators: { quote: [quote] } }
      return JSON.stringify({ chart: { result: [result], error: null } })
    }
    case "eodhd":
      return JSON.stringify(cells.map(({ time, ...prices }) => ({ timestamp: time, ...prices })))
    case "eodhdDays":
      return JSON.stringify(cells.map(({ time, ...prices }) => ({ date: time, adjusted_close: 1, ...prices })))
  }
}

/** A row that ends before its missing cells. */
const shortened = (cells: ReadonlyArray<unknown>) => cells.slice(0, cells.findLastIndex((one) => one !== undefined) + 1)

const klines = Schema.decodeUnknownSync(Klines)
const krakenCandles = Schema.decodeUnknownSync(KrakenCandles)
const coinbaseCandles = Schema.decodeUnknownSync(CoinbaseCandles)
const chart = Schema.decodeUnknownSync(Chart)
const days = Schema.decodeUnknownSync(Days)
const intraday = Schema.decodeUnknownSync(Intraday)

/** The rows that the adapter hands on; null for a file that it refuses as a whole. */
export const readRows = (one: Case): ReadonlyArray<RawBar> | null => {
  const grid = gridOf(one)
  const request = { ...one, symbol: "A", grid }
  const body = bodyOf(one)
  switch (one.kind) {
    case "raw":
      return one.rows.map((row) => ({
        openTime: row.openTime.value,
        open: row.open.value,
        high: row.high.value,
        low: row.low.value,
        close: row.close.value,
        volume: row.volume.value
      }))
    case "csv": {
      const found = Effect.runSync(Effect.result(parseBars("A.csv", body, { skipBad: true })))
      if (found._tag === "Failure") return null
      const { rows, skipped } = found.success
      return [...rows.map(({ bar }) => bar), ...skipped.map(({ bar }) => bar!)]
    }
    case "binance":
      return inOrder(klineRows(klines(JSON.parse(body))), request)
    case "kraken":
      return inOrder(krakenRows(krakenCandles(JSON.parse(body))).filter((row) => !isEmptyStretch(row)), request)
    case "coinbase":
      return inOrder(coinbaseRows(coinbaseCandles(JSON.parse(body))), request)
    case "yahoo":
      return inOrder(placeLast(chartRows(chart(JSON.parse(body)).chart.result![0]!)!, grid), request)
    case "eodhd":
      return inOrder(intradayRows(intraday(JSON.parse(body)), grid.calendar), request)
    case "eodhdDays":
      return inOrder(dayRows(days(JSON.parse(body))).map(({ row }) => row), request)
  }
}
