/** The sources of the configuration, by name. An adapter is loaded when it is first asked for bars. */
import type { Config } from "@dgas/domain/Config"
import type { EventConfig } from "@dgas/domain/EventConfig"
import type { FallbackConfig, SourceConfig } from "@dgas/domain/SourceConfig"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { resolve } from "node:path"
import type { BarSource } from "./BarSource.ts"
import { withEvents } from "./BarSource/ConfiguredEvents.ts"
import { withFallbacks } from "./BarSource/Fallbacks.ts"

export class BarSources extends Context.Service<BarSources, {
  /**
   * The source of that name, followed by the fallbacks of a universe; answers tell of the configured events too. Throws
   * for a name that the configuration does not have: decoding has checked them.
   */
  readonly get: (name: string, fallbacks?: ReadonlyArray<FallbackConfig>) => BarSource
}>()("@dgas/market/BarSources") {
  /** `root` is the folder that relative paths of the configuration start from; without `universes` no events are told. */
  static layer(
    sources: Config["sources"],
    options: { readonly root: string; readonly universes?: Config["universes"] }
  ): Layer.Layer<BarSources> {
    return Layer.sync(BarSources, () => {
      const made = new Map<string, BarSource>()
      const events = eventsBySource(options.universes ?? {})
      const watched = watchedBySource(options.universes ?? {})
      const eventful = new Map<string, BarSource>()
      // A list of fallbacks is one universe's, and remembers which of its sources answered last.
      const followed = new WeakMap<ReadonlyArray<FallbackConfig>, BarSource>()
      for (const [name, config] of Object.entries(sources)) {
        const source = lazySource(name, () => load(name, config, options.root, watched.get(name)))
        made.set(name, source)
        eventful.set(name, withEvents(source, events.get(name) ?? new Map()))
      }
      const named = (name: string): BarSource => {
        const source = made.get(name)
        if (source !== undefined) return source
        throw new Error(`no source ${name}, expected one of ${[...made.keys()].join(", ")}`)
      }
      return BarSources.of({
        get: (name, fallbacks = []) => {
          const first = named(name)
          if (fallbacks.length === 0) return eventful.get(name) ?? first
          const known = followed.get(fallbacks)
          if (known !== undefined) return known
          const others = fallbacks.map(({ source, symbols }) => ({ source: named(source), symbols }))
          const source = withEvents(withFallbacks(first, others), events.get(name) ?? new Map())
          followed.set(fallbacks, source)
          return source
        }
      })
    })
  }
}

/** By source and symbol: instruments are those of a source, whichever universes have them. */
const eventsBySource = (universes: Config["universes"]) => {
  const bySource = new Map<string, Map<string, ReadonlyArray<EventConfig>>>()
  for (const { events, source } of Object.values(universes)) {
    const bySymbol = bySource.get(source) ?? new Map<string, ReadonlyArray<EventConfig>>()
    for (const [symbol, list] of Object.entries(events)) {
      bySymbol.set(symbol, [...bySymbol.get(symbol) ?? [], ...list])
    }
    if (bySymbol.size > 0) bySource.set(source, bySymbol)
  }
  return bySource
}

/** By source, and by what follows the last dot of a symbol: how many symbols are watched. */
const watchedBySource = (universes: Config["universes"]) => {
  const symbols = new Map<string, Set<string>>()
  for (const { instruments, source } of Object.values(universes)) {
    const own = symbols.get(source) ?? new Set()
    for (const { symbol } of instruments) own.add(symbol)
    symbols.set(source, own)
  }
  return new Map([...symbols].map(([source, own]) => {
    const counts = new Map<string, number>()
    for (const symbol of own) {
      const exchange = symbol.slice(symbol.lastIndexOf(".") + 1)
      counts.set(exchange, (counts.get(exchange) ?? 0) + 1)
    }
    return [source, counts]
  }))
}

const load = async (
  name: string,
  config: SourceConfig,
  root: string,
  watched: ReadonlyMap<string, number> = new Map()
): Promise<BarSource> => {
  switch (config.kind) {
    case "binance":
      return (await import("./BarSource/Binance.ts")).binanceSource(name, config.baseUrl)
    case "coinbase":
      return (await import("./BarSource/Coinbase.ts")).coinbaseSource(name, config.baseUrl)
    case "kraken":
      return (await import("./BarSource/Kraken.ts")).krakenSource(name, config.baseUrl)
    case "yahoo":
      return (await import("./BarSource/Yahoo.ts")).yahooSource(name, config.baseUrl)
    case "eodhd":
      return (await import("./BarSource/Eodhd.ts")).eodhdSource(name, config.baseUrl, config.tokenVariable, watched)
    case "csv":
      return (await import("./BarSource/Csv.ts")).csvSource(name, resolve(root, config.folder))
    case "parquet":
      return (await import("./BarSource/Parquet.ts")).parquetSource(name, resolve(root, config.folder))
    case "vega":
      return (await import("./BarSource/Vega.ts")).vegaSource(name)
    case "sim":
      return (await import("./BarSource/Sim.ts")).simSource(name, config.seed)
  }
}

const lazySource = (name: string, make: () => Promise<BarSource>): BarSource => {
  let made: Promise<BarSource> | undefined
  return {
    name,
    fetch: (request) => Effect.promise(() => made ??= make()).pipe(Effect.flatMap((source) => source.fetch(request)))
  }
}
