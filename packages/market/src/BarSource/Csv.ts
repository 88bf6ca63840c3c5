/** A folder of `SYMBOL_TIMEFRAME.csv` or `.csv.gz` files, as `BarFile` reads them. */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { readBarFile } from "../BarFile.ts"
import type { BarSource } from "../BarSource.ts"
import { folderSource } from "./Folder.ts"

/** `folder` is an absolute path. */
export const csvSource = (name: string, folder: string): BarSource =>
  folderSource(
    name,
    folder,
    [".csv", ".csv.gz"],
    Effect.fnUntraced(function*(file) {
      const { rows, skipped } = yield* readBarFile(file, { skipBad: true }).pipe(
        Effect.mapError((error) => error.message)
      )
      const bad: Array<RawBar> = []
      for (const { bar, detail, line } of skipped) {
        if (bar === null) return yield* Effect.fail(`${file}, line ${line}: ${detail}`)
        bad.push(bar)
      }
      return { rows: rows.map(({ bar }) => bar), bad }
    })
  )
