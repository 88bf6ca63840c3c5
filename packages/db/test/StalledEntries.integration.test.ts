import { effectTest } from "@dgas/testkit/effectTest"
import { expect } from "bun:test"
import * as Effect from "effect/Effect"
import { BarStore } from "../src/BarStore.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { OptionStore } from "../src/OptionStore.ts"
import { OutcomeStore } from "../src/OutcomeStore.ts"
import { stalledEntries } from "../src/StalledEntries.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aBar, anInstrument, anOutcome, aRun, aSignal, minute, monday, someInputs } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)
const day = 24 * 60 * minute

it.live("tells of live entries whose schedule is not run, or whose symbol has no bars for ten days of it", () =>
  Effect.gen(function*() {
    const symbols = ["BTCUSDT", "GONE", "ENDED"]
    const ids = yield* (yield* InstrumentStore).ensure("s", symbols.map((symbol) => anInstrument({ symbol })))
    yield* (yield* OptionStore).ensure("options 1", { universe: { source: "s" }, schedule: { trading: "30m" } })
    const signals = symbols.map((symbol) => aSignal({ id: symbol, symbol }))
    yield* storeRun({ run: aRun({ inputs: someInputs() }), signals })
    yield* (yield* OutcomeStore).write([{ update: anOutcome({ signalId: "ENDED" }), readOver: null }])
    const bars = yield* BarStore
    for (const id of ids.values()) yield* bars.upsert([{ instrumentId: id, timeframe: "30m", bars: [aBar(0)] }])
    const of = (running: ReadonlyArray<string>, only = {}) => stalledEntries({ running, ...only })
    const ran = (id: string, slotAt: number) => storeRun({ run: aRun({ id, slotAt, inputs: someInputs() }) })

    yield* ran("later", monday + 30 * minute + 10 * day)
    expect(yield* of(["crypto"])).toEqual([])
    yield* ran("latest", monday + 60 * minute + 10 * day)
    yield* bars.upsert([{ instrumentId: ids.get("BTCUSDT")!, timeframe: "30m", bars: [aBar(48 * 5)] }])
    expect(yield* of(["crypto"])).toEqual([{ schedule: "crypto", count: 1, since: monday + 30 * minute }])
    expect(yield* of(["crypto"], { symbol: "BTCUSDT" })).toEqual([])
    expect(yield* of(["others"])).toEqual([{ schedule: "crypto", count: 2, since: monday + 5 * day + 30 * minute }])
    expect(yield* of(["others"], { schedule: "others" })).toEqual([])
  }))
