/**
 * A folder of files, one for each symbol and timeframe.
 *
 * A file is read again when it has changed, so rows may be appended while the worker runs. Rows that are no bars are
 * given as they are, for the validation to put aside; a file without them that still cannot be read is the trouble of
 * its symbol alone. `/` and `:` of a symbol are `-` in the name of its file.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { type BarSource, rowsBetween, UnknownSymbol } from "../BarSource.ts"

/** The rows of a file: those that ascend, and those that are no bars. */
export interface FolderFile {
  readonly rows: ReadonlyArray<RawBar>
  readonly bad: ReadonlyArray<RawBar>
}

/**
 * `folder` is an absolute path, `endings` are tried in their order, and `read` fails with what is wrong with a file, in
 * one line that names it.
 */
export const folderSource = (
  name: string,
  folder: string,
  endings: ReadonlyArray<string>,
  read: (file: string) => Effect.Effect<FolderFile, string>
): BarSource => {
  const known = new Map<string, { readonly version: string; readonly found: FolderFile }>()

  /** What tells two states of a file apart; undefined when there is no such file. */
  const versionOf = (file: string) =>
    Effect.promise(() =>
      stat(file).then(
        (info) => info.isFile() ? `${info.mtimeMs}/${info.size}` : undefined,
        // Only a file that can be looked at exists for us; reading it says more.
        () => undefined
      )
    )

  const fileOf = Effect.fnUntraced(function*(symbol: string, file: string, version: string) {
    const before = known.get(file)
    if (before?.version === version) return before.found
    const found = yield* read(file).pipe(
      Effect.mapError((detail) => new UnknownSymbol({ source: name, symbol, detail }))
    )
    known.set(file, { version, found })
    return found
  })

  return {
    name,
    fetch: Effect.fn("FolderSource.fetch")(function*(request) {
      const { from, grid, symbol, to } = request
      const files = endings.map((ending) =>
        join(folder, `${symbol.replaceAll(/[/:]/g, "-")}_${grid.timeframe}${ending}`)
      )
      for (const file of files) {
        const version = yield* versionOf(file)
        if (version === undefined) continue
        const { bad, rows } = yield* fileOf(symbol, file, version)
        return {
          source: name,
          rows: [...rowsBetween(rows, request), ...bad.filter(({ openTime }) => openTime >= from && openTime < to)]
        }
      }
      return yield* new UnknownSymbol({
        source: name,
        symbol,
        detail: `no file ${files.join(" or ")}, put one there or take ${symbol} out of the universe`
      })
    })
  }
}
