/** A replay of a real file: DGAS_SLOTS=all runs the whole of it, by default its first 3,000 slots. */
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import type { Bar } from "@dgas/domain/Bar"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import { conclude } from "@dgas/engine/Cycle"
import { InputTrail } from "@dgas/engine/InputTrail"
import { recompute } from "@dgas/engine/Recompute"
import { rulesId } from "@dgas/engine/SignalRow"
import { SymbolState } from "@dgas/engine/SymbolState"
import { watchOf } from "@dgas/engine/Watch"
import { gridRows, readBarFile } from "@dgas/market/BarFile"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { copyFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { replay } from "../src/Replay.ts"
import { configOf, worldLayer } from "./world.ts"

const file = resolve(import.meta.dir, "../../../../shared/data/ohlcv/permissive/SPY_1h_rth.csv.gz")
const present = existsSync(file)
const most = process.env["DGAS_SLOTS"] === "all" ? Infinity : 3000

const folder = temporaryFolder("spy")
if (present) await copyFile(file, join(folder, "SPY_1h.csv.gz"))

const config = configOf({
  sources: { files: { kind: "csv", folder } },
  universes: {
    spy: { source: "files", calendar: "XNYS", grid: "clock", instruments: [{ symbol: "SPY", tick: 0.01 }] }
  },
  schedules: [{ name: "spy", universe: "spy", trading: "1h", higher: "1d" }]
})
const watch = watchOf(config, config.schedules[0])

const readBars = Effect.gen(function*() {
  const { rows } = yield* readBarFile(file, { skipBad: false })
  const { bars, outsideSessions } = yield* gridRows(file, rows, watch.baseGrid, { asOf: Infinity, skipBad: false })
  return { bars, outsideSessions, rows }
})

const key = { schedule: "spy", rules: rulesId(watch.rules), origin: "REPLAY" as const }

/** The last signal of a file that ends with `bars`, without a database and without any later bar. */
const lastSignal = (bars: ReadonlyArray<Bar>): Signal | undefined => {
  const state = new SymbolState(watch, watch.instruments[0]!, 1, {
    bars,
    readUntil: Infinity,
    trail: new InputTrail(bars[0]!.openTime, bars.at(-1)!.closeTime),
    entry: null
  })
  let last: Signal | undefined
  for (const { closeTime } of bars) {
    state.advance(closeTime)
    last = conclude(watch, [state], closeTime, key).signals[0] ?? last
  }
  return last
}

if (!present) {
  test.skipIf(true)("replay of SPY hours: the shared data is absent", () => {})
} else {
  describe("a replay of SPY hours", () => {
    effectTest(worldLayer(config)).live(
      "has a run for each slot of the calendar, and no signal that changes when the file is cut after it",
      () =>
        Effect.gen(function*() {
          const { bars, outsideSessions, rows } = yield* readBars
          const first = bars[0]!.openTime
          const closes = watch.tradingGrid.closes(first, bars.at(-1)!.closeTime)
          const slots = closes.slice(0, most)
          const to = slots.at(-1)!

          const done = yield* replay([watch], { from: first, to }, { origin: "REPLAY", owner: "test", title: null })

          const runs = yield* (yield* RunStore).recent({ origin: "REPLAY", limit: slots.length + 1 })
          expect(runs.map((run) => run.slotAt).toReversed()).toEqual([...slots])
          const known = new Set(bars.map((bar) => bar.closeTime))
          for (const run of runs) expect(run.status).toBe(known.has(run.slotAt) ? "SUCCESS" : "FAILED")
          // Rows are read in blocks, so some of those dropped may lie after the last slot that was run.
          const outside = rows.filter(({ bar }) => bar.openTime < to && watch.baseGrid.outside(bar.openTime)).length
          expect(done.barsOutsideSessions).toBeGreaterThanOrEqual(outside)
          expect(done.barsOutsideSessions).toBeLessThanOrEqual(outsideSessions)

          const stored = yield* (yield* SignalStore).recent({ origin: "REPLAY", limit: slots.length })
          expect(stored.length).toBe(done.signals)
          expect(stored.length).toBeGreaterThan(slots.length / 50)
          for (const signal of stored) {
            const cut = bars.filter((bar) => bar.closeTime <= signal.signalTimestamp)
            const alone = lastSignal(cut)
            expect(alone).toBeTruthy()
            expect(signal).toMatchObject(JSON.parse(JSON.stringify(alone)))
          }
          expect([...new Set(stored.map(({ type }) => type))].toSorted()).toEqual([
            "EXIT_LONG",
            "EXIT_SHORT",
            "LONG",
            "SHORT"
          ])
          const byId = new Map(stored.map((signal) => [signal.id, signal]))
          for (const { closesSignalId, signalTimestamp, type } of stored) {
            if (isEntry(type)) expect(closesSignalId).toBeNull()
            else {
              const entry = byId.get(closesSignalId!)
              expect(entry?.type).toBe(type === "EXIT_LONG" ? "LONG" : "SHORT")
              expect(entry!.signalTimestamp).toBeLessThan(signalTimestamp)
            }
          }
          // Every twentieth run comes out again, from a state that was carried through all the slots before it.
          for (const run of runs.filter((_, index) => index % 20 === 0 && runs[index]!.status === "SUCCESS")) {
            const again = yield* recompute(run)
            expect([run.id, again.differences, again.sameBars]).toEqual([run.id, [], true])
          }
        }),
      1_800_000
    )
  })
}
