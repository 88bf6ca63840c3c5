/**
 * A folder of files, one for each symbol and timeframe, and where there is one a `SYMBOL_events.csv` beside them.
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
import { placeEvents, readEventFile } from "../EventFile.ts"

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
  const barFiles = filesBy(read)
  const eventFiles = filesBy((file) => Effect.mapError(readEventFile(file), ({ message }) => message))

  return {
    name,
    fetch: Effect.fn("FolderSource.fetch")(function*(request) {
      const { from, grid, symbol, to } = request
      const stem = join(folder, symbol.replaceAll(/[/:]/g, "-"))
      const files = endings.map((ending) => `${stem}_${grid.timeframe}${ending}`)
      const refused = (detail: string) => new UnknownSymbol({ source: name, symbol, detail })
      for (const file of files) {
        const found = yield* Effect.mapError(barFiles(file), refused)
        if (found === undefined) continue
        const { bad, rows } = found
        const eventFile = `${stem}_events.csv`
        const events = yield* eventFiles(eventFile).pipe(
          Effect.flatMap((list = []) => Effect.mapError(placeEvents(eventFile, list, grid), ({ message }) => message)),
          Effect.mapError(refused)
        )
        return {
          source: name,
          rows: [...rowsBetween(rows, request), ...bad.filter(({ openTime }) => openTime >= from && openTime < to)],
          events
        }
      }
      return yield* refused(`no file ${files.join(" or ")}, put one there or take ${symbol} out of the universe`)
    })
  }
}

/** Files by name, read again when they have changed; undefined when there is no such file. */
const filesBy = <A>(read: (file: string) => Effect.Effect<A, string>) => {
  const known = new Map<string, { readonly version: string; readonly found: A }>()
  return Effect.fnUntraced(function*(file: string) {
    const version = yield* versionOf(file)
    if (version === undefined) return undefined
    const before = known.get(file)
    if (before?.version === version) return before.found
    const found = yield* read(file)
    known.set(file, { version, found })
    return found
  })
}

/** What tells two states of a file apart; undefined when there is no such file. */
const versionOf = (file: string) =>
  Effect.promise(() =>
    stat(file).then(
      (info) => info.isFile() ? `${info.mtimeMs}/${info.size}` : undefined,
      // Only a file that can be looked at exists for us; reading it says more.
      () => undefined
    )
  )
