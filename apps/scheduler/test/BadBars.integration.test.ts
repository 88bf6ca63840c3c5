/** Bad input never kills a batch and never stores half: three files of one schedule, of which one is sound. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { RunStore } from "@dgas/db/RunStore"
import { Sql } from "@dgas/db/Sql"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { replay } from "../src/Replay.ts"
import { configOf, worldLayer } from "./world.ts"

const folder = temporaryFolder("bad")
const start = Date.UTC(2026, 0, 5)
const step = 1_800_000
const slots = 100

const label = (index: number) => new Date(start + index * step).toISOString()
const row = (index: number, prices = "100,101,99,100.5") => `${label(index)},${prices},1`
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index))

const write = (symbol: string, lines: ReadonlyArray<string>) =>
  writeFileSync(join(folder, `${symbol}_30m.csv`), ["timestamp,open,high,low,close,volume", ...lines].join("\n"))

write("TORN", [...rows(10), "not a row"])
write("MIXED", [
  ...rows(slots).toSpliced(50, 1, row(50, "100,NaN,99,100"), row(50, "100,98,99,100"), row(50)),
  row(60),
  "2026-01-06T00:00:01.000Z,100,101,99,100,1"
])
write("SOUND", rows(slots))

const config = configOf({
  sources: { files: { kind: "csv", folder } },
  universes: {
    files: {
      source: "files",
      calendar: "24/7",
      instruments: [{ symbol: "TORN" }, { symbol: "NONE" }, { symbol: "MIXED" }, { symbol: "SOUND" }]
    }
  },
  schedules: [{ name: "files", universe: "files", trading: "30m", higher: "4h" }]
})
const watch = watchOf(config, config.schedules[0])

describe("a cycle over bad files", () => {
  effectTest(worldLayer(config)).live(
    "goes on without them, says why, and puts bad rows aside once",
    () =>
      Effect.gen(function*() {
        const range = { from: start, to: start + slots * step }
        const done = yield* replay([watch], range, { origin: "REPLAY", owner: "test", title: null })
        expect(done.runs).toEqual({ SUCCESS: 0, PARTIAL: slots, FAILED: 0 })

        const [last] = yield* (yield* RunStore).recent({ origin: "REPLAY", limit: 1 })
        expect(last).toMatchObject({ symbolsRequested: 4, symbolsProcessed: 2 })
        expect(last!.errors).toHaveLength(2)
        expect(last!.errors[0]).toContain("TORN_30m.csv, line 12: found 1 columns")
        expect(last!.errors[1]).toContain("NONE_30m.csv")

        const { run } = yield* Sql
        const aside = yield* run(
          "quarantined",
          (sql) =>
            sql`select symbol, reason from quarantined_bars join instruments on instruments.id = instrument_id order by reason`
        )
        expect(aside).toMatchObject([
          { symbol: "MIXED", reason: "high_below_low" },
          { symbol: "MIXED", reason: "not_finite" },
          { symbol: "MIXED", reason: "off_grid" },
          { symbol: "MIXED", reason: "out_of_order" }
        ])

        const bars = yield* BarStore
        const instruments = yield* InstrumentStore
        const stored = (symbol: string) =>
          Effect.flatMap(instruments.find(symbol), ([found]) => bars.range(found!.id, "30m", start, range.to))
        expect(yield* stored("TORN")).toEqual([])
        expect(yield* stored("MIXED")).toEqual(yield* stored("SOUND"))
        expect(yield* stored("SOUND")).toHaveLength(slots)
      })
  )
})
