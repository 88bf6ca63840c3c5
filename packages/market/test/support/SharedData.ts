/** Real data that lies beside the project. Tests that need it are skipped, by name, where it is absent. */
import type { Bar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { gunzipSync } from "node:zlib"
import { type BarFileRow, readBarFile } from "../../src/BarFile.ts"
import type { BarGrid } from "../../src/BarGrid.ts"

const root = resolve(import.meta.dir, "../../../../../shared/data")

export const absent = !existsSync(root)

/** The name of a test that needs the data, which says so where it is absent. */
export const named = (name: string) => absent ? `${name} (absent: ../shared/data)` : name

export const shared = (path: string) => resolve(root, path)

/** Lines of a text file, plain or gzip, without its header. */
export const lines = (path: string): ReadonlyArray<string> => {
  const bytes = readFileSync(shared(path))
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().trim().split("\n").slice(1)
}

/** Rows of a shared file of bars. */
export const readRows = (path: string): Promise<ReadonlyArray<BarFileRow>> =>
  Effect.runPromise(readBarFile(shared(path), { skipBad: false })).then(({ rows }) => rows)

/** Rows of a shared file that have a slot, as bars. */
export const readBars = async (path: string, grid: BarGrid): Promise<ReadonlyArray<Bar>> =>
  (await readRows(path)).flatMap(({ bar }) => {
    const slot = grid.slotOf(bar.openTime)
    return slot === undefined ? [] : [{ ...bar, ...slot }]
  })
