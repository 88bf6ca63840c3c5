import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { Odds } from "@dgas/domain/Odds"
import type { Signal } from "@dgas/domain/Signal"
import * as MonitorOdds from "@dgas/monitor/Odds"
import { effectTest } from "@dgas/testkit/effectTest"
import { expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { database, engine, entriesOf, runSlots } from "./world.ts"

const it = effectTest(database)

it.live("a calibration that cannot be read leaves a signal without odds, and keeps it from nobody", () =>
  Effect.gen(function*() {
    yield* Effect.provide(runSlots(0, 60, { origin: "LIVE" }), engine())
    const [entry] = (yield* entriesOf("LIVE")).entries
    const unreadable = Layer.effect(
      CalibrationStore,
      Effect.map(
        CalibrationStore,
        (store) => CalibrationStore.of({ ...store, inForce: () => Effect.die(new Error("of a later version")) })
      )
    )
    const signals: ReadonlyArray<Signal> = [entry!]
    const odds = yield* Effect.flatMap(Odds, ({ of }) => of(signals)).pipe(
      Effect.provide(MonitorOdds.layer.pipe(Layer.provide(unreadable)))
    )
    expect(odds.size).toBe(0)
  }))
