/** Entries that stay pending, since nothing comes any more by which they could end: a line for each schedule. */
import { stalledEntries } from "@dgas/db/StalledEntries"
import type { Config } from "@dgas/domain/Config"
import { timeText } from "@dgas/domain/TimeText"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { JudgedFlags } from "./Judged.ts"

/** None for replays, whose entries are as far as they were replayed. */
export const stalledLines = Effect.fn("stalledLines")(function*(
  { origin, schedule, symbol }: Pick<JudgedFlags, "origin" | "schedule" | "symbol">,
  { schedules, timeZone }: Config
) {
  if (origin !== "live" && origin !== "all") return []
  const running = schedules.map(({ name }) => name)
  const found = yield* stalledEntries({
    running,
    ...Option.match(schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
    ...Option.match(symbol, { onNone: () => ({}), onSome: (symbol) => ({ symbol }) })
  })
  return found.map(({ count, schedule, since }) =>
    `${schedule}: ${count} pending without news since ${timeText(since, timeZone)} ${timeZone}: ${
      running.includes(schedule) ? "no bars of the symbol come" : "the configuration has no such schedule"
    }.`
  )
})
