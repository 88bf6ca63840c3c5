/**
 * A running hash of the bars that a state was made from.
 *
 * A run stores it with the open time from which it counts, and whoever has the same bars comes to the same hash. It
 * does not reach back for ever: once the state has lived for two warm-ups it counts from the later one, so that a run
 * can be computed again from a bounded stretch of history.
 */
import type { Bar } from "@dgas/domain/Bar"

const row = new Float64Array(7)

const chained = (hash: bigint, bar: Bar): bigint => {
  row[0] = bar.openTime
  row[1] = bar.closeTime
  row[2] = bar.open
  row[3] = bar.high
  row[4] = bar.low
  row[5] = bar.close
  row[6] = bar.volume
  return Bun.hash.xxHash64(row, hash)
}

export class InputTrail {
  /** Open time, epoch ms, of the first bar that may have a part in the hash. */
  from: number
  bars = 0
  private hash = 0n
  private nextFrom: number
  private nextBars = 0
  private nextHash = 0n
  private readonly span: number

  /** `from` to `slotAt` is one warm-up. */
  constructor(from: number, slotAt: number) {
    this.from = from
    this.span = slotAt - from
    this.nextFrom = slotAt
  }

  /** A trail that counts from where `other` does, for a state that takes the place of another. */
  static like(other: InputTrail): InputTrail {
    const trail = new InputTrail(other.from, other.from + other.span)
    trail.nextFrom = other.nextFrom
    return trail
  }

  add(bar: Bar): void {
    this.hash = chained(this.hash, bar)
    this.bars++
    if (bar.openTime < this.nextFrom) return
    this.nextHash = chained(this.nextHash, bar)
    this.nextBars++
  }

  /** The bars that had closed at `slotAt` were all added: those that come open no earlier. */
  pass(slotAt: number): void {
    if (slotAt - this.nextFrom < this.span) return
    this.from = this.nextFrom
    this.hash = this.nextHash
    this.bars = this.nextBars
    this.nextFrom = slotAt
    this.nextHash = 0n
    this.nextBars = 0
  }

  /** 16 hexadecimal digits. */
  get text(): string {
    return this.hash.toString(16).padStart(16, "0")
  }
}
