/**
 * Where bars come from: the sources of a configuration, and what a universe may take from them.
 *
 * A series has one price basis, so the sources of a universe must give that one. Keys are not in the configuration: it
 * names the environment variable that holds one.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { InstrumentSymbol, type PriceBasis } from "./Instrument.ts"

const settle = (ms: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400_000 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(ms))
  )

const isWeb = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const baseUrl = (url: string) =>
  Schema.String.check(Schema.makeFilter((text) => isWeb(text) || "an http or https URL")).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(url))
  )

/** `settleMs` is how long after a bar's close its provider needs to have it right. */
export const SourceConfig = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("binance"),
    baseUrl: baseUrl("https://data-api.binance.vision"),
    settleMs: settle(3000)
  }),
  Schema.Struct({
    kind: Schema.Literal("coinbase"),
    baseUrl: baseUrl("https://api.exchange.coinbase.com"),
    settleMs: settle(5000)
  }),
  Schema.Struct({
    kind: Schema.Literal("kraken"),
    baseUrl: baseUrl("https://api.kraken.com"),
    settleMs: settle(5000)
  }),
  Schema.Struct({
    kind: Schema.Literal("yahoo"),
    baseUrl: baseUrl("https://query2.finance.yahoo.com"),
    settleMs: settle(10_000)
  }),
  Schema.Struct({
    kind: Schema.Literal("eodhd"),
    baseUrl: baseUrl("https://eodhd.com/api"),
    /** The environment variable with the key. */
    tokenVariable: Schema.NonEmptyString.pipe(Schema.withDecodingDefaultKey(Effect.succeed("EODHD_API_TOKEN"))),
    /** Intraday bars come two to three hours after a session; days of New York and Nasdaq after 20 minutes. */
    settleMs: settle(10_800_000)
  }),
  Schema.Struct({
    kind: Schema.Literal("csv"),
    /** Folder of `SYMBOL_TIMEFRAME.csv` or `.csv.gz` files, relative to the configuration file. */
    folder: Schema.NonEmptyString,
    settleMs: settle(0)
  }),
  Schema.Struct({
    kind: Schema.Literal("parquet"),
    /** Folder of `SYMBOL_TIMEFRAME.parquet` files, relative to the configuration file. */
    folder: Schema.NonEmptyString,
    settleMs: settle(0)
  }),
  Schema.Struct({ kind: Schema.Literal("vega"), settleMs: settle(0) }),
  Schema.Struct({
    kind: Schema.Literal("sim"),
    seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
    settleMs: settle(0)
  })
])
export type SourceConfig = typeof SourceConfig.Type

/** A source to ask while those before it are not available, with its names of symbols where they differ. */
export const FallbackConfig = Schema.Struct({
  source: Schema.String,
  symbols: Schema.Record(InstrumentSymbol, InstrumentSymbol).pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
})
export type FallbackConfig = typeof FallbackConfig.Type

const any: ReadonlyArray<PriceBasis> = ["raw", "split", "total"]

/** The adjustments that prices of a kind of source may have: files have what their owner put there. */
const bases: Record<SourceConfig["kind"], ReadonlyArray<PriceBasis>> = {
  binance: ["raw"],
  coinbase: ["raw"],
  kraken: ["raw"],
  yahoo: ["split"],
  eodhd: ["raw"],
  csv: any,
  parquet: any,
  vega: ["raw"],
  sim: ["raw"]
}

interface Sourced {
  readonly source: string
  readonly fallbacks: ReadonlyArray<FallbackConfig>
  readonly basis: PriceBasis
  readonly instruments: ReadonlyArray<{ readonly symbol: string }>
}

/** What is wrong with the sources of one universe: paths within it. */
export const sourceMistakes = (
  sources: Readonly<Record<string, SourceConfig>>,
  { basis, fallbacks, instruments, source }: Sourced
): ReadonlyArray<{ readonly path: ReadonlyArray<PropertyKey>; readonly issue: string }> => {
  const mistakes: Array<{ path: ReadonlyArray<PropertyKey>; issue: string }> = []
  const kindOf = (name: string) => Object.hasOwn(sources, name) ? sources[name]?.kind : undefined
  const names = Object.keys(sources)
  const known = names.length === 0 ? "the name of a source, of which there is none" : `a source: ${names.join(", ")}`
  const kind = kindOf(source)
  if (kind === undefined) mistakes.push({ path: ["source"], issue: known })
  else if (!bases[kind].includes(basis)) {
    mistakes.push({ path: ["basis"], issue: `${bases[kind].join(" or ")}, as prices of ${kind} are` })
  }
  const used = new Set([source])
  for (const [index, fallback] of fallbacks.entries()) {
    const path = ["fallbacks", index, "source"]
    const kind = kindOf(fallback.source)
    if (kind === undefined) mistakes.push({ path, issue: known })
    else if (kind === "sim") mistakes.push({ path, issue: "a source of real prices" })
    else if (used.has(fallback.source)) mistakes.push({ path, issue: "a source that is not asked before" })
    else if (!bases[kind].includes(basis)) {
      mistakes.push({
        path,
        issue: `a source whose prices are ${basis} like the universe's; those of ${kind} are ${
          bases[kind].join(" or ")
        }`
      })
    }
    used.add(fallback.source)
    for (const symbol of Object.keys(fallback.symbols)) {
      if (instruments.some((one) => one.symbol === symbol)) continue
      mistakes.push({ path: ["fallbacks", index, "symbols", symbol], issue: "as key a symbol of the universe" })
    }
  }
  return mistakes
}
