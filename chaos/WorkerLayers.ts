/**
 * The layers of a real worker, with a named point between any two steps where a process may die, and a journal.
 *
 * Each service does what the real one does; around its calls the worker looks for an order and writes down what it did.
 * So the code under test needs to know nothing of this.
 */
import { DbClock } from "@dgas/db/DbClock"
import { DeliveryStore } from "@dgas/db/DeliveryStore"
import { ensure } from "@dgas/db/EmbeddedPostgres"
import { OutboxStore } from "@dgas/db/OutboxStore"
import { RunStore } from "@dgas/db/RunStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import * as Stores from "@dgas/db/Stores"
import { Announce } from "@dgas/domain/Announce"
import type { Config } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { BarSources } from "@dgas/market/BarSources"
import type { Channel, Tried } from "@dgas/notify/Channel"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { byDeliveryTime, toldTryMs, tryMs } from "./DeliveryTime.ts"
import type { Guide } from "./Guide.ts"
import { mayRevive, type Setup } from "./Setup.ts"

type Statement = Parameters<Sql["Service"]["run"]>[1]

/** Shorter ones are not worth a line. */
const longMs = 1000

const timed = <A, E, R>(guide: Guide, what: "statement" | "cycle", name: string, work: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const started = performance.now()
    return Effect.ensuring(
      work,
      Effect.sync(() => {
        const ms = performance.now() - started
        if (ms >= longMs) guide.note({ what, name, ms })
      })
    )
  })

/** Hears what the database says to the statement that ends a slot, also when nobody waits for it any more. */
const committing = (guide: Guide, statement: Statement): Statement => (client) => {
  const { claim } = guide
  guide.pass("during commit")
  const answer = Promise.resolve(statement(client))
  answer.then(([row]) => claim === null ? undefined : guide.answered(claim, row?.["held"] === true), () => undefined)
  return answer
}

/** The server of the suite as the embedded one of a project; its address stays that of the proxy. */
const revive = ({ folder, serverFolder, url }: Setup) =>
  Effect.gen(function*() {
    if (!mayRevive(folder)) return yield* Effect.fail("not ours to start")
    yield* ensure({ dir: serverFolder })
    return Redacted.make(url)
  })

const sql = (setup: Setup, guide: Guide, pool: "scheduler" | "delivery") =>
  Layer.effect(
    Sql,
    Effect.map(Sql, ({ run }) =>
      Sql.of({
        run: (name, statement) =>
          timed(guide, "statement", name, run(name, name === "finish run" ? committing(guide, statement) : statement))
      }))
  ).pipe(Layer.provide(Sql.layer({ url: Redacted.make(setup.url), pool, revive: revive(setup) })))

/** Due and late by market time, leased by the database's own seconds: `instant` stays the clock inside the statement. */
const clock = (guide: Guide) =>
  Layer.effect(
    DbClock,
    Effect.map(
      DbClock,
      ({ instant, now }) => DbClock.of({ instant, now: Effect.map(now, (at) => guide.marketTime(at)) })
    )
  ).pipe(Layer.provide(DbClock.layer))

const slots = (guide: Guide) =>
  Layer.effect(
    SlotStore,
    Effect.map(SlotStore, (store) =>
      SlotStore.of({
        ...store,
        claim: (slot, owner, leaseMs) =>
          Effect.tap(store.claim(slot, owner, leaseMs), (claim) =>
            Effect.sync(() => {
              if (claim !== null) guide.claimed(claim)
            }))
      }))
  )

const runs = (guide: Guide) =>
  Layer.effect(
    RunStore,
    Effect.map(RunStore, (store) =>
      RunStore.of({
        ...store,
        finish: (cycle) =>
          Effect.suspend(() => {
            guide.pass("before commit")
            return store.finish(cycle)
          }).pipe(
            Effect.tap(() => Effect.sync(() => guide.pass("after commit")))
          )
      }))
  )

const outbox = (guide: Guide) =>
  Layer.effect(
    OutboxStore,
    Effect.map(OutboxStore, (store) =>
      OutboxStore.of({
        ...store,
        pending: (channel, limit) =>
          Effect.tap(store.pending(channel, limit), (messages) =>
            Effect.sync(() => {
              if (messages.length > 0) guide.pass("before print")
            })),
        markDone: (ids) =>
          Effect.suspend(() => {
            guide.pass("after print")
            return store.markDone(ids)
          }).pipe(Effect.tap(() => Effect.sync(() => guide.pass("after acknowledge"))))
      }))
  )

const announce = (config: Config, guide: Guide) =>
  Layer.effect(
    Announce,
    Effect.map(Announce, ({ messages }) =>
      Announce.of({
        messages: (news) =>
          Effect.suspend(() => {
            guide.pass("after compute")
            return messages(news)
          })
      }))
  ).pipe(Layer.provide(Router.layer(config).pipe(Layer.provide(BaseRates.layer))))

/** Its tries end sooner, see `DeliveryTime`. */
const guarded = (channel: Channel, guide: Guide): Channel => ({
  ...channel,
  timeoutMs: toldTryMs,
  deliver: (delivery) =>
    Effect.suspend(() => {
      guide.pass("before post")
      return channel.deliver(delivery)
    }).pipe(
      Effect.timeoutOrElse({ duration: tryMs, orElse: () => Effect.succeed(unanswered) }),
      Effect.tap(({ outcome }) =>
        Effect.sync(() => {
          if (outcome === "taken") guide.pass("after post")
        })
      )
    )
})

const unanswered: Tried = {
  outcome: "again",
  status: null,
  answer: "no answer: none in time",
  durationMs: tryMs,
  retryAfterMs: null,
  receipt: null
}

/** Routed to and delivered by. */
export const destinationsLayer = (config: Config, guide: Guide) =>
  Layer.effect(
    Destinations,
    Effect.map(
      Destinations,
      ({ all }) => Destinations.of({ all: all.map((one) => ({ ...one, channel: guarded(one.channel, guide) })) })
    )
  ).pipe(Layer.provide(Destinations.layer(config)))

/** For whoever delivers: connections of its own, by the clock of deliveries. */
export const deliveryLayer = (setup: Setup, guide: Guide) =>
  DeliveryStore.layer.pipe(
    Layer.provide(DbClock.layer),
    Layer.provide(sql({ ...setup, url: byDeliveryTime(setup.url) }, guide, "delivery"))
  )

/** A provider has no bar before it closed, whatever a worker's clock says. */
const sources = (config: Config, folder: string, guide: Guide) =>
  Layer.effect(
    BarSources,
    Effect.map(BarSources, ({ get }) =>
      BarSources.of({
        get: (...named) => {
          const source = get(...named)
          return {
            name: source.name,
            fetch: (request) =>
              Effect.suspend(() => source.fetch({ ...request, asOf: Math.min(request.asOf, guide.marketTime()) }))
                .pipe(Effect.tap(() => Effect.sync(() => guide.pass("after fetch"))))
          }
        }
      }))
  ).pipe(Layer.provide(BarSources.layer(config.sources, { root: folder })))

const engine = (guide: Guide) =>
  Layer.effect(
    PredictionEngine,
    Effect.map(PredictionEngine, ({ cycle, revisit }) =>
      PredictionEngine.of({
        revisit,
        cycle: (watch, slot, owner) => timed(guide, "cycle", watch.schedule.name, cycle(watch, slot, owner))
      }))
  ).pipe(Layer.provide(PredictionEngine.layer))

export const workerLayer = (config: Config, setup: Setup, guide: Guide) => {
  const stores = Layer.mergeAll(slots(guide), runs(guide), outbox(guide)).pipe(Layer.provideMerge(Stores.layer))
  return engine(guide).pipe(
    Layer.provideMerge(Layer.mergeAll(announce(config, guide), sources(config, setup.folder, guide))),
    Layer.provideMerge(stores),
    Layer.provideMerge(clock(guide)),
    Layer.provideMerge(sql(setup, guide, "scheduler"))
  )
}
