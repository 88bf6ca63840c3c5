/** What is watched and what its prices say, over the bars and runs of a simulated market. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { defaultRules } from "@dgas/domain/Rules"
import { seriesRow } from "@dgas/engine/geometry/SeriesRow"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { aBar, anInstrument } from "../../../packages/db/test/rows.ts"
import { get, it, listening } from "./apiWorld.ts"
import { first, played, slots, step } from "./played.ts"

const iso = (at: number) => new Date(at).toISOString()
const last = first + (slots - 1) * step

/** `count` bars of 30 minutes, alike but that each is a little higher. */
const someBars = (count: number) => Array.from({ length: count }, (_, index) => aBar(index))

const storedBars = (count: number, source = "files") =>
  Effect.gen(function*() {
    const ids = yield* (yield* InstrumentStore).ensure(source, [anInstrument()])
    const instrumentId = ids.get("BTCUSDT")!
    yield* (yield* BarStore).upsert([{ instrumentId, timeframe: "30m", bars: someBars(count) }])
    return instrumentId
  })

describe("universes and symbols", () => {
  it.live("are those of the configuration, also where nothing is stored", () =>
    Effect.gen(function*() {
      const url = yield* listening
      expect((yield* get(`${url}/v1/universes`)).json.items).toEqual([
        {
          name: "sim",
          source: "sim",
          fallbacks: [],
          calendar: "24/7",
          basis: "raw",
          symbols: ["SIM-A", "SIM-B"],
          schedules: ["desk"]
        }
      ])
      const { json } = yield* get(`${url}/v1/symbols`)
      const sim = { source: "sim", calendar: "24/7", basis: "raw", tick: null, simulated: true, universes: ["sim"] }
      expect(json).toEqual({
        items: ["SIM-A", "SIM-B"].map((symbol) => ({ ...sim, symbol, timeframes: [] })),
        next: null
      })
    }))

  it.live("come by name, a page at a time, with how far the bars of each reach", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* played
      yield* storedBars(2)
      yield* (yield* InstrumentStore).ensure("other", [anInstrument({ tick: 0.5 })])
      const seen: Array<Record<string, unknown>> = []
      for (let next = ""; next !== null;) {
        const { json } = yield* get(
          `${url}/v1/symbols?limit=1${next === "" ? "" : `&after=${encodeURIComponent(next)}`}`
        )
        seen.push(...json.items)
        next = json.next
      }
      expect(seen.map(({ source, symbol }) => `${symbol} ${source}`)).toEqual([
        "BTCUSDT files",
        "BTCUSDT other",
        "SIM-A sim",
        "SIM-B sim"
      ])
      expect(seen[0]).toMatchObject({
        tick: 0.01,
        universes: [],
        timeframes: [{ timeframe: "30m", firstOpenTime: iso(aBar(0).openTime), lastCloseTime: iso(aBar(1).closeTime) }]
      })
      expect(seen[2]).toMatchObject({
        simulated: true,
        timeframes: [{ timeframe: "30m", lastCloseTime: iso(last) }, { timeframe: "4h" }]
      })
      const names = (query: string) =>
        Effect.map(get(`${url}/v1/symbols?${query}`), ({ json }) => json.items.map(({ symbol }: never) => symbol))
      expect(yield* names("universe=sim")).toEqual(["SIM-A", "SIM-B"])
      expect(yield* names("universe=none")).toEqual([])
      expect(yield* names("search=sim-b")).toEqual(["SIM-B"])
      expect(yield* names("search=%25")).toEqual([])
    }))
})

describe("bars", () => {
  it.live("are the newest, or those of a time, oldest first", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storedBars(10)
      const opens = (query: string) =>
        Effect.map(
          get(`${url}/v1/bars?symbol=BTCUSDT&timeframe=30m&${query}`),
          ({ json }) =>
            json.items.map(({ openTime }: { openTime: string }) => (Date.parse(openTime) - aBar(0).openTime) / step)
        )
      expect(yield* opens("limit=3")).toEqual([7, 8, 9])
      expect(yield* opens(`limit=2&since=${iso(aBar(4).openTime)}`)).toEqual([4, 5])
      expect(yield* opens(`limit=2&until=${iso(aBar(4).openTime)}`)).toEqual([2, 3])
      expect(yield* opens("limit=1000")).toHaveLength(10)
      const { json } = yield* get(`${url}/v1/bars?symbol=BTCUSDT&timeframe=30m&limit=1`)
      expect(json.items[0]).toEqual({ ...aBar(9), openTime: iso(aBar(9).openTime), closeTime: iso(aBar(9).closeTime) })
      expect(yield* get(`${url}/v1/bars?symbol=BTCUSDT&timeframe=30m&limit=1001`)).toMatchObject({ status: 400 })
    }))

  it.live("are none of a symbol without any, and 404 of one that nobody knows", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storedBars(1)
      for (const what of ["bars", "geometry"]) {
        const of = (symbol: string) => get(`${url}/v1/${what}?timeframe=30m&symbol=${symbol}`)
        expect(yield* of("SIM-A")).toMatchObject({ status: 200, json: { items: [] } })
        expect(yield* of("NOPE")).toMatchObject({
          status: 404,
          json: { detail: "there is no such symbol, expected one of /v1/symbols" }
        })
        expect(yield* of("BTCUSDT&source=sim")).toMatchObject({ status: 404 })
      }
      expect((yield* get(`${url}/v1/levels?symbol=SIM-A`)).json).toEqual({ items: [] })
      expect(yield* get(`${url}/v1/levels?symbol=NOPE`)).toMatchObject({ status: 404 })
      expect(yield* get(`${url}/v1/analysis?symbol=SIM-A`)).toMatchObject({ status: 404 })
    }))
})

describe("geometry", () => {
  it.live("of a stretch is that of all bars", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const bars = someBars(400).map((bar, index) => {
        const middle = 100 + 10 * Math.sin(index / 9) + 3 * Math.sin(index)
        return { ...bar, open: middle, high: middle + 1.5, low: middle - 1, close: middle + Math.cos(index * 2) }
      })
      const ids = yield* (yield* InstrumentStore).ensure("files", [anInstrument()])
      yield* (yield* BarStore).upsert([{ instrumentId: ids.get("BTCUSDT")!, timeframe: "30m", bars }])
      const { json } = yield* get(`${url}/v1/geometry?symbol=BTCUSDT&timeframe=30m&limit=20`)
      const geometry = new TimeframeGeometry(defaultRules)
      const rows = bars.map((bar) => {
        geometry.push(bar)
        return seriesRow(geometry, iso(bar.openTime))
      })
      expect(json.items).toHaveLength(20)
      for (const [index, item] of json.items.entries()) {
        const { close, direction, dot, envelopeBottom, envelopeTop, openTime, projectedDot, slope, state } =
          rows[380 + index]!
        expect(item).toMatchObject({
          close,
          direction,
          dot,
          envelopeBottom,
          envelopeTop,
          openTime,
          projectedDot,
          slope,
          state
        })
      }
    }))

  it.live("takes a split out of the bars before it", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const instrumentId = yield* storedBars(8)
      const event = { kind: "split", at: aBar(4).openTime, factor: 0.5, amount: null, detail: "2:1" } as const
      yield* (yield* PriceEventStore).record([{ instrumentId, source: "files", event }])
      const { json } = yield* get(`${url}/v1/geometry?symbol=BTCUSDT&timeframe=30m`)
      expect(json.items.map(({ close }: { close: number }) => close)).toEqual(
        someBars(8).map(({ close }, index) => index < 4 ? close / 2 : close)
      )
      expect(json.items[0]).toMatchObject({ dot: null, envelopeTop: null, volume: 25 })
      // So that prices of then, as those of a signal, can be drawn beside them.
      expect(json.items.map(({ factor }: { factor: number }) => factor)).toEqual([0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1])
    }))
})

describe("levels", () => {
  it.live("are of each timeframe, from the highest price down, with rates where there are bars enough", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storedBars(45)
      const { json } = yield* get(`${url}/v1/levels?symbol=BTCUSDT`)
      expect(json.items).toMatchObject([
        { timeframe: "30m", source: "files", bars: 45, tick: 0.01, close: aBar(44).close, liveUntil: null }
      ])
      const prices = json.items[0].levels.map(({ price }: { price: number }) => price)
      expect(prices).toEqual(prices.toSorted((a: number, b: number) => b - a))
      const top = json.items[0].levels.find(({ level }: { level: string }) => level === "envelopeTop")
      expect(top.rate).toMatchObject({ n: 42, touched: { share: expect.any(Number) } })
      expect((yield* get(`${url}/v1/levels?symbol=BTCUSDT&timeframe=4h`)).json).toEqual({ items: [] })
      yield* storedBars(46)
      const after = yield* get(`${url}/v1/levels?symbol=BTCUSDT`)
      expect(after.json.items).toMatchObject([{ bars: 46, close: aBar(45).close }])
    }))

  it.live("take a split out of the bars before it", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const instrumentId = yield* storedBars(45)
      const at = aBar(43).openTime
      const event = { kind: "split", at, factor: 0.5, amount: null, detail: "2:1" } as const
      yield* (yield* PriceEventStore).record([{ instrumentId, source: "files", event }])
      const geometry = new TimeframeGeometry(defaultRules)
      for (const bar of someBars(45)) {
        const factor = bar.openTime < at ? 0.5 : 1
        const { close, high, low, open } = bar
        geometry.push({ ...bar, open: open * factor, high: high * factor, low: low * factor, close: close * factor })
      }
      const { json } = yield* get(`${url}/v1/levels?symbol=BTCUSDT`)
      const { levels } = json.items[0]
      const priceOf = (name: string) => levels.find(({ level }: { level: string }) => level === name).price
      expect(priceOf("projectedDot")).toBe(seriesRow(geometry, "").projectedDot)
      expect(Math.max(...levels.map(({ price }: { price: number }) => price))).toBeLessThan(aBar(44).close * 1.2)
    }))

  it.live("have no rates where bars are few", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storedBars(20)
      const { json } = yield* get(`${url}/v1/levels?symbol=BTCUSDT`)
      expect(new Set(json.items[0].levels.map(({ rate }: { rate: unknown }) => rate))).toEqual(new Set([null]))
    }))
})

describe("the analysis", () => {
  it.live("is of the last bar close up to an instant, with each gate up to the first that was closed", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* played
      const { json } = yield* get(`${url}/v1/analysis?symbol=SIM-A`)
      expect(json).toMatchObject({ symbol: "SIM-A", schedule: "desk", slotAt: iso(last), today: null })
      expect(json.gates[0]).toMatchObject({ gate: "NO_DATA", passed: true })
      expect(json.gates.slice(0, -1).every(({ passed }: { passed: boolean }) => passed)).toBe(true)
      expect(json.timeframes.map(({ timeframe }: { timeframe: string }) => timeframe)).toEqual(["4h", "30m"])
      expect(json.timeframes[1].levels.projectedDot).toBeNumber()
      const before = yield* get(`${url}/v1/analysis?symbol=SIM-A&at=${iso(last - 1)}`)
      expect(before.json.slotAt).toBe(iso(last - step))
      const never = yield* get(`${url}/v1/analysis?symbol=SIM-A&at=${iso(first - 1)}`)
      expect(never).toMatchObject({
        status: 404,
        json: {
          detail: "there is no such run of that symbol, expected a bar close of which /v1/runs has a run with it"
        }
      })
    }))

  it.live("names the signal that it came to, and what today's bars say instead", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* played
      const [signal] = yield* (yield* SignalStore).recent({ limit: 1 })
      const ask = get(`${url}/v1/analysis?symbol=${signal!.symbol}&at=${iso(signal!.signalTimestamp)}`)
      const { json } = yield* ask
      expect(json).toMatchObject({ signalId: signal!.id, today: null })
      expect(json.stored).toStartWith(signal!.type)
      expect(json.gates.every(({ passed }: { passed: boolean }) => passed)).toBe(true)
      const ids = yield* (yield* InstrumentStore).idsOf("sim", [signal!.symbol])
      const store = yield* BarStore
      const [bar] = yield* store.latest(ids.get(signal!.symbol)!, "30m", 1, signal!.signalTimestamp)
      const moved = { ...bar!, high: bar!.high * 1.02, close: bar!.close * 1.02 }
      yield* store.upsert([{ instrumentId: ids.get(signal!.symbol)!, timeframe: "30m", bars: [moved] }])
      const after = yield* ask
      expect(after.json.stored).toBe(json.stored)
      expect(after.json.today).toBeString()
    }))
})
