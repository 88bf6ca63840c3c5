/** Folders for embedded servers of their own, which are stopped and removed when the test ends. */
import * as Effect from "effect/Effect"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stop } from "../src/EmbeddedPostgres.ts"

/** A new empty folder below one of the given mode. */
export const aFolder = (mode = 0o755) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const above = mkdtempSync(join(tmpdir(), "dgas-embedded-"))
      chmodSync(above, mode)
      return { above, dir: join(above, ".dgas") }
    }),
    ({ above, dir }) =>
      Effect.ignore(stop({ dir })).pipe(
        Effect.andThen(Effect.sync(() => rmSync(above, { recursive: true, force: true })))
      )
  ).pipe(Effect.map(({ dir }) => dir))
