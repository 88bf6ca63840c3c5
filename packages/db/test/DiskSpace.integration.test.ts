import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect, test } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { backup } from "../src/Backup.ts"
import { BarStore } from "../src/BarStore.ts"
import * as Database from "../src/Database.ts"
import { diskLeft, diskText, diskWarning, isFull, isLow, sizeText } from "../src/DiskSpace.ts"
import { ensure, status } from "../src/EmbeddedPostgres.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { RunStore } from "../src/RunStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { Sql } from "../src/Sql.ts"
import { failureOf } from "../src/SqlFailure.ts"
import { waitFor } from "../src/Wait.ts"
import { aBar, aMessage, anInstrument, aRun, aSignal, minute, monday } from "./rows.ts"
import { aSmallDisk, hasSmallDisks, type SmallDisk } from "./smallDisk.ts"

const it = effectTest(Layer.empty)
const GB = 1 << 30

describe("the space of a disk", () => {
  test("is low below 1 GB or 5 %", () => {
    const left = (bytesLeft: number, bytesTotal: number) => ({ folder: "/data", bytesLeft, bytesTotal })
    expect(isLow(left(GB, 10 * GB))).toBe(false)
    expect(isLow(left(GB - 1, 10 * GB))).toBe(true)
    expect(isLow(left(2 * GB, 100 * GB))).toBe(true)
    expect(isLow(left(6 * GB, 100 * GB))).toBe(false)
    expect([isFull(left(20e6, GB)), isFull(left(15e6, GB))]).toEqual([false, true])
    expect(diskText(left(12.4e6, 2.5e12))).toBe("the disk of /data has 12 MB of 2.5 TB left")
    expect([0, 9.96e6, 999e6, 1e9, 250e9].map(sizeText)).toEqual(["0.0 MB", "10.0 MB", "999 MB", "1.0 GB", "250 GB"])
  })

  it.live("is that of the folder's own disk, and unknown where there is no folder", () =>
    Effect.gen(function*() {
      const folder = temporaryFolder("disk")
      const left = yield* diskLeft(folder)
      expect(left!.bytesLeft).toBeLessThanOrEqual(left!.bytesTotal)
      expect((yield* diskWarning(folder)) === null).toBe(!isLow(left!))
      expect(yield* diskLeft(join(folder, "none"))).toBeNull()
      expect(yield* diskWarning(join(folder, "none"))).toBeNull()
    }))

  test("is named by a statement that found none, wherever the server is", () => {
    const driver = Object.assign(new Error("could not extend file \"base/5/16384\": No space left on device"), {
      code: "53100"
    })
    const failure = failureOf(driver, { statement: "store bars", target: "db:5432/dgas", timeoutMs: 5000 })
    expect(failure?.message).toBe(
      "database db:5432/dgas is not available: could not extend file \"base/5/16384\": No space left on device; " +
        "its disk is full, free some space"
    )
  })
})

/** The stores of an embedded server on that disk, as a worker has them. */
const onDisk = <A, E, R>(disk: SmallDisk, work: Effect.Effect<A, E, R>) =>
  work.pipe(
    Effect.provide(
      Layer.fresh(Database.layer({ root: "/nowhere", migrate: false, pool: "unit" })).pipe(
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ DGAS_DIR: disk.dir })))
      )
    )
  )

/** A run with a signal and a message whose text is long, so that it soon needs space of its own. */
const cycle = Effect.fnUntraced(function*(index: number) {
  const id = `crypto/${index}`
  const slotAt = monday + index * 30 * minute
  const text = Array.from({ length: 300 }, (_, part) => `${id} ${part} ${Math.sin(index + part)}`)
  // A claim without a lease can be taken again at once.
  const claim = yield* (yield* SlotStore).claim({ schedule: "crypto", slotAt, origin: "LIVE" }, "a", 0)
  yield* (yield* RunStore).finish({
    claim: claim!,
    run: aRun({ id, slotAt }),
    signals: [aSignal({ id: `${id}/signal`, signalTimestamp: slotAt, patternContext: { text } })],
    events: [],
    metrics: [],
    outbox: [aMessage({ id: `${id}/message`, signalIds: [`${id}/signal`], payload: { text } })],
    slot: { state: "done", reason: null }
  })
})

/** What a failure says of a disk of which nothing to speak of is left. */
const named = (disk: SmallDisk) => new RegExp(`the disk of ${disk.dir} has 0\\.\\d MB of 101 MB left, free some space$`)

const halves = Effect.gen(function*() {
  const { run } = yield* Sql
  const [found] = yield* run("halves", (sql) =>
    sql`
      select (select count(*)::int from prediction_runs) as runs,
        (select count(*)::int from slots where state = 'done') as slots,
        (select count(*)::int from generated_signals) as signals,
        (select count(*)::int from outbox) as messages`)
  return found
})

describe.skipIf(!hasSmallDisks)("a disk that is full", () => {
  it.live(
    "fails cycles whole, in a line that names it, and they go on once there is space",
    () =>
      Effect.gen(function*() {
        const disk = yield* aSmallDisk
        yield* onDisk(
          disk,
          Effect.gen(function*() {
            yield* cycle(0)
            disk.fill()
            let stored = 1
            let failure = ""
            while (failure === "" && stored < 500) {
              const message = yield* Effect.match(cycle(stored), {
                onFailure: (error) => error.message,
                onSuccess: () => ""
              })
              if (message === "") stored++
              else failure = message
            }
            expect(failure).toMatch(named(disk))
            expect(failure).not.toContain("\n")
            // It says so again as long as it is so.
            expect((yield* Effect.flip(cycle(stored))).message).toMatch(named(disk))
            expect(yield* halves).toEqual({ runs: stored, slots: stored, signals: stored, messages: stored })
            const file = join(disk.dir, "full.backup")
            const url = (yield* ensure({ dir: disk.dir })).url
            expect((yield* Effect.flip(backup({ url, file }))).message).toContain("no space left on device")

            disk.free()
            yield* cycle(stored)
            const whole = stored + 1
            expect(yield* halves).toEqual({ runs: whole, slots: whole, signals: whole, messages: whole })
          })
        )
      }),
    120_000
  )

  it.live("may end the server, which is told, and comes back with all that was stored", () =>
    Effect.gen(function*() {
      const disk = yield* aSmallDisk
      yield* onDisk(
        disk,
        Effect.gen(function*() {
          const { run } = yield* Sql
          const instruments = yield* InstrumentStore
          const ids = yield* instruments.ensure("binance", [anInstrument()])
          const bars = yield* BarStore
          const series = [{
            instrumentId: ids.get("BTCUSDT")!,
            timeframe: "30m" as const,
            bars: [0, 1, 2].map((n) => aBar(n))
          }]
          yield* bars.upsert(series)
          disk.fill()
          // The next file of its log finds no place.
          const next = Effect.ignore(
            run("next", (sql) => sql.unsafe("select pg_switch_wal(), pg_logical_emit_message(true, '', 'x')"))
          )
          const down = yield* waitFor(
            Effect.andThen(next, Effect.sync(() => status({ dir: disk.dir }) === null ? true : null)),
            { everyMs: 20, forMs: 60_000 }
          )
          expect(down).toBe(true)
          const error = yield* Effect.flip(bars.upsert(series))
          expect(error.message).toMatch(named(disk))
          expect(error.message).not.toContain("\n")
          const refused = yield* Effect.flip(ensure({ dir: disk.dir }))
          expect(refused.message).toContain("No space left on device")

          disk.free()
          const runs = yield* RunStore
          const asked = waitFor(Effect.orElseSucceed(runs.recent({ limit: 1 }), () => null), {
            everyMs: 20,
            forMs: 60_000
          })
          expect(yield* asked).toEqual([])
          expect(yield* bars.range(ids.get("BTCUSDT")!, "30m", monday, monday + 1e9)).toHaveLength(3)
        })
      )
    }), 120_000)
})
