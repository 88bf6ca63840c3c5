import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { gaugesStatement, GaugeStore } from "../src/GaugeStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { many, readBy } from "./manyRows.ts"

const it = effectTest(TestDatabase.layer)

describe("GaugeStore", () => {
  it.live("counts a day, and reads no more of what is older however much it is", () =>
    Effect.gen(function*() {
      yield* many({ signals: 3000, runs: 3000 })
      const { run } = yield* Sql
      yield* run("outcomes", (sql) =>
        sql`
          update generated_signals set outcome = 'WIN', exit_reason = 'TARGET', filled = true,
            decided_at = signal_timestamp, evaluated_at = signal_timestamp`)
      yield* run("a new signal", (sql) =>
        sql`update generated_signals set signal_timestamp = now(), decided_at = now() where id = 'LIVE/1'`)
      yield* run("a new run", (sql) =>
        sql`update prediction_runs set slot_at = now() where id = 'LIVE/1'`)
      yield* run("statistics", (sql) => sql`analyze generated_signals`)
      const gauges = yield* (yield* GaugeStore).read
      const valueOf = (name: string) => gauges.filter((gauge) => gauge.name === name).map(({ value }) => value)
      expect([valueOf("signals"), valueOf("outcomes"), valueOf("runs"), valueOf("slots")]).toEqual([[1], [1], [1], []])
      expect(yield* readBy(gaugesStatement)).toBeLessThan(50)
    }))
})
