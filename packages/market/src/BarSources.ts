/** The sources of the configuration, by name. An adapter is loaded when it is first asked for bars. */
import type { Config, SourceConfig } from "@dgas/domain/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { resolve } from "node:path"
import type { BarSource } from "./BarSource.ts"

export class BarSources extends Context.Service<BarSources, {
  /** The source of that name. Throws for a name that the configuration does not have: decoding has checked it. */
  readonly get: (name: string) => BarSource
}>()("@dgas/market/BarSources") {
  /** `root` is the folder that relative paths of the configuration start from. */
  static layer(sources: Config["sources"], options: { readonly root: string }): Layer.Layer<BarSources> {
    return Layer.sync(BarSources, () => {
      const made = new Map<string, BarSource>()
      for (const [name, config] of Object.entries(sources)) {
        made.set(name, lazySource(name, () => load(name, config, options.root)))
      }
      return BarSources.of({
        get: (name) => {
          const source = made.get(name)
          if (source !== undefined) return source
          throw new Error(`no source ${name}, expected one of ${[...made.keys()].join(", ")}`)
        }
      })
    })
  }
}

const load = async (name: string, config: SourceConfig, root: string): Promise<BarSource> => {
  switch (config.kind) {
    case "binance":
      return (await import("./BarSource/Binance.ts")).binanceSource(name, config.baseUrl)
    case "csv":
      return (await import("./BarSource/Csv.ts")).csvSource(name, resolve(root, config.folder))
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
