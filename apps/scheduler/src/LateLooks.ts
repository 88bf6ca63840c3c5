/**
 * When to look for symbols whose bars are late: a minute after their slot was due, then after twice the time, and so on.
 *
 * Shortly before the next slot nobody looks: that slot's own cycle finds what has come by then.
 */
import { lastClose } from "@dgas/engine/OwedSlots"
import type { Watch } from "@dgas/engine/Watch"

const firstWaitMs = 60_000
/** A look may hold its slot for 30 s, and must not be in the way of the next one. */
const quietMs = 60_000

export class LateLooks {
  private readonly looks = new Map<string, { readonly slotAt: number; at: number; wait: number }>()

  /** The slot, epoch milliseconds, whose symbols are to be looked for at `now`, or null; `asked` for it is not for others. */
  due(watch: Watch, now: number, asked = false): number | null {
    const { schedule: { name }, settleMs, tradingGrid } = watch
    const slotAt = lastClose(watch, now - settleMs)
    if (slotAt === null) return null
    const isNear = tradingGrid.nextClose(now) + settleMs - now < quietMs
    const look = this.looks.get(name)
    if (look?.slotAt !== slotAt) {
      this.looks.set(name, { slotAt, at: Math.max(now, slotAt + settleMs + firstWaitMs), wait: firstWaitMs })
    }
    if (asked) return isNear ? null : slotAt
    if (look?.slotAt !== slotAt || now < look.at || isNear) return null
    look.wait *= 2
    look.at = now + look.wait
    return slotAt
  }

  /** No symbol of the slot that was looked at last is missing. */
  settled({ schedule: { name } }: Watch): void {
    const look = this.looks.get(name)
    if (look !== undefined) look.at = Infinity
  }
}
