/** The progress of a backup, a restore or a move: rows that are done, of how many is known when it begins. */
import type { OnRows } from "@dgas/db/Backup"
import { makeProgress, type Progress } from "@dgas/notify/Progress"
import * as Effect from "effect/Effect"

export const rowProgress = (title: string): OnRows => {
  let progress: Progress | null = null
  return Effect.fnUntraced(function*(done, total) {
    progress ??= yield* makeProgress(title, total, "rows")
    yield* progress.at(done)
  })
}
