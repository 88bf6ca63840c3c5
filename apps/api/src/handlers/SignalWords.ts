/** What people say to signals: that they have seen one, and what became of an entry. */
import { DbClock } from "@dgas/db/DbClock"
import { SignalPages } from "@dgas/db/SignalPages"
import { SignalStore } from "@dgas/db/SignalStore"
import { SignalWords } from "@dgas/db/SignalWords"
import type { Config } from "@dgas/domain/Config"
import { correctedOutcome, mistakesOf } from "@dgas/monitor/Correction"
import { costsOf } from "@dgas/monitor/Costs"
import * as Effect from "effect/Effect"
import { Conflict, NotFound, NotUnderstood } from "../ApiError.ts"
import { nameOf } from "../Caller.ts"
import type { Handlers } from "../Handler.ts"

type Services = DbClock | SignalPages | SignalStore | SignalWords

const noSuchSignal = () => new NotFound({ what: "signal" })

/** As lists have it now. */
const item = Effect.fnUntraced(function*(id: string) {
  const [found] = yield* (yield* SignalPages).some([id])
  return found ?? (yield* noSuchSignal())
})

export const signalWordHandlers = (
  config: Config
): Handlers<"correctOutcome" | "withdrawCorrection" | "acknowledgeSignal", Services> => {
  const costs = new Map(costsOf(config).map(({ costPct, schedule, symbol }) => [`${schedule}/${symbol}`, costPct]))
  return {
    correctOutcome: ({ body: { note, ...said }, caller, params: { id } }) =>
      Effect.gen(function*() {
        const signal = yield* (yield* SignalStore).get(id)
        if (signal === null) return yield* noSuchSignal()
        const { schedule, symbol, type } = signal
        if (type !== "LONG" && type !== "SHORT") {
          return yield* new Conflict({ detail: `an outcome is of a LONG or SHORT, and this is an ${type}` })
        }
        const entry = { ...signal, type }
        const mistakes = mistakesOf(entry, said, yield* (yield* DbClock).now)
        if (mistakes.length > 0) {
          return yield* new NotUnderstood({
            detail: "the body does not fit the signal",
            mistakes: mistakes.map(({ expected, where }) => ({ where: `body.${where}`, expected }))
          })
        }
        const costPct = costs.get(`${schedule}/${symbol}`) ?? signal.costPct ?? 0
        const outcome = correctedOutcome(entry, said, costPct)
        yield* (yield* SignalWords).correct({ outcome, by: nameOf(caller), note })
        return yield* item(id)
      }),

    withdrawCorrection: ({ params: { id } }) =>
      Effect.gen(function*() {
        const withdrawn = yield* (yield* SignalWords).withdraw(id)
        const found = yield* item(id)
        return withdrawn ? found : yield* new Conflict({ detail: "nobody has corrected its outcome" })
      }),

    acknowledgeSignal: ({ caller, params: { id } }) =>
      Effect.gen(function*() {
        yield* (yield* SignalWords).acknowledge(id, nameOf(caller))
        return yield* item(id)
      })
  }
}
