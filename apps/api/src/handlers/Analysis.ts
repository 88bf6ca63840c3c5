/** Why a symbol had a signal at a bar close, or none. */
import type { BarChangeStore } from "@dgas/db/BarChangeStore"
import type { BarStore } from "@dgas/db/BarStore"
import { DbClock } from "@dgas/db/DbClock"
import type { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { LateStore } from "@dgas/db/LateStore"
import type { OptionStore } from "@dgas/db/OptionStore"
import type { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { RunStore } from "@dgas/db/RunStore"
import type { SignalStore } from "@dgas/db/SignalStore"
import { explain, type Explanation } from "@dgas/engine/Explain"
import { decisionText } from "@dgas/notify/DecisionText"
import * as Effect from "effect/Effect"
import { Conflict, NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"

/** From the higher timeframe down. */
const viewsOf = ({ analysis, watch: { schedule: { higher, lower, trading } } }: Explanation) =>
  analysis === null ? [] : [
    { timeframe: higher, ...analysis.timeframes.higher },
    { timeframe: trading, ...analysis.timeframes.trading },
    ...lower === null || analysis.timeframes.lower === null
      ? []
      : [{ timeframe: lower, ...analysis.timeframes.lower }]
  ]

type Services =
  | BarChangeStore
  | BarStore
  | DbClock
  | InstrumentStore
  | LateStore
  | OptionStore
  | PriceEventStore
  | RunStore
  | SignalStore

export const analysisHandlers: Handlers<"getAnalysis", Services> = {
  getAnalysis: ({ query: { at, origin = "LIVE", schedule, symbol } }) =>
    Effect.gen(function*() {
      const found = yield* explain({
        symbol,
        at: at ?? (yield* (yield* DbClock).now),
        origin,
        ...schedule === undefined ? {} : { schedule }
      }).pipe(Effect.catchTag("InputsUnknown", ({ message }) => new Conflict({ detail: message })))
      if (found === null) return yield* new NotFound({ what: "run of that symbol" })
      const { analysis, path, run, stored, tick, today } = found
      return {
        symbol,
        schedule: run.schedule,
        runId: run.id,
        slotAt: run.slotAt,
        tick,
        stored: decisionText(stored, tick),
        today: today === null ? null : decisionText(today, tick),
        signalId: stored.signal?.id ?? null,
        gates: path,
        alignment: analysis?.alignment ?? null,
        zones: analysis?.zones ?? [],
        timeframes: viewsOf(found)
      }
    })
}
