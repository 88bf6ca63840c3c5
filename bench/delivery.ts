/**
 * How soon a stored signal leaves, and how many messages are delivered in a second.
 *
 * Runs of one signal each, told to three destinations of different kinds on loopback, with the Router, the dispatcher and its
 * wake as a worker has them: from the commit to the first request's arrival. The floor of the same run is one commit (that
 * of the claim) and one bare POST. Then how fast a backlog for many destinations that answer at once is claimed and settled,
 * against the same two updates of each row alone, over as many connections.
 */
import { RunStore } from "@dgas/db/RunStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { rowsOf } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { ConsoleConfig } from "@dgas/domain/DestinationConfig"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import { BaseRates } from "@dgas/engine/BaseRates"
import * as DeliveryWake from "@dgas/notify/DeliveryWake"
import { type Destination, Destinations } from "@dgas/notify/Destinations"
import { dispatch } from "@dgas/notify/Dispatcher"
import * as Router from "@dgas/notify/Router"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import postgres from "postgres"
import { type Figure, figure } from "./Measure.ts"

const runs = 500
/** Thirty runs a second, well below what destinations may be sent. */
const paceMs = 33
const halfHour = 1_800_000
const firstSlot = Date.UTC(2026, 0, 5)
/** A price of a signal tells its number in whatever shape it is sent. */
const firstPrice = 100_000

const quantile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!

/** A webhook, a Slack and a Discord that take everything, in one. `arrived` hears when each request came and what it says. */
const receiver = (arrived: (kind: string, body: string) => void) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        fetch: async (request) => {
          const kind = new URL(request.url).pathname.split("/")[1] ?? ""
          arrived(kind, await request.text())
          return Response.json({ ok: true, ts: "1.1", id: "1" })
        }
      })
    ),
    (server) => Effect.promise(() => server.stop(true))
  ).pipe(Effect.map(({ port }) => `http://127.0.0.1:${port}`))

const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`

const configOf = (url: string) =>
  decodeConfig("bench", {
    sources: { bench: { kind: "csv", folder: "none" } },
    universes: { all: { source: "bench", calendar: "24/7", instruments: [{ symbol: "S0", tick: 0.01 }] } },
    schedules: [{
      name: "bench",
      universe: "all",
      trading: "30m",
      higher: "4h",
      channels: ["hook", "team", "lounge"]
    }],
    delivery: { allowLoopback: true },
    destinations: {
      hook: { kind: "webhook", urlVariable: "HOOK_URL", secretVariable: "HOOK_SECRET", ratePerSecond: 100 },
      team: { kind: "slack", channel: "C1", baseUrl: `${url}/slack`, ratePerSecond: 100 },
      lounge: { kind: "discord", urlVariable: "LOUNGE_URL", ratePerSecond: 100 }
    }
  })

const environment = (url: string) =>
  ConfigProvider.layer(ConfigProvider.fromUnknown({
    HOOK_URL: `${url}/webhook`,
    HOOK_SECRET: secret,
    LOUNGE_URL: `${url}/discord`,
    SLACK_BOT_TOKEN: "xoxb-bench"
  }))

const runOf = (slotAt: number): PredictionRun => ({
  id: `bench/${new Date(slotAt).toISOString()}`,
  schedule: "bench",
  slotAt,
  runTimestamp: slotAt + 1000,
  intervalType: "30m",
  symbolsRequested: 1,
  symbolsProcessed: 1,
  signalsGenerated: 1,
  executionTimeMs: 1,
  dataFetchMs: 1,
  indicatorCalcMs: 1,
  signalGenerationMs: 1,
  notificationMs: 0,
  status: "SUCCESS",
  errors: [],
  gates: [],
  rules: "1",
  origin: "LIVE",
  lateMs: null,
  barsRevised: 0,
  inputs: null
})

const signalOf = (index: number, slotAt: number): Signal => ({
  id: `bench/S0/${new Date(slotAt).toISOString()}/LONG@1`,
  schedule: "bench",
  symbol: "S0",
  type: "LONG",
  signalTimestamp: slotAt,
  entryPrice: firstPrice + index,
  stopLoss: 90_000,
  targetPrice: 900_000,
  confidence: 0.9,
  signalStrength: 0.8,
  timeframeAlignment: 0.9,
  riskRewardRatio: 2,
  tier: "HIGH",
  htfTrend: "UP",
  tradingTfState: "TREND",
  confluenceZonesCount: 3,
  patternContext: { reason: "PLDOT_PUSH with the higher TREND UP", tick: 0.01 },
  closesSignalId: null,
  rules: "1",
  origin: "LIVE"
})

const noRates = Layer.succeed(BaseRates, BaseRates.of({ of: () => Effect.succeed([]) }))

/** Milliseconds of single commits and of single requests, by turns. */
const bare = (url: string, requested: () => number) =>
  Effect.gen(function*() {
    const database = Redacted.value((yield* TestDatabase).url)
    return yield* Effect.promise(async () => {
      const sql = postgres(database, { max: 1 })
      await sql`create table floor (at integer)`
      const commits: Array<number> = []
      const posts: Array<number> = []
      for (let at = 0; at < 200; at++) {
        const began = performance.now()
        await sql`insert into floor values (${at})`
        commits.push(performance.now() - began)
        const asked = performance.now()
        await (await fetch(`${url}/floor`, { method: "POST", body: "{}" })).text()
        posts.push(requested() - asked)
      }
      await sql.end()
      return { commits: commits.slice(20), posts: posts.slice(20) }
    })
  })

const latency = Effect.gen(function*() {
  const arrivals = new Map<string, number>()
  let requestedAt = 0
  const url = yield* receiver((kind, body) => {
    requestedAt = performance.now()
    const price = /\b1\d{5}\.00/.exec(body)?.[0]
    const key = `${kind} ${Number(price) - firstPrice}`
    if (kind !== "floor" && !arrivals.has(key)) arrivals.set(key, requestedAt)
  })
  const floor = yield* bare(url, () => requestedAt)
  const config = yield* configOf(url)
  const committed: Array<number> = []

  const tell = Effect.gen(function*() {
    const announce = yield* Announce
    const slots = yield* SlotStore
    const store = yield* RunStore
    const { wake } = yield* DeliveryWake.DeliveryWake
    for (let index = 0; index < runs; index++) {
      const began = performance.now()
      const slotAt = firstSlot + index * halfHour
      const claim = yield* slots.claim({ schedule: "bench", slotAt, origin: "LIVE" }, "bench", 10_000)
      if (claim === null) return yield* Effect.die(new Error("the slot was not free"))
      const run = runOf(slotAt)
      const signals = [signalOf(index, slotAt)]
      const outbox = yield* announce.messages({ run, signals, events: [], late: [] })
      const slot = { state: "done", reason: null } as const
      yield* store.finish({ claim, run, signals, events: [], metrics: [], outbox, slot })
      committed.push(performance.now())
      yield* wake
      yield* Effect.sleep(Math.max(paceMs - (performance.now() - began), 0))
    }
    // What is late is late; that nothing is missing is looked at below.
    yield* Effect.void.pipe(
      Effect.repeat({ until: () => arrivals.size >= 3 * runs, schedule: Schedule.spaced("20 millis") }),
      Effect.timeoutOption("10 seconds")
    )
  })

  yield* Effect.raceFirst(tell, dispatch()).pipe(
    Effect.provide(
      Router.layer(config).pipe(
        Layer.provide(noRates),
        Layer.provideMerge(Destinations.layer(config).pipe(Layer.provide(environment(url)))),
        Layer.provideMerge(DeliveryWake.layer)
      )
    )
  )
  if (arrivals.size !== 3 * runs) return yield* Effect.die(new Error(`${arrivals.size} of ${3 * runs} arrived`))
  const waits = [...arrivals].map(([key, at]) => Math.max(at - committed[Number(key.split(" ")[1])]!, 0))
  const at = (share: number, options: { readonly goal?: number; readonly most?: number }) =>
    figure(
      `commit to first POST, p${share * 100}`,
      "ms",
      quantile(waits, share),
      quantile(floor.commits, share) + quantile(floor.posts, share),
      options
    )
  // A look without a wake comes after up to a second.
  return [at(0.5, { goal: 40, most: 100 }), at(0.99, { most: 1000 })]
}).pipe(Effect.scoped)

const receivers = 50
const messages = 3000
/** As many as the delivering part of a worker has. */
const connections = 4

const names = Array.from({ length: receivers }, (_, index) => `d${index}`)
const wishes = { ...Schema.decodeSync(ConsoleConfig)({}), ratePerSecond: 1e6 }

const takesAll = (name: string): Destination => ({
  name,
  wishes,
  channel: {
    channel: "webhook",
    threads: false,
    timeoutMs: 15_000,
    render: () => [],
    deliver: () =>
      Effect.succeed({ outcome: "taken", status: 200, answer: "ok", durationMs: 1, retryAfterMs: null, receipt: null })
  }
})

const fill = (prefix: string) =>
  Effect.flatMap(Sql, ({ run }) =>
    run("fill", (sql) =>
      sql`
        insert into outbox (id, channel, destination, kind, payload)
        select ${prefix} || at, 'webhook', 'd' || at % ${receivers}::int, 'signals', '{"body": "{}"}'
        from generate_series(1, ${messages}::int) as at`))

const decodeCount = rowsOf(Schema.Struct({ count: Schema.Int }))
const open = Effect.flatMap(Sql, ({ run }) =>
  Effect.flatMap(
    run("open", (sql) => sql`select count(*)::int as count from outbox where state <> 'done'`),
    decodeCount
  )).pipe(Effect.map(([row]) => row?.count ?? 0))

/** Messages a second, until none is left. */
const delivered = Effect.gen(function*() {
  yield* fill("store/")
  const began = performance.now()
  const done = open.pipe(Effect.repeat({ until: (left) => left === 0, schedule: Schedule.spaced("100 millis") }))
  yield* Effect.raceFirst(done, dispatch()).pipe(
    Effect.provide(
      Layer.merge(
        Layer.succeed(Destinations, Destinations.of({ all: names.map(takesAll) })),
        DeliveryWake.layer
      )
    )
  )
  return messages / ((performance.now() - began) / 1000)
})

const rawly = <A>(work: (sql: postgres.Sql) => Promise<A>) =>
  Effect.gen(function*() {
    const sql = postgres(Redacted.value((yield* TestDatabase).url), { max: connections })
    const result = yield* Effect.promise(() => work(sql))
    yield* Effect.promise(() => sql.end())
    return result
  })

/** The same rows one by one, in the two statements that each needs at least. */
const oneByOne = Effect.gen(function*() {
  yield* fill("raw/")
  return yield* rawly(async (sql) => {
    const began = performance.now()
    let next = 1
    const work = async () => {
      while (next <= messages) {
        const id = `raw/${next++}`
        await sql`
          update outbox set state = 'leased', lease_token = 't', lease_until = now() + interval '25 seconds',
            attempts = attempts + 1 where id = ${id}`
        await sql`
          update outbox set state = 'done', finished_at = now(), lease_token = null, lease_until = null where id = ${id}`
      }
    }
    await Promise.all(Array.from({ length: connections }, work))
    return messages / ((performance.now() - began) / 1000)
  })
})

/** All of them in two statements. */
const allAtOnce = Effect.gen(function*() {
  yield* fill("bulk/")
  return yield* rawly(async (sql) => {
    const began = performance.now()
    await sql`
      update outbox set state = 'leased', lease_token = 't', lease_until = now() + interval '25 seconds',
        attempts = attempts + 1 where id like 'bulk/%'`
    await sql`
      update outbox set state = 'done', finished_at = now(), lease_token = null, lease_until = null
      where id like 'bulk/%'`
    return messages / ((performance.now() - began) / 1000)
  })
})

const throughput = Effect.gen(function*() {
  const bulk = yield* allAtOnce
  const raw = yield* oneByOne
  const store = yield* delivered
  return [
    figure("messages claimed and settled", "messages/s", store, raw, { goal: 4, higherIsBetter: true }),
    figure("messages claimed and settled, to all rows at once", "messages/s", store, bulk, { higherIsBetter: true })
  ]
})

export const run = (): Promise<ReadonlyArray<Figure>> =>
  Effect.gen(function*() {
    const soon = yield* Effect.provide(latency, Layer.fresh(TestDatabase.layerDurable()))
    const many = yield* Effect.provide(throughput, Layer.fresh(TestDatabase.layerDurable()))
    return [...soon, ...many]
  }).pipe(Effect.runPromise)
