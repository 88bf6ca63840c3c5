/**
 * What base rates say of the entries and level events of news.
 *
 * Nothing where they do not bear on it, or cannot be read just now: a message does not wait for them.
 */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { Signal } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"
import type { BaseRates } from "@dgas/engine/BaseRates"
import { timeframeOf, type Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import { entryLevel } from "./EntryLevel.ts"
import { isSignal, type Item, type Part } from "./Part.ts"
import { rateText } from "./RateText.ts"

const readsAtOnce = 4

/** By the id of signal or level event; `asOf` in epoch milliseconds. What comes late is told without. */
export const howOften = Effect.fnUntraced(
  function*(baseRates: BaseRates["Service"], watch: Watch, parts: ReadonlyArray<Part>, asOf: number) {
    const ofLevel = Effect.fnUntraced(function*(symbol: string, timeframe: Timeframe, level: string) {
      if (level === "zone" || level === "envelope") return null
      const rates = yield* baseRates.of({ watch, symbol, timeframe, asOf }).pipe(Effect.orElseSucceed(() => null))
      return rates === null ? null : rateText(rates.find((rate) => rate.level === level))
    })

    const ofEntry = Effect.fnUntraced(function*(signal: Signal) {
      const at = entryLevel(signal)
      if (at === null) return null
      const timeframe = timeframeOf(watch.schedule, at.frame)
      const told = yield* ofLevel(signal.symbol, timeframe, at.level)
      return told === null ? null : `entry at the ${timeframe} ${at.level}, by the next ${timeframe} bar ${told}`
    })

    const ofEvent = ({ level, symbol, timeframe }: LevelEvent) => ofLevel(symbol, timeframe, level)

    const rated = parts.flatMap(({ events, kind, signals }): ReadonlyArray<Item> =>
      kind === "signals" ? signals : events
    )
    const items = new Map(rated.map((item) => [item.id, item]))
    const texts = yield* Effect.forEach(
      items.values(),
      (item) => Effect.map(isSignal(item) ? ofEntry(item) : ofEvent(item), (text) => [item.id, text] as const),
      {
        concurrency: readsAtOnce
      }
    )
    return new Map(texts.flatMap(([id, text]) => text === null ? [] : [[id, text]]))
  }
)
