/**
 * The mark of an embedded database that lives elsewhere now.
 *
 * It is a file beside the data, made before the first row leaves and removed when the move fails, so that nobody opens the
 * old database in the meantime or afterwards and goes on in it by accident. Who wants that can remove it.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { EmbeddedPostgresFailed } from "./Failure.ts"
import { isAlive, startOf } from "./Processes.ts"

/** `to` is host:port/database. `mover` is the process that moves it, null once it has moved. */
const Moved = Schema.Struct({
  to: Schema.String,
  at: Schema.String,
  mover: Schema.NullOr(Schema.Struct({ pid: Schema.Int, started: Schema.String }))
})
export type Moved = typeof Moved.Type

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Moved))

const fileOf = (dir: string) => join(dir, "moved.json")

/** What the mark says; null without one. One that cannot be read counts as a move that did not end. */
export const readMoved = (dir: string): Moved | null => {
  try {
    return Result.getOrElse(decode(readFileSync(fileOf(dir), "utf8")), () => ({
      to: "another database",
      at: "",
      mover: { pid: 0, started: "" }
    }))
  } catch {
    return null
  }
}

export const markMoved = (dir: string, moved: { readonly to: string; readonly at: string; readonly done: boolean }) =>
  attempt(dir, () => {
    const { at, done, to } = moved
    const mover = done ? null : { pid: process.pid, started: startOf(process.pid) }
    const draft = `${fileOf(dir)}.${process.pid}`
    writeFileSync(draft, `${JSON.stringify({ to, at, mover } satisfies Moved)}\n`, { mode: 0o600 })
    renameSync(draft, fileOf(dir))
  })

export const unmarkMoved = (dir: string) => attempt(dir, () => rmSync(fileOf(dir), { force: true }))

/** Fails when the database of `dir` has moved, or is about to. */
export const refuseMoved = (dir: string): Effect.Effect<void, EmbeddedPostgresFailed> =>
  Effect.suspend(() => {
    const moved = readMoved(dir)
    if (moved === null) return Effect.void
    const { at, mover, to } = moved
    const fail = (reason: string, advice: string) => Effect.fail(new EmbeddedPostgresFailed({ dir, reason, advice }))
    const goOn = `remove ${fileOf(dir)} to go on with this one`
    return mover === null
      ? fail(`its database was moved to ${to} at ${at}`, `set DATABASE_URL to that one, or ${goOn}`)
      : isAtWork(mover)
      ? fail(`process ${mover.pid} is moving its database to ${to}`, "wait until it has ended")
      : fail(`a move of its database to ${to} did not end`, `run bun run db:move again, or ${goOn}`)
  })

/** Whether the process that moves it still does. */
export const isAtWork = ({ pid, started }: NonNullable<Moved["mover"]>): boolean =>
  isAlive(pid) && startOf(pid) === started

const attempt = (dir: string, touch: () => void) =>
  Effect.try({
    try: touch,
    catch: (error) =>
      new EmbeddedPostgresFailed({
        dir,
        reason: error instanceof Error ? error.message : String(error),
        advice: "make it usable"
      })
  })
