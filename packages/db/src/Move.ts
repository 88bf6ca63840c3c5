/**
 * The embedded database goes to the one that `DATABASE_URL` names.
 *
 * It is marked before the first row leaves, and nobody else may be connected, so nothing is written into it that does not
 * arrive. It stays as it is, and is not opened again without a word; when the move fails it is used as before. Messages
 * that wait go out from the new place: here nobody sends them any more.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { backup, type OnRows } from "./Backup.ts"
import { databaseUrl, embeddedFolder, othersOn } from "./Database.ts"
import { ensure, stop } from "./EmbeddedPostgres.ts"
import { isInitialised } from "./EmbeddedPostgres/Cluster.ts"
import { EmbeddedPostgresFailed } from "./EmbeddedPostgres/Failure.ts"
import { isAtWork, markMoved, readMoved, refuseMoved, unmarkMoved } from "./EmbeddedPostgres/Moved.ts"
import { migrate } from "./Migrator.ts"
import { restore } from "./Restore.ts"
import { Sql, StoreUnavailable, targetOf } from "./Sql.ts"

export interface MoveOptions {
  /** Folder of the project. */
  readonly root: string
  /** Rows that have left. */
  readonly onRead?: OnRows
  /** Rows that have arrived. */
  readonly onWritten?: OnRows
}

export const move = Effect.fn("move")(function*(
  { onRead = () => Effect.void, onWritten = () => Effect.void, root }: MoveOptions
) {
  const url = yield* databaseUrl
  if (Option.isNone(url)) {
    return yield* new StoreUnavailable({
      target: "of DATABASE_URL",
      reason: "it is not set, expected where to move to"
    })
  }
  const to = yield* targetOf(url.value)
  const dir = yield* embeddedFolder(root)
  if (!isInitialised(join(dir, "pg"))) {
    return yield* new EmbeddedPostgresFailed({ dir, reason: "there is none", advice: "nothing has to be moved" })
  }
  const before = readMoved(dir)
  // One that was interrupted may be tried again.
  if (before !== null && (before.mover === null || isAtWork(before.mover))) yield* refuseMoved(dir)
  const at = new Date(yield* Clock.currentTimeMillis).toISOString()
  const moved = yield* Effect.acquireUseRelease(
    markMoved(dir, { to, at, done: false }),
    () => transfer({ dir, to: url.value, onRead, onWritten }),
    (_, exit) => Effect.orDie(Exit.isSuccess(exit) ? markMoved(dir, { to, at, done: true }) : unmarkMoved(dir))
  )
  yield* stop({ dir })
  return { dir, ...moved }
})

const transfer = Effect.fnUntraced(function*({ dir, onRead, onWritten, to }: {
  readonly dir: string
  readonly to: Redacted.Redacted<string>
  readonly onRead: OnRows
  readonly onWritten: OnRows
}) {
  const { url } = yield* ensure({ dir })
  const others = yield* othersOn(url)
  if (others > 0) {
    const reason = `${others} other ${others === 1 ? "connection uses" : "connections use"} it`
    return yield* new EmbeddedPostgresFailed({ dir, reason, advice: "stop the workers first" })
  }
  const own = Layer.fresh(Sql.layer({ url, pool: "move", max: 1 }))
  yield* Effect.provide(Effect.flatMap(Sql, (sql) => migrate(url, sql)), own)
  const file = join(dir, `moving-${process.pid}.backup`)
  return yield* backup({ url, file, onRows: onRead }).pipe(
    Effect.andThen(restore({ url: to, file, hold: false, onRows: onWritten })),
    Effect.ensuring(Effect.promise(() => rm(file, { force: true }).catch(() => undefined)))
  )
})
