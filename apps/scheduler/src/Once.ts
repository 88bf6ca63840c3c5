/** One cycle of each schedule, for the bar that closed last at an instant. */
import { DbClock } from "@dgas/db/DbClock"
import { timeText } from "@dgas/domain/TimeText"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import type { Watch } from "@dgas/engine/Watch"
import { runAlert } from "@dgas/notify/AlertOf"
import * as ConsoleChannel from "@dgas/notify/Console"
import { deliverDue } from "@dgas/notify/Dispatcher"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { deliverConsole } from "./Deliver.ts"
import { runLine } from "./RunLine.ts"

/** The last bar close at or before `until`; null when there is none in three weeks. */
export const lastClose = (watch: Watch, until: number): number | null => {
  // The longest time without a close is a week of one-week bars with its neighbours closed.
  return watch.tradingGrid.closes(until - 21 * 86_400_000, until).at(-1) ?? null
}

/**
 * Runs what is due and tells it. A given `asOf` makes it a replay of that one instant: it does not notify and does
 * not count as the live worker's. Comes back with a line for each run that is stored as FAILED for lack of data.
 */
export const once = Effect.fn("once")(function*(
  watches: ReadonlyArray<Watch>,
  options: { readonly asOf: number | null; readonly owner: string; readonly zone: string }
) {
  const engine = yield* PredictionEngine
  const { asOf, owner, zone } = options
  const now = asOf ?? (yield* (yield* DbClock).now)
  const origin = asOf === null ? "LIVE" as const : "REPLAY" as const
  const failed: Array<string> = []
  for (const watch of watches) {
    const slotAt = lastClose(watch, asOf ?? now - watch.settleMs)
    if (slotAt === null) {
      yield* Console.log(`${watch.schedule.name}  no bar has closed by ${timeText(now, zone)} ${zone}`)
      continue
    }
    const result = yield* engine.cycle(watch, {
      slotAt,
      origin,
      readUntil: now,
      since: null,
      onOutage: "store",
      endsBacklog: true
    }, owner)
    if (result === null) {
      yield* Console.log(`${timeText(slotAt, zone)} ${zone}  ${watch.schedule.name}  already run, or running elsewhere`)
      continue
    }
    const line = runLine(result.run, zone)
    if (result.run.status === "FAILED") failed.push(line)
    else yield* Console.log(line)
    if (origin === "REPLAY" && result.signals.length > 0) {
      yield* ConsoleChannel.deliver(
        ConsoleChannel.consolePayload(runAlert(result.run, result.signals, zone)),
        process.stdout.isTTY === true
      )
    }
  }
  if (origin === "LIVE") {
    yield* deliverConsole()
    yield* deliverDue()
  }
  return failed
})
