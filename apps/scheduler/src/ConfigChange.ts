/**
 * Notices that the configuration file is no longer the one that this worker runs by.
 *
 * A worker reads its configuration when it starts, and goes on with that: a change is told once, and taken up by a restart.
 * What the file imports from elsewhere is not looked at.
 */
import * as Effect from "effect/Effect"
import { readFileSync, statSync } from "node:fs"

const stampOf = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? "none" : `${found.mtimeMs} ${found.size} ${found.ino}`
}

const textOf = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return null
  }
}

/** An effect that looks at the file, and tells of each change once. Saving the same text again is none. */
export const makeConfigChange = (file: string) =>
  Effect.sync(() => {
    const read = textOf(file)
    let stamp = stampOf(file)
    let told = read
    return Effect.suspend(() => {
      const now = stampOf(file)
      if (now === stamp) return Effect.void
      stamp = now
      const text = textOf(file)
      if (text === told) return Effect.void
      told = text
      return text === read
        ? Effect.logInfo(`${file} is again as this worker read it`)
        : Effect.logWarning(
          `${file} ${
            text === null ? "is gone" : "has changed"
          }: this worker goes on as before, restart it to take it up`
        )
    })
  })
