/**
 * Keeps the splits, dividends and rolls that a source tells of, each once for this process: sources tell the same again
 * with every answer.
 *
 * Where the basis is `split` the source has restated its history with a split, so what is stored of it is restated, too.
 * An event that is still to come is no such event yet, and is kept when it has come.
 */
import type { PriceEventStore, ToldEvent } from "@dgas/db/PriceEventStore"
import type { PriceBasis } from "@dgas/domain/Instrument"
import * as Effect from "effect/Effect"

const kept = new WeakMap<PriceEventStore["Service"], Set<string>>()

const keyOf = ({ event: { amount, at, factor, kind }, instrumentId }: ToldEvent) =>
  `${instrumentId} ${kind} ${at} ${factor} ${amount}`

/** Comes back with the instruments whose stored bars were restated. `now` in epoch milliseconds. */
export const tellEvents = Effect.fn("tellEvents")(function*(
  events: PriceEventStore["Service"],
  basis: PriceBasis,
  told: ReadonlyArray<ToldEvent>,
  now: number
) {
  const restated = new Set<number>()
  if (basis === "total" || told.length === 0) return restated
  const known = kept.get(events) ?? new Set<string>()
  kept.set(events, known)
  const news = told.filter((one) => (basis === "raw" || one.event.at < now) && !known.has(keyOf(one)))
  // Of basis `split` one by one, so that nothing waits with restated bars, and no split that they tell of, for all the others.
  const together = basis === "split" ? [...Map.groupBy(news, ({ instrumentId }) => instrumentId).values()] : [news]
  for (const some of together) {
    if (basis === "split") {
      // Before it is recorded, so that one which is cut off here is restated when it is told again.
      for (const { event, instrumentId } of some) {
        if (event.factor !== 1 && (yield* events.restate(instrumentId, event)) > 0) restated.add(instrumentId)
      }
    }
    yield* events.record(some)
    for (const one of some) known.add(keyOf(one))
  }
  return restated
})
