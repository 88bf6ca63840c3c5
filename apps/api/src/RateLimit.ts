/**
 * How many requests a minute each client has had.
 *
 * A client's minute begins with its first request. At most so many clients are told apart: while the table is full, those
 * that come new share one allowance, so that whoever changes addresses gains nothing, and nobody else loses what is his.
 */

/** What is left of a client's allowance; `resetS` until it has all of it again, at least 1. */
export interface Allowance {
  readonly ok: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetS: number
}

interface Minute {
  readonly endsAt: number
  used: number
}

const minuteMs = 60_000

export class RateLimit {
  /** In the order in which they end. */
  readonly #minutes = new Map<string, Minute>()
  readonly #most: number
  #shared: Minute = { endsAt: 0, used: 0 }

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#minutes.size
  }

  /** One request more; `now` is a time that only goes on, in milliseconds. */
  take(client: string, limit: number, now: number): Allowance {
    const minute = this.#minuteOf(client, now)
    const ok = minute.used < limit
    if (ok) minute.used++
    return allowanceOf(minute, limit, now, ok)
  }

  /** Whether one more would be too many. */
  isSpent(client: string, limit: number, now: number): boolean {
    return this.#minuteOf(client, now).used >= limit
  }

  #minuteOf(client: string, now: number): Minute {
    const known = this.#minutes.get(client)
    if (known !== undefined && known.endsAt > now) return known
    this.#minutes.delete(client)
    for (const [other, { endsAt }] of this.#minutes) {
      if (endsAt > now) break
      this.#minutes.delete(other)
    }
    const fresh = { endsAt: now + minuteMs, used: 0 }
    if (this.#minutes.size < this.#most) {
      this.#minutes.set(client, fresh)
      return fresh
    }
    if (this.#shared.endsAt <= now) this.#shared = fresh
    return this.#shared
  }
}

const allowanceOf = ({ endsAt, used }: Minute, limit: number, now: number, ok: boolean): Allowance => ({
  ok,
  limit,
  remaining: Math.max(0, limit - used),
  resetS: Math.max(1, Math.ceil((endsAt - now) / 1000))
})

/** As the IETF's draft of rate limit headers has them. */
export const rateHeaders = ({ limit, remaining, resetS }: Allowance): Readonly<Record<string, string>> => ({
  "ratelimit-limit": String(limit),
  "ratelimit-remaining": String(remaining),
  "ratelimit-reset": String(resetS)
})
