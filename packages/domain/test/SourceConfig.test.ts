import { type Config, decodeConfig, defineConfig } from "@dgas/domain/Config"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"

const good = defineConfig({
  sources: {
    binance: { kind: "binance" },
    coinbase: { kind: "coinbase" },
    kraken: { kind: "kraken" },
    yahoo: { kind: "yahoo" },
    eodhd: { kind: "eodhd" },
    files: { kind: "csv", folder: "bars" },
    packed: { kind: "parquet", folder: "bars" },
    play: { kind: "sim" }
  },
  universes: {
    crypto: {
      source: "binance",
      fallbacks: [{ source: "coinbase", symbols: { BTCUSDT: "BTC-USD" } }, { source: "files" }],
      calendar: "24/7",
      instruments: [{ symbol: "BTCUSDT" }]
    }
  },
  schedules: [{ name: "crypto-30m", universe: "crypto", trading: "30m", higher: "4h" }]
})
const crypto = good.universes["crypto"]!

const decoded = (value: unknown): Config => Effect.runSync(decodeConfig("dgas.config.ts", value))
const lines = (universe: unknown, sources: unknown = good.sources): ReadonlyArray<string> =>
  Effect.runSync(Effect.flip(decodeConfig("dgas.config.ts", { ...good, sources, universes: { crypto: universe } })))
    .detail.split("\n")

describe("the sources of a configuration", () => {
  test("have the addresses of their providers, and name the variable of a key", () => {
    const { sources, universes } = decoded(good)
    expect(sources["coinbase"]).toEqual({
      kind: "coinbase",
      baseUrl: "https://api.exchange.coinbase.com",
      settleMs: 5000
    })
    expect(sources["eodhd"]).toEqual({
      kind: "eodhd",
      baseUrl: "https://eodhd.com/api",
      tokenVariable: "EODHD_API_TOKEN",
      settleMs: 10_800_000
    })
    expect(sources["packed"]).toEqual({ kind: "parquet", folder: "bars", settleMs: 0 })
    expect(universes["crypto"]?.fallbacks).toEqual([
      { source: "coinbase", symbols: { BTCUSDT: "BTC-USD" } },
      { source: "files", symbols: {} }
    ])
  })

  for (const baseUrl of ["api.kraken.com", "ftp://api.kraken.com", ""]) {
    test(`refuse the address ${JSON.stringify(baseUrl)}`, () => {
      expect(lines(crypto, { ...good.sources, kraken: { kind: "kraken", baseUrl } })).toEqual([
        `sources.kraken.baseUrl: found ${JSON.stringify(baseUrl)}, expected an http or https URL`
      ])
    })
  }
})

describe("the sources of a universe", () => {
  const cases: ReadonlyArray<readonly [name: string, universe: unknown, line: string]> = [
    [
      "one that gives another basis than is said",
      { ...crypto, fallbacks: [], basis: "split" },
      "universes.crypto.basis: found \"split\", expected raw, as prices of binance are"
    ],
    [
      "one whose basis is not said",
      { ...crypto, source: "yahoo", fallbacks: [] },
      "universes.crypto.basis: found nothing, expected split, as prices of yahoo are"
    ],
    [
      "a fallback of another basis",
      { ...crypto, fallbacks: [{ source: "yahoo" }] },
      "universes.crypto.fallbacks[0].source: found \"yahoo\", expected a source whose prices are raw like the " +
      "universe's; those of yahoo are split"
    ],
    [
      "a fallback that is none",
      { ...crypto, fallbacks: [{ source: "coinbase" }, { source: "constructor" }] },
      "universes.crypto.fallbacks[1].source: found \"constructor\", expected a source: binance, coinbase, kraken, " +
      "yahoo, eodhd, files, packed, play"
    ],
    [
      "simulated prices in place of real ones",
      { ...crypto, fallbacks: [{ source: "play" }] },
      "universes.crypto.fallbacks[0].source: found \"play\", expected a source of real prices"
    ],
    [
      "the source itself again",
      { ...crypto, fallbacks: [{ source: "binance" }] },
      "universes.crypto.fallbacks[0].source: found \"binance\", expected a source that is not asked before"
    ],
    [
      "a fallback twice",
      { ...crypto, fallbacks: [{ source: "kraken" }, { source: "kraken" }] },
      "universes.crypto.fallbacks[1].source: found \"kraken\", expected a source that is not asked before"
    ],
    [
      "a name of a symbol that is not watched",
      { ...crypto, fallbacks: [{ source: "coinbase", symbols: { ETHUSDT: "ETH-USD" } }] },
      "universes.crypto.fallbacks[0].symbols.ETHUSDT: found \"ETH-USD\", expected as key a symbol of the universe"
    ]
  ]
  for (const [name, universe, line] of cases) {
    test(`are not ${name}`, () => {
      expect(lines(universe)).toEqual([line])
    })
  }

  test("may be files of any basis, and those of one basis together", () => {
    for (const basis of ["raw", "split", "total"]) {
      const universe = { ...crypto, source: "files", fallbacks: [{ source: "packed" }], basis }
      expect(decoded({ ...good, universes: { crypto: universe } }).universes["crypto"]?.basis).toBe(
        basis as Config["universes"][string]["basis"]
      )
    }
    const split = { ...crypto, source: "yahoo", fallbacks: [{ source: "files" }], basis: "split" }
    expect(decoded({ ...good, universes: { crypto: split } }).universes["crypto"]?.source).toBe("yahoo")
  })
})
