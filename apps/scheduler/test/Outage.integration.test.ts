/** Endpoints that are away for long. `LONG=1` makes the outage 24 hours; unless told it is 3. */
import { DbClock } from "@dgas/db/DbClock"
import { DeliveryReplay } from "@dgas/db/DeliveryReplay"
import { DestinationStore } from "@dgas/db/DestinationStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { DeliveryWake } from "@dgas/notify/DeliveryWake"
import { dispatch } from "@dgas/notify/Dispatcher"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { lookForAlarms } from "../src/AlarmWatch.ts"
import { farSide, write } from "./farSide.ts"
import { configOf } from "./world.ts"

const minute = 60_000
const hour = 60 * minute
const hours = Bun.env["LONG"] === "1" ? 24 : 3

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

const states = Effect.flatMap(
  Sql,
  ({ run }) =>
    run("states", (sql) =>
      sql`
        select destination, state::text, count(*)::int as count, max(attempts)::int as attempts from outbox
        group by 1, 2 order by 1, 2`)
)

const asleep = { wake: Effect.void, woken: Effect.never }

const at99 = (sorted: ReadonlyArray<number>) => sorted[Math.ceil(sorted.length * 0.99) - 1]!

describe("an endpoint that is away", () => {
  it.effect(`for ${hours} hours gets all of it within 15 minutes of its return, and harms no other`, () => {
    const backAt = hours * hour
    const others = Array.from({ length: 99 }, (_, index) => `hook-${index}`)
    const far = farSide(["dead", ...others], (name, at) => name === "dead" && at < backAt ? "again" : "taken")
    const count = hours * 60
    return Effect.gen(function*() {
      yield* Effect.forkScoped(dispatch())
      yield* far.settled
      for (let index = 0; index < count; index++) {
        const busy = index % 15 === 0 ? others : []
        yield* write(["dead", ...busy].map((destination) => ({ id: `${index * minute}/${destination}`, destination })))
        for (let second = 0; second < 3; second++) yield* far.step(1000)
        yield* far.step(minute - 3000)
      }
      // From here on it answers.
      const dead = far.got.get("dead")!
      const arrived = () => dead.filter(({ outcome }) => outcome === "taken")
      for (let second = 0; second < 15 * 60 && arrived().length < count; second++) yield* far.step(1000)
      expect(new Set(arrived().map(({ id }) => id)).size).toBe(count)
      expect(arrived().length).toBe(count)
      expect(yield* states).toEqual(
        ["dead", ...others].toSorted().map((destination) =>
          expect.objectContaining({ destination, state: "done", count: destination === "dead" ? count : count / 15 })
        )
      )
      const tries = Map.groupBy(dead, ({ id }) => id).values().map((of) => of.length).toArray()
      expect(Math.max(...tries)).toBeLessThanOrEqual(14)
      const perSecond = Map.groupBy(arrived(), ({ at }) => Math.floor((at - backAt) / 10_000)).values()
      // Over any ten seconds the rate of 5/s and its burst of 5.
      expect(Math.max(...perSecond.map((of) => of.length))).toBeLessThanOrEqual(55)
      const waits = others.flatMap((name) => far.got.get(name)!.map(({ at, id }) => at - Number.parseInt(id, 10)))
      expect(waits.length).toBe(99 * count / 15)
      expect(at99(waits.toSorted((a, b) => a - b))).toBeLessThanOrEqual(2000)
    }).pipe(Effect.provide(far.layer))
  }, 600_000)

  it.effect("for five days is told of three times by another channel, keeps all, and a replay sends all", () => {
    let backAt = Number.POSITIVE_INFINITY
    const far = farSide(["dead", "desk"], (name, at) => name === "dead" && at < backAt ? "again" : "taken")
    const config = configOf({
      sources: { sim: { kind: "sim", seed: 3 } },
      universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
      schedules: [{ name: "sim", universe: "sim", trading: "30m", higher: "4h" }]
    })
    return Effect.gen(function*() {
      yield* Effect.forkScoped(dispatch())
      yield* far.settled
      const told: Array<string> = []
      const messages = 5 * 24
      for (let index = 0; index < messages + 2; index++) {
        if (index < messages) yield* write([{ id: `m${index}`, destination: "dead" }])
        for (const pause of [1000, 5000, minute, 9 * minute, 20 * minute, 30 * minute - 6000]) yield* far.step(pause)
        // As by another process, which does not wake this one.
        const found = yield* Effect.provideService(lookForAlarms(config, [], "/"), DeliveryWake, asleep)
        told.push(...found.map(({ name }) => name))
      }
      expect(told).toEqual(["destination/dead/1h", "destination/dead/24h", "destination/dead/disabled"])
      yield* far.step(1000)
      expect(far.got.get("desk")!.map(({ id }) => id.split("/").slice(0, 4).join("/"))).toEqual(
        told.map((name) => `alarm/${name}`)
      )
      expect(yield* states).toContainEqual(
        expect.objectContaining({ destination: "dead", state: "held", count: messages })
      )
      const [health] = yield* (yield* DestinationStore).list
      expect(health).toMatchObject({ name: "dead", state: "disabled", waiting: messages })
      const tries = Map.groupBy(far.got.get("dead")!, ({ id }) => id).values().map((of) => of.length).toArray()
      expect(Math.max(...tries)).toBeLessThanOrEqual(14)

      backAt = 0
      expect(yield* (yield* DeliveryReplay).of("dead")).toBe(messages)
      for (let second = 0; second < 60; second++) yield* far.step(1000)
      const arrived = far.got.get("dead")!.filter(({ outcome }) => outcome === "taken")
      expect(new Set(arrived.map(({ id }) => id)).size).toBe(messages)
      expect(yield* states).toContainEqual(
        expect.objectContaining({ destination: "dead", state: "done", count: messages })
      )
    }).pipe(Effect.provide(far.layer))
  }, 600_000)
})
