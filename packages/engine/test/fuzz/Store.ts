/** Runs one series through a refresh of a watch, over HTTP where its provider is asked so, into PostgreSQL and out again. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { rowsOf, Sql } from "@dgas/db/Sql"
import type { Bar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import { InputTrail } from "@dgas/engine/InputTrail"
import { refreshBars } from "@dgas/engine/RefreshBars"
import { SymbolState } from "@dgas/engine/SymbolState"
import { watchOf } from "@dgas/engine/Watch"
import type { BarSource } from "@dgas/market/BarSource"
import { binanceSource } from "@dgas/market/BarSource/Binance"
import { coinbaseSource } from "@dgas/market/BarSource/Coinbase"
import { csvSource } from "@dgas/market/BarSource/Csv"
import { krakenSource } from "@dgas/market/BarSource/Kraken"
import { yahooSource } from "@dgas/market/BarSource/Yahoo"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Case } from "./Case.ts"
import { barsExpected, higherOf, text } from "./Check.ts"
import { delivered, fates } from "./Oracle.ts"
import { bodyOf, readRows } from "./Wire.ts"

/** Answers every request with the body that was set last. */
export interface Answering {
  readonly url: string
  readonly folder: string
  body: string
}

export const answering = Effect.acquireRelease(
  Effect.sync(() => {
    const told = { body: "", url: "", folder: mkdtempSync(join(tmpdir(), "dgas-fuzz-")) }
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(told.body) })
    told.url = `http://127.0.0.1:${server.port}`
    return { told, server }
  }),
  ({ server, told }) =>
    Effect.promise(async () => {
      await server.stop(true)
      rmSync(told.folder, { recursive: true, force: true })
    })
).pipe(Effect.map(({ told }): Answering => told))

/** Whether a series has a schedule that could ask for it: Yahoo gives no old bars of parts of a day. */
export const isStorable = ({ kind, timeframe }: Case): boolean =>
  timeframe !== "1w" && (kind !== "yahoo" || timeframe === "1d")

const sourceOf = async (one: Case, server: Answering): Promise<BarSource> => {
  const body = bodyOf(one)
  server.body = one.kind === "kraken" ? `{"error":[],"result":{"A":${body},"last":1}}` : body
  switch (one.kind) {
    case "binance":
      return binanceSource("fuzz", server.url)
    case "coinbase":
      return coinbaseSource("fuzz", server.url)
    case "kraken":
      return krakenSource("fuzz", server.url)
    case "yahoo":
      return yahooSource("fuzz", server.url)
    case "csv":
      await Bun.write(join(server.folder, `A_${one.timeframe}.csv`), body)
      return csvSource("fuzz", server.folder)
    default:
      return { name: "fuzz", fetch: () => Effect.succeed({ source: "fuzz", rows: readRows(one) ?? [] }) }
  }
}

const watchFor = ({ calendar, grid, timeframe }: Case) =>
  Effect.map(
    decodeConfig("fuzz", {
      sources: { fuzz: { kind: "binance" } },
      universes: { u: { source: "fuzz", calendar, grid, instruments: [{ symbol: "A" }] } },
      schedules: [{ name: "s", universe: "u", trading: timeframe, higher: higherOf[timeframe] }]
    }),
    (config) => watchOf(config, config.schedules[0]!)
  )

/** What is wrong in what was stored, or null. */
export const wrongInStore = Effect.fnUntraced(function*(one: Case, server: Answering) {
  const bars = yield* BarStore
  const watch = yield* watchFor(one)
  const [instrument] = watch.instruments
  // Each series is an instrument of its own.
  const ids = yield* (yield* InstrumentStore).ensure(one.name, [instrument!])
  const instrumentId = ids.get("A")!
  const state = new SymbolState(watch, instrument!, instrumentId, {
    bars: [],
    readUntil: one.from,
    trail: new InputTrail(one.from, one.asOf),
    entry: null
  })
  const asked = { ...one, to: one.kind === "csv" ? Math.min(one.to, one.asOf) : one.asOf }
  const source = yield* Effect.promise(() => sourceOf(asked, server))
  const range = { slotAt: one.asOf, until: one.asOf, final: false }
  const refreshed = yield* refreshBars(watch, source, { bars, events: yield* PriceEventStore }, [state], range)
  state.advance(one.asOf)
  const { higher } = state.feed.takeBuilt()
  yield* bars.upsert([{ instrumentId, timeframe: watch.schedule.higher, bars: higher }])

  const refused = readRows(one) === null
  if (refused !== (state.failure !== null)) return `the source ${state.failure ?? "took a file without a bar"}`
  const rows = refused ? [] : delivered(asked).filter((row) => one.kind !== "csv" || row.openTime < one.asOf)
  const found = fates(rows, asked)
  const expected = barsExpected(rows, found).filter(({ openTime }) => openTime >= one.from)
  const stored: ReadonlyArray<Bar> = yield* bars.range(instrumentId, one.timeframe, -6e13, 2e14)
  if (text(stored) !== text(expected)) return `stored were ${text(stored)}, expected ${text(expected)}`

  const bad = rows.flatMap(({ openTime }, at) => {
    const { is } = found[at]!
    return is === "bar" || is === "outside" || is === "not_closed" ? [] : [`${instantOf(openTime)} ${is}`]
  })
  if (refreshed.quarantined !== bad.length) return `${refreshed.quarantined} were refused, expected ${bad.length}`
  const kept = yield* quarantined(instrumentId)
  const wanted = [...new Set(bad)].toSorted()
  return text(kept) === text(wanted) ? null : `quarantined were ${text(kept)}, expected ${text(wanted)}`
})

/** Stored bars of which some number or instant is not finite; JSON has such ones as text. */
export const notFiniteStored = Effect.gen(function*() {
  const { run } = yield* Sql
  const [found] = yield* run("not finite", (sql) =>
    sql`
      select count(*)::int as bars from bars where to_jsonb(bars)::text ~* '"(nan|-?infinity)"'`).pipe(
      Effect.flatMap(decodeCount)
    )
  return found!.bars
})

const decodeCount = rowsOf(Schema.Struct({ bars: Schema.Int }))

const quarantined = Effect.fnUntraced(function*(instrumentId: number) {
  const { run } = yield* Sql
  const rows = yield* run("quarantined", (sql) =>
    sql`
      select (extract(epoch from open_time) * 1000)::float8::text as at, reason from quarantined_bars
      where instrument_id = ${instrumentId} and detail <> ''`).pipe(Effect.flatMap(decodeQuarantined))
  return rows.map(({ at, reason }) => `${Number(at)} ${reason}`).toSorted()
})

const decodeQuarantined = rowsOf(Schema.Struct({ at: Schema.String, reason: Schema.String }))

/** Years of four digits are instants; whole milliseconds are kept. */
const instantOf = (at: number): number =>
  at > 253_402_300_799_999 ? Infinity : at >= -62_135_596_800_000 ? Math.trunc(at) : -Infinity
