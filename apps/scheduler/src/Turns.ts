/**
 * Whose turn it is in a pass: each schedule has one, and more until nothing is left that can be run now.
 *
 * A backlog must not keep other schedules waiting until their signals are late, nor what a dead worker held: its lease
 * runs out in the middle of a pass. So a turn ends after `turnMs`, and what another worker holds is looked at again after
 * every turn in which something ran.
 */
import { owedSlots } from "@dgas/engine/OwedSlots"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"

/** Long enough to make use of states that are warm, short enough that a takeover is a matter of seconds. */
export const turnMs = 2000

export interface Turn {
  /** How many slots were run. */
  readonly ran: number
  /** What is left: slots that can be run, or ones that wait for another worker. */
  readonly left: "nothing" | "more" | "held"
}

export const inTurns = Effect.fnUntraced(function*<A, E, R>(
  all: ReadonlyArray<A>,
  turn: (one: A) => Effect.Effect<Turn, E, R>
) {
  const queue = [...all]
  const held: Array<A> = []
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const { left, ran } = yield* turn(one)
    if (ran > 0) queue.unshift(...held.splice(0))
    if (left === "more") queue.push(one)
    if (left === "held") held.push(one)
  }
})

/** A worker that is killed over and over must not begin with the same schedule each time, and never come to the last. */
export const longestWaiting = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>, now: number) {
  if (watches.length < 2) return watches
  const waiting = yield* Effect.forEach(
    watches,
    (watch) => Effect.map(owedSlots(watch, now), ({ due }) => ({ watch, since: due[0] ?? now }))
  )
  return waiting.toSorted((one, other) => one.since - other.since).map(({ watch }) => watch)
})
