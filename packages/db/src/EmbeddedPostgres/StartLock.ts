/**
 * Lets one process at a time start or stop the server of a folder.
 *
 * The lock names its holder by process number and start time, so one that a killed process left is taken over at
 * once. It saves work, it does not carry correctness: should two ever hold it, PostgreSQL itself refuses a second
 * server on the same data, and a new cluster comes to its place by one rename.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { waitFor } from "../Wait.ts"
import { isAlive, startOf } from "./Processes.ts"

/** Holds the lock at `path` until the scope closes. False when another process held it for all of `forMs`. */
export const lockFile = (path: string, forMs: number): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.acquireRelease(
    waitFor(Effect.sync(() => take(path) ? true : null), { everyMs: 25, forMs }),
    (held) => Effect.sync(() => held === null ? undefined : giveBack(path)),
    { interruptible: true }
  ).pipe(Effect.map((held) => held !== null))

const mine = () => `${process.pid} ${startOf(process.pid)}`

const take = (path: string): boolean => {
  if (claim(path)) return true
  const found = read(path)
  if (found === null || isHeld(found)) return false
  // Of several that find the same stale lock one wins the rename; what it moved may be fresh by then, and goes back.
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    if (read(aside) === found) rmSync(aside, { force: true })
    else renameSync(aside, path)
  } catch {
    return false
  }
  return claim(path)
}

/** A link comes to be with its content, and only where nothing is: nobody ever reads half a lock. */
const claim = (path: string): boolean => {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, mine(), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

const isHeld = (holder: string): boolean => {
  const [pid, ...start] = holder.split(" ")
  return isAlive(Number(pid)) && startOf(Number(pid)) === start.join(" ")
}

const giveBack = (path: string): void => {
  if (read(path) === mine()) rmSync(path, { force: true })
}

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}
