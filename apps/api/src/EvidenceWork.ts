/** What is computed of many outcomes: reports whose intervals take seconds, over a database of their own connections. */
import { DbClock } from "@dgas/db/DbClock"
import type { JudgedFilter } from "@dgas/db/OutcomeHistory"
import { Sql } from "@dgas/db/Sql"
import * as Stores from "@dgas/db/Stores"
import { calibrated } from "@dgas/monitor/Calibrated"
import { edgeFound } from "@dgas/monitor/EdgeFound"
import { judgedSignals } from "@dgas/monitor/JudgedScope"
import { matchedTwins } from "@dgas/monitor/Twins"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { thinned } from "./ThinCurve.ts"

/** Which report, of which signals; instants are said in `zone`. */
export interface Ask {
  readonly kind: keyof Reports
  readonly filter: JudgedFilter
  readonly zone: string
}

export interface Reports {
  readonly calibration: Effect.Success<ReturnType<typeof calibrationReport>>
  readonly edge: Effect.Success<ReturnType<typeof edgeReport>>
}

const calibrationReport = Effect.fn("calibrationReport")(function*({ filter, zone }: Ask) {
  const { scope, signals } = yield* judgedSignals(filter, zone)
  const { calibration, ...found } = calibrated(signals)
  return { scope, ...calibration, ...found }
})

const edgeReport = Effect.fn("edgeReport")(function*({ filter, zone }: Ask) {
  const { scope, signals } = yield* judgedSignals(filter, zone)
  const { equity, ...found } = edgeFound(signals, yield* matchedTwins(signals, filter))
  return { scope, ...found, equity: equity === null ? null : { ...equity, curve: thinned(equity.curve) } }
})

const connections = 2

/** What is asked for, of the database at `url`. */
export const evidenceWork = (ask: Ask, url: string) =>
  Effect.gen(function*() {
    return ask.kind === "calibration" ? yield* calibrationReport(ask) : yield* edgeReport(ask)
  }).pipe(Effect.provide(
    Stores.layer.pipe(
      Layer.provideMerge(DbClock.layer),
      Layer.provideMerge(Sql.layer({ url: Redacted.make(url), pool: "api", max: connections }))
    )
  ))
