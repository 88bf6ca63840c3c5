/**
 * A folder for one run, which goes with it unless there is something to look into.
 *
 * It is named after its process. What a run left that was killed itself, server and workers included, the next one ends
 * and removes.
 */
import { stop } from "@dgas/db/EmbeddedPostgres"
import { commandOf, isAlive } from "@dgas/db/EmbeddedPostgres/Processes"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const prefix = "dgas-chaos-"
const keptPrefix = "dgas-kept-chaos-"
/** Set to keep also what a run wrote that went well. */
const keepAll = process.env["DGAS_CHAOS_KEEP"] === "1"

export interface Folder {
  readonly path: string
  /** From now on it is evidence, and stays; where it will be once the run is over. */
  readonly keep: () => string
}

const remove = (folder: string) =>
  Effect.andThen(
    Effect.ignore(stop({ dir: join(folder, "server") })),
    Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** Workers that stand still cannot see that their harness is gone. */
const endWorkers = (folder: string): void => {
  if (process.platform !== "linux") return
  for (const name of readdirSync("/proc")) {
    const pid = Number(name)
    if (pid > 0 && commandOf(pid).includes(`--setup ${folder}/`)) process.kill(pid, "SIGKILL")
  }
}

/** Under another name the next run does not remove it. Its server ends here, with its data where they are. */
const put = (folder: string, name: string) =>
  Effect.andThen(Effect.ignore(stop({ dir: join(folder, "server") })), Effect.sync(() => renameSync(folder, name)))

const removeLeftOver = Effect.gen(function*() {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length).split("-")[0]))) continue
    const folder = join(tmpdir(), name)
    endWorkers(folder)
    yield* remove(folder)
  }
})

const make = Effect.sync(() => {
  const path = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  // The server runs as somebody else when we are root.
  chmodSync(path, 0o755)
  const name = path.replace(prefix, keptPrefix)
  let isKept = keepAll
  const keep = () => {
    isKept = true
    return name
  }
  return { path, keep, name, isKept: () => isKept }
})

/** A run that does not come to its end is looked into as well. */
export const makeFolder = Effect.acquireRelease(
  Effect.andThen(removeLeftOver, make),
  ({ isKept, name, path }, exit) => {
    if (!isKept() && Exit.isSuccess(exit)) return remove(path)
    return Effect.andThen(put(path, name), Effect.sync(() => console.error(`kept ${name}`)))
  }
)
