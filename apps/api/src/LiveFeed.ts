/**
 * What is new in the database, handed to everybody who looks on.
 *
 * One look a second serves all of them, and none is made while nobody looks on. Whoever was away goes on after the place
 * where it was, or is told that what came in between is not known any more; so is everybody when the feed was emptied, as
 * by a crash of the database, or is another one. Nobody is told a thing twice, and no failure ends the looks.
 */
import { beginning, type FeedRow, FeedStore } from "@dgas/db/FeedStore"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"

const lookMs = 1000
const rowsAtOnce = 500
/** Who was away for more than this reads anew what it shows. */
const mostBacklog = 5000

export interface Listener {
  /** Where it stands before the first row: from here it can come back. */
  readonly place: (place: string) => void
  /** What came since it was there is not known. Told before the place where it is then. */
  readonly reset: () => void
  /** What came, in order. The feed waits for it, and lets go of a listener that fails at it. */
  readonly rows: (rows: ReadonlyArray<FeedRow>) => Effect.Effect<void>
}

export class LiveFeed extends Context.Service<LiveFeed, {
  /** Tells `listener` what comes after `since`, or from now on; comes back with how to end that. */
  readonly listen: (since: string | null, listener: Listener) => Effect.Effect<() => void, SqlFailure>
}>()("@dgas/api/LiveFeed") {
  static readonly layer = Layer.effect(
    LiveFeed,
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const listeners = new Set<Listener>()
      /** Up to where every listener has been told. */
      let told = yield* feed.head
      // Nobody begins to listen in the middle of a look.
      const alone = (yield* Semaphore.make(1)).withPermits(1)

      /** Whether the last look failed. */
      let failed = false
      /** Without a row to find again, nothing is known of what came and went while the database was away. */
      const isKnown = Effect.suspend(() => told === beginning ? Effect.succeed(!failed) : feed.knows(told))

      // Those who were told are not told again, whoever does not wait for the end of a look.
      const tell = (rows: ReadonlyArray<FeedRow>) =>
        Effect.forEach(listeners, (listener) =>
          Effect.catchCause(listener.rows(rows), (cause) => {
            listeners.delete(listener)
            return Effect.logError("live feed: a listener could not be told, and is let go", cause)
          }), { concurrency: "unbounded", discard: true }).pipe(
            Effect.andThen(Effect.sync(() => {
              told = rows.at(-1)?.place ?? told
            })),
            Effect.uninterruptible
          )

      const look = Effect.gen(function*() {
        while (true) {
          const rows = yield* feed.after(told, rowsAtOnce)
          // Asked after they were read: what was there then was not emptied before.
          if (!(yield* isKnown)) {
            told = yield* feed.head
            for (const listener of listeners) listener.reset()
            for (const listener of listeners) listener.place(told)
            break
          }
          yield* tell(rows)
          if (rows.length < rowsAtOnce) break
        }
        failed = false
      })

      yield* Effect.suspend(() => listeners.size === 0 ? Effect.void : alone(look)).pipe(
        // The database is away: who looks on hears of all of it when it is back.
        Effect.catchCause((cause) => {
          const isFirst = !failed
          failed = true
          return isFirst ? Effect.logError("live feed: a look failed, trying again", cause) : Effect.void
        }),
        Effect.andThen(Effect.sleep(lookMs)),
        Effect.forever,
        Effect.forkScoped
      )

      /** What came from `since` to `told`; null of what is not known, or too much. */
      const backlogOf = Effect.fnUntraced(function*(since: string) {
        if (!(yield* feed.knows(since))) return null
        const backlog: Array<FeedRow> = []
        let at = since
        while (at !== told) {
          const rows = yield* feed.after(at, rowsAtOnce)
          for (const row of rows) {
            if (at === told) break
            backlog.push(row)
            at = row.place
          }
          if (rows.length === 0 || backlog.length > mostBacklog) return null
        }
        return backlog
      })

      const listen = Effect.fn("LiveFeed.listen")(function*(since: string | null, listener: Listener) {
        if (listeners.size === 0) {
          told = yield* feed.head
          failed = false
        } else yield* look
        const backlog = since === null ? [] : yield* backlogOf(since)
        if (backlog === null) listener.reset()
        // Whoever leaves in the middle of its backlog comes back to the rest of it.
        listener.place(backlog === null ? told : since ?? told)
        if (backlog !== null && backlog.length > 0) yield* listener.rows(backlog)
        listeners.add(listener)
        return () => void listeners.delete(listener)
      }, alone)

      return LiveFeed.of({ listen })
    })
  )
}
