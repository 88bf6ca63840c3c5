/**
 * Every slot between two instants, in order, each as of its own time, through the code that the live worker runs.
 *
 * Slots that have their final state are not run again, so a replay that was cut off goes on where it was. It stops at
 * a source that cannot be asked, rather than to leave runs behind that say no data where there is some.
 */
import { SlotStore } from "@dgas/db/SlotStore"
import type { Origin } from "@dgas/domain/Origin"
import type { RunStatus } from "@dgas/domain/PredictionRun"
import { type CycleSlot, PredictionEngine } from "@dgas/engine/PredictionEngine"
import type { Watch } from "@dgas/engine/Watch"
import { makeProgress } from "@dgas/notify/Progress"
import * as Effect from "effect/Effect"

/** Slots after `from`, up to and including `to`; epoch milliseconds. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Counts of a replay. `before` are the slots that were done when it came to them. */
export interface Replayed {
  readonly before: number
  readonly runs: Readonly<Record<RunStatus, number>>
  readonly signals: number
  readonly barsOutsideSessions: number
  readonly barsQuarantined: number
}

export const replay = Effect.fn("replay")(function*(
  watches: ReadonlyArray<Watch>,
  range: Range,
  /** `title` heads the progress bar; null shows none. */
  options: { readonly origin: Origin; readonly owner: string; readonly title: string | null }
) {
  const engine = yield* PredictionEngine
  const slots = yield* SlotStore
  const { origin, owner } = options
  let before = 0
  const due: Array<{ readonly watch: Watch; readonly slotAt: number }> = []
  for (const watch of watches) {
    const closes = watch.tradingGrid.closes(range.from, range.to)
    const done = yield* slots.final(watch.schedule.name, origin, range.from, range.to)
    for (const slotAt of closes) {
      if (done.has(slotAt)) before++
      else due.push({ watch, slotAt })
    }
  }
  due.sort((a, b) => a.slotAt - b.slotAt)
  const progress = options.title === null ? null : yield* makeProgress(options.title, due.length)
  const runs = { SUCCESS: 0, PARTIAL: 0, FAILED: 0 }
  let signals = 0
  let barsOutsideSessions = 0
  let barsQuarantined = 0
  for (const [index, { slotAt, watch }] of due.entries()) {
    const slot = { slotAt, origin, readUntil: range.to, since: range.from, onOutage: "fail" as const }
    const result = yield* ranInTurn(engine, slots, watch, slot, owner)
    if (result === null) before++
    else {
      runs[result.run.status]++
      signals += result.signals.length
      barsOutsideSessions += result.refreshed.outsideSessions
      barsQuarantined += result.refreshed.quarantined
    }
    if (progress !== null) yield* progress.at(index + 1)
  }
  return { before, runs, signals, barsOutsideSessions, barsQuarantined } satisfies Replayed
})

const askAgainMs = 250

/**
 * The slot's run, or null when another worker ran it. A slot that is held is waited for, at most until the lease of
 * its holder runs out: the next one needs to know its signals.
 */
const ranInTurn = Effect.fnUntraced(function*(
  engine: PredictionEngine["Service"],
  slots: SlotStore["Service"],
  watch: Watch,
  slot: CycleSlot,
  owner: string
) {
  while (true) {
    const result = yield* engine.cycle(watch, slot, owner)
    if (result !== null) return result
    const final = yield* slots.final(watch.schedule.name, slot.origin, slot.slotAt, slot.slotAt)
    if (final.size > 0) return null
    yield* Effect.sleep(askAgainMs)
  }
})
