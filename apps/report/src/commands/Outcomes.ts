/** `report outcomes`: what became of each signal, newest first, and of all of them in sum. */
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { Outcome } from "@dgas/domain/Outcome"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { judgedFilter, type JudgedFlags, scopeOf } from "../Judged.ts"
import { outcomeColumns, outcomesPage } from "../OutcomesPage.ts"
import { type PageFlags, printReport } from "../PagePrint.ts"
import { csvText, jsonText } from "../Rows.ts"
import { stalledLines } from "../StalledText.ts"
import { withStore } from "../Store.ts"

interface Flags extends JudgedFlags, PageFlags {
  readonly limit: number
  readonly status: Option.Option<Outcome>
}

export const outcomes = (flags: Flags) =>
  withStore(flags, (zone, since, config) =>
    Effect.gen(function*() {
      const { limit } = flags
      const status = Option.match(flags.status, { onNone: () => ({}), onSome: (status) => ({ status }) })
      const all = yield* (yield* OutcomeHistory).judged({ ...judgedFilter(flags, since), ...status })
      const newest = all.slice(0, limit)
      const scope = [...scopeOf(all, flags, zone, since), ...yield* stalledLines(flags, config)]
      yield* printReport(flags, {
        page: outcomesPage(all, { limit, scope, zone }),
        json: () => jsonText(outcomeColumns, newest),
        csv: () => csvText(outcomeColumns, newest)
      })
    }))
