/**
 * The S&P 500 from 2000-01-03 to 2020-04-17, day by day: 5,105 real bars that the npm package `vega-datasets`
 * brings, for a first look without a network. Rows are labelled by midnight UTC of the session's date.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { parseBars } from "../BarFile.ts"
import { type BarSource, rowsBetween, SourceUnavailable, UnknownSymbol } from "../BarSource.ts"

const symbol = "^GSPC"

const columns = {
  header: "date,open,high,low,close,adjclose,volume",
  count: 7,
  order: [0, 1, 2, 3, 4, 6]
} as const

export const vegaSource = (name: string): BarSource => {
  let read: ReadonlyArray<RawBar> | undefined
  const unavailable = (detail: string) => new SourceUnavailable({ source: name, detail })

  const rows = Effect.gen(function*() {
    if (read !== undefined) return read
    const { file, text } = yield* Effect.tryPromise({
      try: async (signal) => {
        // The package exports only its entry, `build/index.js`; the data lies beside that folder.
        const file = fileURLToPath(new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets")))
        return { file, text: await readFile(file, { encoding: "utf8", signal }) }
      },
      catch: () => unavailable("npm package vega-datasets was not found, run bun install")
    })
    const parsed = yield* parseBars(file, text, { skipBad: false }, columns).pipe(
      Effect.mapError((error) => unavailable(error.message))
    )
    read = parsed.rows.map((row) => row.bar)
    return read
  })

  return {
    name,
    fetch: Effect.fn("VegaSource.fetch")(function*(request) {
      if (request.symbol !== symbol || request.grid.timeframe !== "1d") {
        return yield* new UnknownSymbol({
          source: name,
          symbol: request.symbol,
          detail: `asked for ${request.grid.timeframe} bars of it, has ${symbol} on 1d only`
        })
      }
      return { source: name, rows: rowsBetween(yield* rows, request) }
    })
  }
}
