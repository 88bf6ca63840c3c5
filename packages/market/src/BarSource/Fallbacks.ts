/**
 * A source that is followed by others: when one is not available the next is asked, by its own name of the symbol.
 *
 * The answer says which of them gave the rows. A symbol that the first one does not know is not looked for elsewhere.
 * Fails as the first one did, and with `UnknownSymbol` when a later one was there and had no bars of the symbol.
 */
import * as Effect from "effect/Effect"
import { type BarSource, SourceUnavailable, UnknownSymbol } from "../BarSource.ts"

export interface Fallback {
  readonly source: BarSource
  /** Its names of symbols, where they differ. */
  readonly symbols: Readonly<Record<string, string>>
}

export const withFallbacks = (first: BarSource, others: ReadonlyArray<Fallback>): BarSource => {
  if (others.length === 0) return first
  const sources: ReadonlyArray<Fallback> = [{ source: first, symbols: {} }, ...others]
  /** Who gave rows last, so that a change is told once and not for each symbol. */
  let answering = first.name

  const heard = (source: string, outages: ReadonlyArray<SourceUnavailable>) =>
    Effect.suspend(() => {
      if (source === answering) return Effect.void
      answering = source
      return source === first.name
        ? Effect.logInfo(`source ${source} is available again`)
        : Effect.logWarning(`source ${source} gives bars, as ${outages.map(({ message }) => message).join("; ")}`)
    })

  return {
    name: first.name,
    fetch: Effect.fn("Fallbacks.fetch")(function*(request) {
      const outages: Array<SourceUnavailable> = []
      let unknown: UnknownSymbol | undefined
      for (const { source, symbols } of sources) {
        const symbol = symbols[request.symbol] ?? request.symbol
        const result = yield* Effect.result(source.fetch({ ...request, symbol }))
        if (result._tag === "Success") {
          yield* heard(source.name, outages)
          return result.success
        }
        if (result.failure._tag === "SourceUnavailable") outages.push(result.failure)
        else if (outages.length === 0) return yield* result.failure
        else unknown ??= result.failure
      }
      if (unknown === undefined) {
        const [own, ...rest] = outages
        const detail = [own?.detail, ...rest.map(({ message }) => message)].join("; ")
        return yield* new SourceUnavailable({ source: first.name, detail })
      }
      return yield* new UnknownSymbol({
        source: unknown.source,
        symbol: request.symbol,
        detail: [unknown.detail, ...outages.map(({ message }) => message)].join("; ")
      })
    })
  }
}
