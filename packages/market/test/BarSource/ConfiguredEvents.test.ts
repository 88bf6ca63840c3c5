import { decodeConfig } from "@dgas/domain/Config"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { barGrid } from "../../src/BarGrid.ts"
import { BarSources } from "../../src/BarSources.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"

const it = effectTest(Layer.empty)
const at = (text: string) => Date.parse(text)

const folder = temporaryFolder("configured")
const days = "timestamp,open,high,low,close,volume\n2014-06-06,645,651,644,645,1\n2014-06-09,92,94,91,93,7\n"
for (const symbol of ["AAPL", "MSFT"]) writeFileSync(join(folder, `${symbol}_1d.csv`), days)
writeFileSync(
  join(folder, "AAPL_events.csv"),
  "date,kind,factor,amount\n2014-05-08,dividend,,3.29\n2014-06-09,split,7,\n"
)

const universe = { source: "files", calendar: "XNYS", instruments: [{ symbol: "AAPL" }, { symbol: "MSFT" }] } as const
const config = Effect.runSync(decodeConfig("test", {
  sources: { files: { kind: "csv", folder: "." }, gone: { kind: "csv", folder: "nowhere" } },
  universes: {
    us: { ...universe, events: { AAPL: [{ at: "2014-06-09", split: "7:1" }] } },
    // Its prices are of the same source and symbol, so its events are as well.
    more: { ...universe, events: { AAPL: [{ at: "2020-08-29", split: "4:1" }, { at: "1700-01-04", roll: 2 }] } },
    none: { ...universe, source: "gone" }
  },
  schedules: [{ name: "us", universe: "us", trading: "1d", higher: "1w" }]
}))

const request = {
  symbol: "AAPL",
  grid: barGrid(calendarOf("XNYS"), "1d", "session"),
  from: at("2014-06-01T00:00Z"),
  to: at("2014-07-01T00:00Z"),
  asOf: at("2014-07-01T00:00Z")
}

describe("the events of a configuration", () => {
  const layer = BarSources.layer(config.sources, { root: folder, universes: config.universes })

  for (const fallbacks of [[], [{ source: "gone", symbols: {} }]]) {
    it.effect(`are told by their source ${fallbacks.length === 0 ? "alone" : "and its fallbacks"}`, () => {
      const told: Array<unknown> = []
      const logger = Logger.make(({ message }) => {
        told.push(message)
      })
      return Effect.gen(function*() {
        const source = (yield* BarSources).get("files", fallbacks)
        expect(source.name).toBe("files")
        const { events, rows } = yield* source.fetch(request)
        expect(rows).toHaveLength(2)
        expect(events).toEqual([
          { kind: "dividend", at: at("2014-05-08T13:30Z"), factor: 1, amount: 3.29, detail: "dividend of 3.29" },
          // The file has another factor.
          { kind: "split", at: at("2014-06-09T13:30Z"), factor: 1 / 7, amount: null, detail: "7:1 split" },
          { kind: "split", at: at("2020-08-31T13:30Z"), factor: 0.25, amount: null, detail: "4:1 split" }
        ])
        expect(told).toEqual([[
          "the roll of AAPL at 1700-01-04 is left out, calendar XNYS does not know that time"
        ]])
        expect((yield* source.fetch({ ...request, symbol: "MSFT" })).events).toEqual([])
      }).pipe(Effect.provide(Layer.merge(layer, Logger.layer([logger]))))
    })
  }

  it.effect("leave what a source says as it is, also that it has no bars", () =>
    Effect.gen(function*() {
      const sources = yield* BarSources
      const error = yield* Effect.flip(sources.get("gone").fetch(request))
      expect(error._tag).toBe("UnknownSymbol")
      expect(sources.get("files")).toBe(sources.get("files"))
    }).pipe(Effect.provide(layer)))
})
