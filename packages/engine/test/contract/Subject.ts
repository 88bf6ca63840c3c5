/**
 * What the contract asks of everything that is fed bars: to be made, pushed, looked at, stopped and gone on with.
 *
 * What is shown is plain data. A leaf is a price when it is named like one and then scales with the market; every other
 * number is free of scale; `detail` and `reason` are words for people, which may tell prices.
 */
import type { Bar } from "@dgas/domain/Bar"
import { levelNames } from "@dgas/engine/geometry/Levels"
import { isSnapshot, restoreInto, type Snapshot, snapshotOf } from "@dgas/engine/geometry/Snapshot"

export type Leaf = string | number | boolean | null
export type Plain = Leaf | ReadonlyArray<Plain> | { readonly [field: string]: Plain }

export interface Instance {
  readonly push: (bar: Bar) => void
  readonly shown: () => Plain
  /** What of `shown` the last bars alone decide. */
  readonly recent: () => Plain
  /** Patterns, meetings, signals: what a market that stands still must not bring. */
  readonly events: () => ReadonlyArray<unknown>
  readonly snapshot: () => Snapshot
  readonly restore: (snapshot: Snapshot) => void
  readonly reset: () => void
  /** Pushes of one bar that is not later than the last; each must be refused. None where a subject takes no times. */
  readonly late: (bar: Bar) => ReadonlyArray<() => void>
}

export interface Subject {
  readonly name: string
  readonly make: () => Instance
  /** Bars after which a spike has left what is recent; 0 when nothing is. */
  readonly window: number
  /** Bars after which every recent number is defined, but for the levels that need not be. */
  readonly defined: number
  /** Texts of which a long walk must show each, so that the laws are about something. */
  readonly shows: ReadonlyArray<string>
}

/** Snapshot, restore and reset of an object and its parts by their fields. */
export const byFields = <A extends object>(
  parts: A,
  fresh: () => A
): Pick<Instance, "snapshot" | "restore" | "reset"> => ({
  snapshot: () => snapshotOf(parts),
  restore: (snapshot) => restoreInto(parts, snapshot),
  reset: () => restoreInto(parts, snapshotOf(fresh()))
})

/** A part of a snapshot that must be one itself. */
export const partOf = (snapshot: Snapshot, field: string): Snapshot => {
  const part = snapshot[field]
  if (!isSnapshot(part)) throw new Error(`no snapshot in ${field}`)
  return part
}

/** Builds a bar of every `count` bars. Its state is plain numbers. */
export class Bundle {
  private readonly count: number
  private held = 0
  private openTime = 0
  private open = 0
  private high = 0
  private low = 0

  constructor(count: number) {
    this.count = count
  }

  push({ close, closeTime, high, low, open, openTime }: Bar): Bar | null {
    if (this.held === 0) {
      this.openTime = openTime
      this.open = open
      this.high = high
      this.low = low
    }
    this.high = Math.max(this.high, high)
    this.low = Math.min(this.low, low)
    this.held = (this.held + 1) % this.count
    if (this.held > 0) return null
    return { openTime: this.openTime, closeTime, open: this.open, high: this.high, low: this.low, close, volume: 1 }
  }
}

const priceNames: ReadonlySet<string> = new Set([
  ...levelNames,
  "slope",
  "width",
  "meanRange",
  "dot",
  "low",
  "high",
  "close",
  "entry",
  "stop",
  "target",
  "fillPrice",
  "exitPrice",
  "entryPrice",
  "stopLoss",
  "targetPrice"
])

export interface Leaves {
  readonly prices: ReadonlyMap<string, number>
  readonly numbers: ReadonlyMap<string, number>
  /** Names, states and flags, and `null` for what is absent. */
  readonly facts: ReadonlyMap<string, Leaf>
  readonly words: ReadonlyMap<string, Leaf>
}

/** Every leaf of what is shown by its path. */
export const leavesOf = (shown: Plain): Leaves => {
  const prices = new Map<string, number>()
  const numbers = new Map<string, number>()
  const facts = new Map<string, Leaf>()
  const words = new Map<string, Leaf>()
  const visit = (value: Plain, path: string, name: string) => {
    if (Array.isArray(value)) {
      facts.set(`${path}.length`, value.length)
      for (const [index, each] of value.entries()) visit(each, `${path}.${index}`, name)
    } else if (typeof value === "object" && value !== null) {
      for (const [field, each] of Object.entries(value)) visit(each, `${path}.${field}`, field)
    } else if (typeof value === "number") (priceNames.has(name) ? prices : numbers).set(path, value)
    else (name === "detail" || name === "reason" ? words : facts).set(path, value)
  }
  visit(shown, "", "")
  return { prices, numbers, facts, words }
}

/** Equal texts mean equal data to the last bit, but for the sign of zero. JSON has no NaN and no Infinity. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => typeof each === "number" && !Number.isFinite(each) ? String(each) : each)
