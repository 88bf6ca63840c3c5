import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { type BarSource, SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { withFallbacks } from "../../src/BarSource/Fallbacks.ts"
import { BarSources } from "../../src/BarSources.ts"
import { barAt, gridOf, now } from "./providers.ts"

const it = effectTest(Layer.empty)

type Health = "well" | "away" | "unknown"

/** A source that keeps what it was asked for. */
const sourceOf = (name: string, health: Health) => {
  const state = { health, asked: Array<string>() }
  const source: BarSource = {
    name,
    fetch: ({ symbol }) => {
      state.asked.push(symbol)
      return state.health === "away"
        ? Effect.fail(new SourceUnavailable({ source: name, detail: "no route" }))
        : state.health === "unknown"
        ? Effect.fail(new UnknownSymbol({ source: name, symbol, detail: "never heard of it" }))
        : Effect.succeed({ source: name, rows: [barAt(now, 60_000)] })
    }
  }
  return { source, state }
}

const request = { symbol: "BTCUSDT", grid: gridOf("1m"), from: now, to: now + 1, asOf: now + 60_000 }

const over = (first: Health, second: Health, third: Health) => {
  const sources = [sourceOf("one", first), sourceOf("two", second), sourceOf("three", third)] as const
  const [one, two, three] = sources
  const source = withFallbacks(one.source, [
    { source: two.source, symbols: { BTCUSDT: "BTC-USD" } },
    { source: three.source, symbols: {} }
  ])
  return { source, one: one.state, asked: () => sources.map(({ state }) => state.asked) }
}

describe("a source with fallbacks", () => {
  it.effect("asks the first alone while it is there", () =>
    Effect.gen(function*() {
      const { asked, source } = over("well", "well", "well")
      expect((yield* source.fetch(request)).source).toBe("one")
      expect(source.name).toBe("one")
      expect(asked()).toEqual([["BTCUSDT"], [], []])
    }))

  it.effect("asks the next by its own name of the symbol, and says who gave the rows", () =>
    Effect.gen(function*() {
      const { asked, source } = over("away", "well", "well")
      const { rows, source: from } = yield* source.fetch(request)
      expect(from).toBe("two")
      expect(rows).toHaveLength(1)
      expect(asked()).toEqual([["BTCUSDT"], ["BTC-USD"], []])
    }))

  it.effect("passes over one that has no bars of the symbol, once the first is away", () =>
    Effect.gen(function*() {
      const { asked, source } = over("away", "unknown", "well")
      expect((yield* source.fetch(request)).source).toBe("three")
      expect(asked()).toEqual([["BTCUSDT"], ["BTC-USD"], ["BTCUSDT"]])
    }))

  it.effect("does not look elsewhere for what the first does not know", () =>
    Effect.gen(function*() {
      const { asked, source } = over("unknown", "well", "well")
      const error = yield* Effect.flip(source.fetch(request))
      expect(error.message).toBe("source one gives no bars of BTCUSDT: never heard of it")
      expect(asked()).toEqual([["BTCUSDT"], [], []])
    }))

  it.effect("is not available when none is", () =>
    Effect.gen(function*() {
      const { source } = over("away", "away", "away")
      const error = yield* Effect.flip(source.fetch(request))
      expect(error).toBeInstanceOf(SourceUnavailable)
      expect(error.message).toBe(
        "source one is not available: no route; source two is not available: no route; " +
          "source three is not available: no route"
      )
    }))

  it.effect("fails for the symbol alone when one was there and does not know it", () =>
    Effect.gen(function*() {
      const { source } = over("away", "unknown", "away")
      const error = yield* Effect.flip(source.fetch(request))
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toBe(
        "source two gives no bars of BTCUSDT: never heard of it; source one is not available: no route; " +
          "source three is not available: no route"
      )
    }))

  it.effect("says once that another gives the bars, and once that the first does again", () => {
    const told: Array<unknown> = []
    const logger = Logger.make(({ message }) => {
      told.push(message)
    })
    return Effect.gen(function*() {
      const { one, source } = over("well", "well", "well")
      yield* source.fetch(request)
      one.health = "away"
      yield* source.fetch(request)
      yield* source.fetch(request)
      one.health = "well"
      yield* source.fetch(request)
      yield* source.fetch(request)
      expect(told).toEqual([
        ["source two gives bars, as source one is not available: no route"],
        ["source one is available again"]
      ])
    }).pipe(Effect.provide(Logger.layer([logger])))
  })
})

describe("the fallbacks of a configuration", () => {
  const layer = BarSources.layer({
    empty: { kind: "csv", folder: "/nowhere", settleMs: 0 },
    sim: { kind: "sim", seed: 1, settleMs: 0 }
  }, { root: "/" })

  it.effect("follow the source of a universe, one source for each list", () =>
    Effect.gen(function*() {
      const sources = yield* BarSources
      const fallbacks = [{ source: "sim", symbols: {} }]
      const followed = sources.get("empty", fallbacks)
      expect(followed.name).toBe("empty")
      expect(sources.get("empty", fallbacks)).toBe(followed)
      expect(sources.get("empty")).not.toBe(followed)
      expect(sources.get("empty", [])).toBe(sources.get("empty"))
    }).pipe(Effect.provide(layer)))
})
