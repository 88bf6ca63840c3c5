/** How far signals and their confidence deserve belief. */
import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { DbClock } from "@dgas/db/DbClock"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { type JudgedFilter, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { Config } from "@dgas/domain/Config"
import { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import { Access } from "../Access.ts"
import { NotFound } from "../ApiError.ts"
import { Evidence } from "../Evidence.ts"
import type { Context, Handlers } from "../Handler.ts"

type Services = Access | CalibrationStore | DbClock | Evidence | InstrumentStore | OutcomeHistory

const dayMs = 86_400_000

/** Who waits for what was asked. */
const clientOf = ({ caller, peer, request }: Context) =>
  Effect.map(Access, (access) => access.clientOf(caller, request, peer))

export const evidenceHandlers = (config: Config): Handlers<"getCalibration" | "getEdge", Services> => {
  const schedules = new Set(config.schedules.map(({ name }) => name))
  const symbols = new Set(
    Object.values(config.universes).flatMap(({ instruments }) => instruments.map(({ symbol }) => symbol))
  )

  /** What is computed: of whole days, and of what somebody knows, so that there are not as many reports as can be asked for. */
  const known = Effect.fnUntraced(function*(query: JudgedFilter) {
    const { origin = "LIVE", schedule, since, symbol } = query
    if (schedule !== undefined && !schedules.has(schedule) && !(yield* (yield* OutcomeHistory).wasRun(schedule))) {
      return yield* new NotFound({ what: "schedule" })
    }
    if (
      symbol !== undefined && !symbols.has(symbol) && (yield* (yield* InstrumentStore).find(symbol)).length === 0
    ) return yield* new NotFound({ what: "symbol" })
    const filter: JudgedFilter = {
      ...query,
      origin,
      ...since === undefined ? {} : { since: Math.floor(since / dayMs) * dayMs }
    }
    return filter
  })

  /** Those in force now, of the schedules that are asked for. */
  const maps = Effect.fnUntraced(function*({ origin, schedule }: JudgedFilter) {
    const store = yield* CalibrationStore
    const now = yield* (yield* DbClock).now
    const asked = schedule === undefined ? [...schedules] : [schedule]
    const origins = origin === undefined || origin === "ALL" ? Origin.literals : [origin]
    const found = yield* Effect.forEach(
      origins.flatMap((origin) => asked.map((schedule) => ({ origin, schedule }))),
      (key) => store.inForce(key, now)
    )
    return found.flatMap(({ calibration }) => calibration === null ? [] : [calibration])
  })

  return {
    getCalibration: (asked) =>
      Effect.gen(function*() {
        const filter = yield* known(asked.query)
        const found = yield* (yield* Evidence).calibration(filter, yield* clientOf(asked), config.timeZone)
        return { ...found, maps: yield* maps(filter) }
      }),

    getEdge: (asked) =>
      Effect.gen(function*() {
        const filter = yield* known(asked.query)
        return yield* (yield* Evidence).edge(filter, yield* clientOf(asked), config.timeZone)
      })
  }
}
