/**
 * The keys that may be used, as they were two seconds ago at most.
 *
 * All of them are read at once, so that whoever tries keys costs the database no more than whoever has one: four readings a
 * second, and none beyond one in two seconds where too many were tried. A key that was revoked here is refused at once, and
 * one that was revoked elsewhere after those two seconds; one that was just made is taken. When keys were used last is
 * written beside the requests, many at a time.
 */
import { hashOf, type UsableKey } from "@dgas/db/ApiKey"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { elapsedMs } from "./Elapsed.ts"

const freshMs = 2000
/** Keys that are not known are looked for in a reading that begins so long after the last one, all in the same. */
const apartMs = 250
/** How often the last uses are written; the store keeps one a minute. */
const writeEvery = "15 seconds"

/** The keys by their SHA-256, and since when they are known to be so. */
interface Reading {
  readonly keys: ReadonlyMap<string, UsableKey>
  readonly begunAt: number
}

export class Keys extends Context.Service<Keys, {
  /**
   * The key, null when it may not be used. `isHeard` is asked of one that is not known: false where too many were tried, so
   * that it is not looked for before the next reading.
   */
  readonly find: (secret: string, isHeard: () => boolean) => Effect.Effect<UsableKey | null, SqlFailure>
  /** To be called for a key that a request came with. */
  readonly used: (prefix: string) => Effect.Effect<void>
  /** Reads all keys anew before the next is looked for. */
  readonly forget: Effect.Effect<void>
}>()("@dgas/api/Keys") {
  static readonly layer = Layer.effect(
    Keys,
    Effect.gen(function*() {
      const store = yield* ApiKeyStore

      let lastBegunAt = -Infinity
      const read = Effect.fnUntraced(function*() {
        const begunAt = yield* elapsedMs
        lastBegunAt = begunAt
        const keys = yield* store.usable
        return { keys: new Map(keys.map((key) => [key.hash, key])), begunAt } satisfies Reading
      })
      // One entry, so that requests that wait for a reading wait for the same one.
      const readings = yield* Cache.makeWith(read, {
        capacity: 1,
        timeToLive: (exit) => Exit.isSuccess(exit) ? Duration.infinity : Duration.zero
      })
      const forget = Cache.invalidateAll(readings)

      const readSince = Effect.fnUntraced(function*(at: number) {
        while (true) {
          const reading = yield* Cache.get(readings, null)
          if (reading.begunAt >= at) return reading
          yield* Cache.invalidateWhen(readings, null, (kept) => kept === reading)
        }
      })

      const readAnew = Effect.fnUntraced(function*(at: number) {
        if (lastBegunAt < at) yield* Effect.sleep(Math.max(0, lastBegunAt + apartMs - at))
        return yield* readSince(at)
      })

      const find = Effect.fnUntraced(function*(secret: string, isHeard: () => boolean) {
        const hash = hashOf(secret)
        const now = yield* elapsedMs
        const known = yield* readSince(now - freshMs)
        const reading = known.keys.has(hash) || !isHeard() ? known : yield* readAnew(now)
        const key = reading.keys.get(hash)
        const isOver = key === undefined || (key.leftMs !== null && reading.begunAt + key.leftMs <= now)
        return isOver ? null : key
      })

      let inUse = new Set<string>()
      const used = (prefix: string) => Effect.sync(() => void inUse.add(prefix))
      const write = Effect.suspend(() => {
        if (inUse.size === 0) return Effect.void
        const prefixes = [...inUse]
        inUse = new Set()
        // Of those that are not written the next use is.
        return store.touch(prefixes).pipe(
          Effect.ignore,
          Effect.catchDefect((defect) =>
            Effect.logError(`keys: a bug in writing their last uses, ${String(defect)}; trying again`)
          )
        )
      })
      yield* Effect.addFinalizer(() => write)
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(writeEvery), write)))

      return Keys.of({ find, used, forget })
    })
  )
}
