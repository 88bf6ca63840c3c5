/**
 * `report parity [--since 1d]`: the live runs of a time computed again from the stored bars, and what differs: the logic, or
 * only the data. Ends with 1 when the logic does.
 */
import { DbClock } from "@dgas/db/DbClock"
import { RunStore } from "@dgas/db/RunStore"
import { timeText } from "@dgas/domain/TimeText"
import { runParities } from "@dgas/engine/Parity"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type PageFlags, printReport } from "../PagePrint.ts"
import { isLogic, parityColumns, parityPage } from "../ParityPage.ts"
import { csvText, jsonText } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** Live runs come out differently over the bars that they saw. */
export class LogicDiffers extends Schema.TaggedError<LogicDiffers>()("LogicDiffers", {
  different: Schema.Int,
  runs: Schema.Int
}) {
  override get message() {
    return `${this.different} of ${this.runs} live runs come out differently over the bars that they saw`
  }
}

interface Flags extends PageFlags {
  readonly since: Option.Option<string>
  readonly schedule: Option.Option<string>
}

const day = 86_400_000
/** A week of 1m bars. */
const mostRuns = 10_080
const atOnce = 2

export const parity = (flags: Flags) =>
  withStore(flags, (zone, given) =>
    Effect.gen(function*() {
      const since = given.since ?? (yield* (yield* DbClock).now) - day
      const runs = yield* (yield* RunStore).recent({
        since,
        origin: "LIVE",
        limit: mostRuns,
        ...Option.match(flags.schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) })
      })
      const bySchedule = Map.groupBy(runs.toReversed(), ({ schedule }) => schedule)
      const walked = yield* Effect.forEach(bySchedule.values(), runParities, { concurrency: atOnce })
      const found = walked.flat().toSorted((a, b) => a.run.slotAt - b.run.slotAt)
      const most = runs.length < mostRuns ? "" : ` The newest ${mostRuns} of them.`
      yield* printReport(flags, {
        page: parityPage(
          found,
          `Live runs since ${timeText(since, zone)} ${zone}, computed again from the stored bars.${most}`,
          zone
        ),
        json: () => jsonText(parityColumns, found),
        csv: () => csvText(parityColumns, found)
      })
      const different = found.filter(isLogic).length
      if (different > 0) return yield* new LogicDiffers({ different, runs: found.length })
    }))
