/**
 * What was computed a moment ago, by what it was computed of.
 *
 * The oldest go when there are too many. What is older than a minute is computed anew, also where the clock was set back:
 * bars are revised, and no key tells.
 */
import * as Effect from "effect/Effect"
import { elapsedMs } from "./Elapsed.ts"

const freshMs = 60_000

export class Kept<A> {
  readonly #found = new Map<string, { readonly value: A; readonly at: number }>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  of<E, R>(key: string, compute: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.gen({ self: this }, function*() {
      const known = this.#found.get(key)
      if (known !== undefined && (yield* elapsedMs) - known.at < freshMs) return known.value
      const value = yield* compute
      this.#found.delete(key)
      this.#found.set(key, { value, at: yield* elapsedMs })
      if (this.#found.size > this.#most) this.#found.delete(this.#found.keys().next().value!)
      return value
    })
  }
}
