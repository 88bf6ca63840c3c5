/**
 * A folder of `SYMBOL_TIMEFRAME.csv` or `.csv.gz` files, as `BarFile` reads them.
 *
 * A file is read again when it has changed, so rows may be appended while the worker runs. `/` and `:` of a symbol
 * are `-` in the name of its file.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { readBarFile } from "../BarFile.ts"
import { type BarSource, rowsBetween, SourceUnavailable, UnknownSymbol } from "../BarSource.ts"

interface ReadFile {
  readonly version: string
  readonly rows: ReadonlyArray<RawBar>
}

/** `folder` is an absolute path. */
export const csvSource = (name: string, folder: string): BarSource => {
  const read = new Map<string, ReadFile>()

  /** What tells two states of a file apart; undefined when there is no such file. */
  const versionOf = (file: string) =>
    Effect.promise(() =>
      stat(file).then(
        (info) => info.isFile() ? `${info.mtimeMs}/${info.size}` : undefined,
        // Only a file that can be looked at exists for us; reading it says more.
        () => undefined
      )
    )

  const rowsOf = Effect.fn("CsvSource.rows")(function*(file: string, version: string) {
    const known = read.get(file)
    if (known?.version === version) return known.rows
    const { rows } = yield* readBarFile(file, { skipBad: false }).pipe(
      Effect.mapError((error) => new SourceUnavailable({ source: name, detail: error.message }))
    )
    const bars = rows.map((row) => row.bar)
    read.set(file, { version, rows: bars })
    return bars
  })

  return {
    name,
    fetch: Effect.fn("CsvSource.fetch")(function*(request) {
      const { symbol, timeframe } = request
      const plain = join(folder, `${symbol.replaceAll(/[/:]/g, "-")}_${timeframe}.csv`)
      for (const file of [plain, `${plain}.gz`]) {
        const version = yield* versionOf(file)
        if (version !== undefined) return rowsBetween(yield* rowsOf(file, version), request)
      }
      return yield* new UnknownSymbol({
        source: name,
        symbol,
        detail: `no file ${plain} or ${plain}.gz, put one there or take ${symbol} out of the universe`
      })
    })
  }
}
