/** One cycle of each schedule, for the bar that closed last at an instant. */
import { DbClock } from "@dgas/db/DbClock"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import type { Watch } from "@dgas/engine/Watch"
import * as ConsoleChannel from "@dgas/notify/Console"
import { timeText } from "@dgas/notify/TimeText"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { deliverConsole } from "./Deliver.ts"
import { runLine } from "./RunLine.ts"

/** The last bar close that a source can have had at `now`. */
export const dueSlot = (watch: Watch, now: number): number | null => {
  const until = now - watch.settleMs
  // The longest time without a close is a week of one-week bars with its neighbours closed.
  return watch.tradingGrid.closes(until - 21 * 86_400_000, until).at(-1) ?? null
}

/**
 * Runs what is due and tells it. A given `asOf` makes it a replay of that one instant: it does not notify and does
 * not count as the live worker's. Comes back with false when a run failed for lack of data.
 */
export const once = Effect.fn("once")(function*(
  watches: ReadonlyArray<Watch>,
  options: { readonly asOf: number | null; readonly owner: string; readonly zone: string }
) {
  const engine = yield* PredictionEngine
  const { asOf, owner, zone } = options
  const now = asOf ?? (yield* (yield* DbClock).now)
  const origin = asOf === null ? "LIVE" as const : "REPLAY" as const
  let fine = true
  for (const watch of watches) {
    const slotAt = dueSlot(watch, now)
    if (slotAt === null) {
      yield* Console.log(`${watch.schedule.name}  no bar has closed by ${timeText(now, zone)} ${zone}`)
      continue
    }
    const result = yield* engine.cycle(watch, { slotAt, origin, readUntil: now, since: null }, owner)
    if (result === null) {
      yield* Console.log(`${timeText(slotAt, zone)} ${zone}  ${watch.schedule.name}  already run, or running elsewhere`)
      continue
    }
    fine &&= result.run.status !== "FAILED"
    yield* Console.log(runLine(result.run, zone))
    if (origin === "REPLAY" && result.signals.length > 0) {
      yield* ConsoleChannel.deliver(
        ConsoleChannel.consolePayload(result.run, result.signals, zone),
        process.stdout.isTTY === true
      )
    }
  }
  if (origin === "LIVE") yield* deliverConsole()
  return fine
})
