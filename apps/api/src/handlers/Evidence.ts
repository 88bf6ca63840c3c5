/** How far signals and their confidence deserve belief. */
import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { DbClock } from "@dgas/db/DbClock"
import type { JudgedFilter } from "@dgas/db/OutcomeHistory"
import type { Config } from "@dgas/domain/Config"
import { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import { Evidence } from "../Evidence.ts"
import type { Handlers } from "../Handler.ts"

type Services = CalibrationStore | DbClock | Evidence

const live = (query: JudgedFilter): JudgedFilter => ({ ...query, origin: query.origin ?? "LIVE" })

export const evidenceHandlers = (config: Config): Handlers<"getCalibration" | "getEdge", Services> => {
  /** Those in force now, of the schedules that are asked for. */
  const maps = Effect.fnUntraced(function*({ origin, schedule }: JudgedFilter) {
    const store = yield* CalibrationStore
    const now = yield* (yield* DbClock).now
    const schedules = schedule === undefined ? config.schedules.map(({ name }) => name) : [schedule]
    const origins = origin === undefined || origin === "ALL" ? Origin.literals : [origin]
    const found = yield* Effect.forEach(
      origins.flatMap((origin) => schedules.map((schedule) => ({ origin, schedule }))),
      (key) => store.inForce(key, now)
    )
    return found.flatMap(({ calibration }) => calibration === null ? [] : [calibration])
  })

  return {
    getCalibration: ({ query }) =>
      Effect.gen(function*() {
        const filter = live(query)
        const found = yield* (yield* Evidence).calibration(filter, config.timeZone)
        return { ...found, maps: yield* maps(filter) }
      }),

    getEdge: ({ query }) =>
      Effect.gen(function*() {
        const filter = live(query)
        return yield* (yield* Evidence).edge(filter, config.timeZone)
      })
  }
}
