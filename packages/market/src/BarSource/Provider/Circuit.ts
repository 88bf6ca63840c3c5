/**
 * Spares a provider that fails: after five failures in a row nobody asks it for 30 s, then one try finds out whether
 * it is back. Instants are epoch milliseconds.
 */

const opensAfter = 5
const openMs = 30_000

export class Circuit {
  private failures = 0
  private openUntil = Number.NEGATIVE_INFINITY
  private probing = false
  private lastFailure = ""

  /** Null lets a try through, which must tell when it has left; a text says why none may be made. */
  enter(now: number): string | null {
    if (this.failures < opensAfter) return null
    const left = this.openUntil - now
    if (left <= 0 && !this.probing) {
      this.probing = true
      return null
    }
    const when = left > 0 ? `not asked for another ${Math.ceil(left / 1000)} s` : "being tried"
    return `${when} after ${this.failures} failures in a row; the last: ${this.lastFailure}`
  }

  succeeded(): void {
    this.failures = 0
  }

  failed(now: number, detail: string): void {
    this.failures++
    this.lastFailure = detail
    if (this.failures >= opensAfter) this.openUntil = now + openMs
  }

  /** The try has ended, also when it was interrupted and says nothing. */
  left(): void {
    this.probing = false
  }
}
