/** Real bars that lie beside the project. Tests that need them are skipped, by name, where they are absent. */
import type { Bar } from "@dgas/domain/Bar"
import { readBarFile } from "@dgas/market/BarFile"
import * as Effect from "effect/Effect"
import { existsSync, globSync } from "node:fs"
import { resolve } from "node:path"

const folder = resolve(import.meta.dir, "../../../../../shared/data/ohlcv")

export const absent = !existsSync(folder)

/** The name of a test that needs the data, which says so where it is absent. */
export const named = (name: string) => absent ? `${name} (absent: ../shared/data/ohlcv)` : name

/** Every file of bars, by its path in the folder. */
export const barFiles = (): ReadonlyArray<string> => globSync("**/*.csv.gz", { cwd: folder }).toSorted()

/**
 * Every row of a file, also one that is no fit bar: formulas hold for any three prices. Rows are told apart by their
 * place alone, a minute each.
 */
export const readSeries = async (file: string): Promise<ReadonlyArray<Bar>> => {
  const { rows, skipped } = await Effect.runPromise(readBarFile(resolve(folder, file), { skipBad: true }))
  const all = skipped.length === 0 ? rows : [...rows, ...skipped].toSorted((a, b) => a.line - b.line)
  return all.flatMap(({ bar }) => bar === null ? [] : [bar]).map((bar, index) => ({
    ...bar,
    openTime: index * 60_000,
    closeTime: (index + 1) * 60_000
  }))
}
