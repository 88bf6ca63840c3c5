/** `report edge`: what a fill earns after costs, beside random entries, and whether that can be told from nothing. */
import { edgeFound } from "@dgas/monitor/EdgeFound"
import { matchedTwins } from "@dgas/monitor/Twins"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { edgeColumns, edgePage, edgeRows } from "../EdgePage.ts"
import { judgedFilter, type JudgedFlags, judgedSignals } from "../Judged.ts"
import { type PageFlags, printReport } from "../PagePrint.ts"
import { csvText } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** What a report says of itself does not hold: a bug of ours. */
export class CrossCheckFailed extends Schema.TaggedError<CrossCheckFailed>()("CrossCheckFailed", {
  faults: Schema.Array(Schema.String)
}) {
  override get message() {
    return `the report does not pass its own cross checks: ${this.faults.join("; ")}`
  }
}

export const edge = (flags: JudgedFlags & PageFlags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const { scope, signals } = yield* judgedSignals(flags, zone, since)
      const found = edgeFound(signals, yield* matchedTwins(signals, judgedFilter(flags, since)))
      yield* printReport(flags, {
        page: edgePage(found, scope, zone),
        json: () => JSON.stringify({ scope, ...found }, null, 2),
        csv: () => csvText(edgeColumns, edgeRows(found))
      })
      if (found.faults.length > 0) return yield* new CrossCheckFailed({ faults: found.faults })
    }))
