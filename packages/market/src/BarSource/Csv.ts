/**
 * A folder of `SYMBOL_TIMEFRAME.csv` or `.csv.gz` files, as `BarFile` reads them.
 *
 * A file is read again when it has changed, so rows may be appended while the worker runs. Rows that are no bars are
 * given as they are, for the validation to put aside; a file without them that still cannot be read is the trouble of
 * its symbol alone. `/` and `:` of a symbol are `-` in the name of its file.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { readBarFile } from "../BarFile.ts"
import { type BarSource, rowsBetween, UnknownSymbol } from "../BarSource.ts"

interface ReadFile {
  readonly version: string
  readonly rows: ReadonlyArray<RawBar>
  readonly bad: ReadonlyArray<RawBar>
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

  const readFile = Effect.fn("CsvSource.read")(function*(symbol: string, file: string, version: string) {
    const known = read.get(file)
    if (known?.version === version) return known
    const unusable = (detail: string) => new UnknownSymbol({ source: name, symbol, detail })
    const { rows, skipped } = yield* readBarFile(file, { skipBad: true }).pipe(
      Effect.mapError((error) => unusable(error.message))
    )
    const bad: Array<RawBar> = []
    for (const { bar, detail, line } of skipped) {
      if (bar === null) return yield* unusable(`${file}, line ${line}: ${detail}`)
      bad.push(bar)
    }
    const found = { version, rows: rows.map((row) => row.bar), bad }
    read.set(file, found)
    return found
  })

  return {
    name,
    fetch: Effect.fn("CsvSource.fetch")(function*(request) {
      const { symbol, timeframe } = request
      const plain = join(folder, `${symbol.replaceAll(/[/:]/g, "-")}_${timeframe}.csv`)
      for (const file of [plain, `${plain}.gz`]) {
        const version = yield* versionOf(file)
        if (version === undefined) continue
        const { bad, rows } = yield* readFile(symbol, file, version)
        const { from, to } = request
        return [...rowsBetween(rows, request), ...bad.filter(({ openTime }) => openTime >= from && openTime < to)]
      }
      return yield* new UnknownSymbol({
        source: name,
        symbol,
        detail: `no file ${plain} or ${plain}.gz, put one there or take ${symbol} out of the universe`
      })
    })
  }
}
