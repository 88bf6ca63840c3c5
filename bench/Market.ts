/** A market of symbols that all walk the same walk, so that a benchmark has as many of them as it wants. */
import { BarSources } from "@dgas/market/BarSources"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { walk } from "./Measure.ts"

/** For a configuration, whose `universe` they are as `all`. */
export const universeOf = (symbols: number) => ({
  all: {
    source: "bench",
    calendar: "24/7",
    instruments: Array.from({ length: symbols }, (_, index) => ({ symbol: `S${index}`, tick: 0.01 }))
  }
})

/** Answers each request with the bars of `history` that it asks for, whatever the symbol. */
export const sourceOf = (history: ReturnType<typeof walk>) =>
  Layer.succeed(
    BarSources,
    BarSources.of({
      get: () => ({
        name: "bench",
        fetch: ({ from, to }) =>
          Effect.succeed({
            source: "bench",
            rows: history.filter(({ openTime }) => openTime >= from && openTime < to)
          })
      })
    })
  )
