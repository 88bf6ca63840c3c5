/**
 * Spaces requests by a provider's limit: a token bucket, told in turns. Instants are epoch milliseconds.
 *
 * A turn is taken when it is given, whoever waits for it, so turns never come closer than the limit says.
 * The arithmetic is the generic cell rate algorithm (ITU-T I.371).
 */

/** One request every so often, after up to `burst` at once. */
export interface PaceLimit {
  readonly everyMs: number
  readonly burst: number
}

export class Pace {
  private readonly everyMs: number
  private readonly slackMs: number
  /** When the bucket would be full again. */
  private fullAt = Number.NEGATIVE_INFINITY
  private restUntil = Number.NEGATIVE_INFINITY

  constructor({ burst, everyMs }: PaceLimit) {
    this.everyMs = everyMs
    this.slackMs = (burst - 1) * everyMs
  }

  /** Milliseconds from `now` to the next turn, which is then taken; null, and no turn, when it comes after `latest`. */
  take(now: number, latest: number): number | null {
    const at = now + this.wait(now)
    if (at > latest) return null
    this.fullAt = Math.max(this.fullAt, at) + this.everyMs
    return at - now
  }

  /** Milliseconds from `now` to the next turn, which is not taken. */
  wait(now: number): number {
    return Math.max(0, this.restUntil - now, this.fullAt - this.slackMs - now)
  }

  /** Gives nobody a turn before `until`. */
  rest(until: number): void {
    this.restUntil = Math.max(this.restUntil, until)
  }
}
