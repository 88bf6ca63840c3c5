/** Real days of the S&P 500 and a simulated market, run live by the cycle itself, with what became of the signals. */
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { DbClock } from "@dgas/db/DbClock"
import { SlotStore } from "@dgas/db/SlotStore"
import { Announce } from "@dgas/domain/Announce"
import { type Config, decodeConfig } from "@dgas/domain/Config"
import type { Origin } from "@dgas/domain/Origin"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { type Watch, watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { costsOf } from "@dgas/monitor/Costs"
import * as Odds from "@dgas/monitor/Odds"
import { judgeOutcomes } from "@dgas/monitor/Outcomes"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { aMessage, aRun, aSignal } from "../../../../packages/db/test/rows.ts"
import { storeRun } from "../../../../packages/db/test/storeRun.ts"

export const configInput = {
  timeZone: "America/New_York",
  sources: { vega: { kind: "vega" }, sim: { kind: "sim", seed: 3 } },
  universes: {
    index: { source: "vega", calendar: "XNYS", instruments: [{ symbol: "^GSPC", tick: 0.01 }] },
    sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A", tick: 0.01 }, { symbol: "SIM-B" }] }
  },
  destinations: { desk: { kind: "desktop" } },
  // A test asks for more in a minute than a person does.
  api: { limits: { perMinute: { anonymous: 100_000 } } },
  schedules: [
    { name: "sp500", universe: "index", trading: "1d", higher: "1w" },
    { name: "sim", universe: "sim", trading: "30m", higher: "4h" }
  ]
}

const config: Config = Effect.runSync(decodeConfig("test", configInput))
const [sp500, sim] = config.schedules.map((schedule) => watchOf(config, schedule)) as [Watch, Watch]

/** Half a year of sessions, and a day and a half of half hours. */
const spans = [
  { watch: sp500, from: Date.UTC(2019, 0, 1), to: Date.UTC(2019, 6, 1) },
  { watch: sim, from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 0, 6, 12) }
]

const engine = PredictionEngine.layer.pipe(
  Layer.provide(Layer.mergeAll(
    BarSources.layer(config.sources, { root: "/" }),
    Odds.layer,
    Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
  ))
)

export const played = Effect.gen(function*() {
  const { cycle } = yield* PredictionEngine
  for (const { from, to, watch } of spans) {
    for (const slotAt of watch.tradingGrid.closes(from, to)) {
      yield* cycle(watch, { slotAt, origin: "LIVE", readUntil: slotAt, since: null, onOutage: "store" }, "worker")
    }
  }
  yield* judgeOutcomes({
    origin: "LIVE",
    schedules: config.schedules.map(({ name }) => name),
    costs: costsOf(config),
    doubts: true
  })
}).pipe(Effect.provide(engine))

let others = 0

/** A run of just now, at an instant that no other has, with one signal of `symbol`, whose price nobody else has, and a message that tells of it. */
export const another = (symbol: string, entryPrice: number, origin: Origin = "LIVE") =>
  Effect.gen(function*() {
    const now = yield* (yield* DbClock).now
    const slotAt = now - now % 1000 + others++
    const id = `other/${symbol}/${slotAt}/LONG`
    const prices = { entryPrice, stopLoss: entryPrice - 1, targetPrice: entryPrice + 2 }
    yield* storeRun({
      run: aRun({ id: `other/${slotAt}`, schedule: "other", slotAt, runTimestamp: slotAt, origin }),
      signals: [aSignal({ id, schedule: "other", symbol, signalTimestamp: slotAt, origin, ...prices })],
      outbox: [aMessage({ id: `${id}/desk`, channel: "desktop", destination: "desk", signalIds: [id] })]
    })
    return id
  })

/** The secret of a link that signs a page in, to read and write. */
export const signInLink = Effect.gen(function*() {
  return Redacted.value((yield* (yield* ApiKeyStore).makeLink({ name: "guest", scopes: ["read", "write"] })).link)
})

/** Ends every sign-in, as time does. */
export const endSignIns = Effect.gen(function*() {
  const keys = yield* ApiKeyStore
  for (const { kind, prefix } of yield* keys.list) if (kind === "page") yield* keys.revoke(prefix)
})

/** Bar closes of yesterday that nobody ran. */
export const missed = Effect.gen(function*() {
  const slots = yield* SlotStore
  const now = yield* (yield* DbClock).now
  const slotAt = now - now % 1_800_000 - 86_400_000
  yield* slots.miss("sim", "LIVE", [slotAt], "too_old")
})
