/**
 * What of a part of news a destination is told, and what is held back from it.
 *
 * What it does not want is not meant for it, and leaves nothing behind. What a mute, a cool-down, transition-only or a
 * burst holds back is kept, with the reason. Mutes silence everything; all the others concern entries alone, since
 * somebody may hold the position that an exit closes.
 */
import type { ToldSignal } from "@dgas/db/ToldStore"
import type { Wishes } from "@dgas/domain/DestinationConfig"
import type { Mute } from "@dgas/domain/Mute"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import { timeText } from "@dgas/domain/TimeText"
import { isSignal, type Item, only, type Part } from "./Part.ts"

/** `rule` names it in the ids of messages; `reason` tells it in one line. */
export interface Held {
  readonly rule: string
  readonly reason: string
}

export interface Routed {
  readonly told: Part | null
  readonly suppressed: ReadonlyArray<Held & { readonly part: Part }>
}

/** What is known when it is decided. */
export interface Known {
  /** Those that hold and concern the destination. */
  readonly mutes: ReadonlyArray<Mute>
  /** What the destination was told before. */
  readonly told: ReadonlyArray<ToldSignal>
  /** Zone in which reasons tell times. */
  readonly zone: string
}

const isEntryItem = (item: Item): item is Signal => isSignal(item) && isEntry(item.type)

/** What of it is meant for somebody who wishes so; null when nothing is. */
export const meant = (part: Part, wishes: Wishes): Part | null =>
  only(part, (item) => {
    if (wishes.symbols.length > 0 && !wishes.symbols.includes(item.symbol)) return false
    if (!isSignal(item)) return wishes.levelEvents
    if (!wishes.types.includes(item.type)) return false
    if (!isEntry(item.type)) return true
    const tiered = wishes.tiers.length === 0 || (item.tier !== null && wishes.tiers.includes(item.tier))
    return tiered && item.confidence >= wishes.minConfidence
  })

/** The mutes that concern what a schedule tells a destination; `destination` as people name it. */
export const mutesOf = (mutes: ReadonlyArray<Mute>, schedule: string, destination: string): ReadonlyArray<Mute> =>
  mutes.filter((mute) =>
    (mute.schedule === null || mute.schedule === schedule) &&
    (mute.destination === null || mute.destination === destination)
  )

export const mutedBy = ({ author, endsAt, id, reason }: Mute, zone: string): Held => ({
  rule: `mute-${id}`,
  reason: `muted by ${author} until ${timeText(endsAt, zone)} ${zone} (mute ${id}): ${reason}`.replaceAll(/\s+/g, " ")
})

const muted = (item: Item, { mutes, zone }: Known): Held | null => {
  const mute = mutes.find(({ symbol }) => symbol === null || symbol === item.symbol)
  return mute === undefined ? null : mutedBy(mute, zone)
}

const repeats = (entry: Signal, { transitionOnly }: Wishes, { told }: Known): Held | null => {
  if (!transitionOnly) return null
  const before = told.filter(({ symbol }) => symbol === entry.symbol).toSorted((a, b) => b.barClose - a.barClose)
  return before[0]?.type === entry.type
    ? { rule: "transition-only", reason: `${entry.type} is what was told last of its symbol` }
    : null
}

const cools = (entry: Signal, { coolDownMinutes }: Wishes, { told }: Known): Held | null =>
  told.some(({ barClose, symbol, type }) =>
      symbol === entry.symbol && type === entry.type && entry.signalTimestamp - barClose < coolDownMinutes * 60_000
    )
    ? {
      rule: "cool-down",
      reason: `less than ${coolDownMinutes} min after an entry of the same symbol and direction was told`
    }
    : null

/** The entries of a part beyond the most that a message may have: those of lowest confidence, of equal ones the later. */
const beyond = (part: Part | null, most: number | null): ReadonlySet<Item> =>
  new Set<Item>(
    most === null
      ? []
      : part?.signals.filter(isEntryItem).toSorted((a, b) => b.confidence - a.confidence).slice(most)
  )

/** Of a part that is meant for the destination. */
export const route = (part: Part, wishes: Wishes, known: Known): Routed => {
  // Of a notice it was settled when its signal was told; a digest and late bars have waited long enough.
  const judged = part.notice === null
  const fresh = part.kind === "signals"
  const ruled = (item: Item): Held | null => {
    const mute = muted(item, known)
    if (mute !== null || !judged || !isEntryItem(item)) return mute
    return repeats(item, wishes, known) ?? (fresh ? cools(item, wishes, known) : null)
  }
  const held = new Map<Item, Held>()
  for (const item of [...part.signals, ...part.events]) {
    const why = ruled(item)
    if (why !== null) held.set(item, why)
  }
  const { maxPerRun } = wishes
  const over = { rule: "most", reason: `beyond the ${maxPerRun} entries of highest confidence of a run` }
  const cut = judged ? beyond(only(part, (item) => !held.has(item)), maxPerRun) : []
  for (const item of cut) held.set(item, over)

  const reasons = new Map([...held.values()].map((why) => [why.rule, why]))
  return {
    told: only(part, (item) => !held.has(item)),
    suppressed: [...reasons.values()].flatMap((why) => {
      const kept = only(part, (item) => held.get(item)?.rule === why.rule)
      return kept === null ? [] : [{ ...why, part: kept }]
    })
  }
}
