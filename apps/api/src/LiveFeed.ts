/**
 * What is new in the database, handed to everybody who looks on.
 *
 * One look a second serves all of them, and none is made while nobody looks on. Whoever was away goes on after the place
 * where it was, or is told that what came in between is not known any more. Nobody is told a thing twice.
 */
import { type FeedRow, FeedStore } from "@dgas/db/FeedStore"
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
  /** What came since it was there is not known. Told first, where it is. */
  readonly reset: () => void
  readonly row: (row: FeedRow) => void
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

      const look = Effect.gen(function*() {
        while (true) {
          const rows = yield* feed.after(told, rowsAtOnce)
          for (const row of rows) {
            for (const listener of listeners) listener.row(row)
            told = row.place
          }
          if (rows.length < rowsAtOnce) return
        }
      })

      yield* Effect.suspend(() => listeners.size === 0 ? Effect.void : alone(look)).pipe(
        // The database is away: who looks on hears of all of it when it is back.
        Effect.ignore,
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
        if (listeners.size === 0) told = yield* feed.head
        else yield* look
        const backlog = since === null ? [] : yield* backlogOf(since)
        if (backlog === null) listener.reset()
        listener.place(told)
        for (const row of backlog ?? []) listener.row(row)
        listeners.add(listener)
        return () => void listeners.delete(listener)
      }, alone)

      return LiveFeed.of({ listen })
    })
  )
}
