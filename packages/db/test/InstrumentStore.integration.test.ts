import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anInstrument } from "./rows.ts"

const it = effectTest(TestDatabase.layer)

describe("InstrumentStore", () => {
  it.live("gives an instrument one number for ever, also when its tick changes", () =>
    Effect.gen(function*() {
      const store = yield* InstrumentStore
      const first = yield* store.ensure("binance", [anInstrument(), anInstrument({ symbol: "ETHUSDT", tick: null })])
      const second = yield* store.ensure("binance", [anInstrument({ tick: 0.1 }), anInstrument({ symbol: "XRPUSDT" })])
      expect(second.get("BTCUSDT")).toBe(first.get("BTCUSDT")!)
      expect([...second.keys()].toSorted()).toEqual(["BTCUSDT", "XRPUSDT"])
      const [found] = yield* store.find("BTCUSDT")
      expect(found?.instrument).toEqual(anInstrument({ tick: 0.1 }))
      expect((yield* store.find("ETHUSDT"))[0]?.instrument.tick).toBeNull()
    }))

  it.live("keeps the same symbol of two sources apart, and finds both", () =>
    Effect.gen(function*() {
      const store = yield* InstrumentStore
      const [a, b] = [yield* store.ensure("csv", [anInstrument()]), yield* store.ensure("binance", [anInstrument()])]
      expect(a.get("BTCUSDT")).not.toBe(b.get("BTCUSDT")!)
      expect((yield* store.find("BTCUSDT")).map(({ source }) => source)).toEqual(["binance", "csv"])
      expect(yield* store.find("NONE")).toEqual([])
      expect(yield* store.ensure("csv", [])).toEqual(new Map())
    }))

  it.live("gives everybody the same numbers when several ask at once", () =>
    Effect.gen(function*() {
      const store = yield* InstrumentStore
      const symbols = ["A", "B", "C", "D"].map((symbol) => anInstrument({ symbol }))
      const answers = yield* Effect.all(
        Array.from({ length: 10 }, (_, index) => store.ensure("sim", index % 2 === 0 ? symbols : symbols.toReversed())),
        { concurrency: "unbounded" }
      )
      for (const ids of answers) expect(new Map([...ids].toSorted())).toEqual(new Map([...answers[0]!].toSorted()))
    }))

  it.live("gives the numbers of stored symbols without a change to any", () =>
    Effect.gen(function*() {
      const store = yield* InstrumentStore
      const ids = yield* store.ensure("binance", [anInstrument(), anInstrument({ symbol: "ETHUSDT" })])
      yield* store.ensure("kraken", [anInstrument({ symbol: "XBTUSD" })])
      const found = yield* store.idsOf("binance", ["BTCUSDT", "XBTUSD", "NOPE"])
      expect([...found]).toEqual([["BTCUSDT", ids.get("BTCUSDT")!]])
    }))
})
