/**
 * The keys that requests come with, each looked up every two seconds at most.
 *
 * A key that is revoked here is refused at once, and one that is revoked elsewhere after those two seconds. When it was
 * used last is written beside the requests, many keys at a time.
 */
import { ApiKeyStore, type FoundKey, hashOf } from "@dgas/db/ApiKeyStore"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const freshMs = 2000
const mostKept = 1000
/** How often the last uses are written; the store keeps one a minute. */
const writeEvery = "15 seconds"

/** Time that only goes on, in milliseconds: a clock that is set back would keep what was withdrawn. */
export const elapsedMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/** What a look-up found, and until when that is taken for true. */
interface Entry {
  readonly found: FoundKey | null
  readonly until: number
}

export class Keys extends Context.Service<Keys, {
  /** The key, null when it may not be used. */
  readonly find: (secret: string) => Effect.Effect<FoundKey | null, SqlFailure>
  /** Whether that was the answer when it was last looked up, as far as that is kept. */
  readonly wasFound: (secret: string) => Effect.Effect<boolean>
  /** To be called for a key that a request came with. */
  readonly used: (prefix: string) => Effect.Effect<void>
  /** Looks all keys up anew. */
  readonly forget: Effect.Effect<void>
}>()("@dgas/api/Keys") {
  static readonly layer = Layer.effect(
    Keys,
    Effect.gen(function*() {
      const store = yield* ApiKeyStore
      const lookUp = Effect.fnUntraced(function*(hash: string) {
        const found = yield* store.find(Buffer.from(hash, "hex"))
        const until = (yield* elapsedMs) + Math.min(freshMs, found?.leftMs ?? freshMs)
        return { found, until } satisfies Entry
      })
      const entries = yield* Cache.makeWith(lookUp, {
        capacity: mostKept,
        timeToLive: (exit) => Exit.isSuccess(exit) ? Duration.infinity : Duration.zero
      })

      const find = Effect.fnUntraced(function*(secret: string) {
        const hash = hexOf(secret)
        const entry = yield* Cache.get(entries, hash)
        if ((yield* elapsedMs) < entry.until) return entry.found
        // Requests that meet here share one look-up.
        yield* Cache.invalidateWhen(entries, hash, (kept) => kept === entry)
        return (yield* Cache.get(entries, hash)).found
      })

      const wasFound = (secret: string) =>
        Effect.map(
          Cache.getSuccess(entries, hexOf(secret)),
          (entry) => Option.isSome(entry) && entry.value.found !== null
        )

      let inUse = new Set<string>()
      const used = (prefix: string) => Effect.sync(() => void inUse.add(prefix))
      const write = Effect.suspend(() => {
        if (inUse.size === 0) return Effect.void
        const prefixes = [...inUse]
        inUse = new Set()
        // Of those that are not written the next use is.
        return Effect.ignore(store.touch(prefixes))
      })
      yield* Effect.addFinalizer(() => write)
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(writeEvery), write)))

      return Keys.of({ find, wasFound, used, forget: Cache.invalidateAll(entries) })
    })
  )
}

const hexOf = (secret: string): string => Buffer.from(hashOf(secret)).toString("hex")
