/**
 * Prices of a signal's span, brought to those of the day of the signal.
 *
 * The reverse of what the engine does, which brings the signal to the prices of the day; it decides the same. Of basis `raw`
 * each split and roll in the span parts the bars before it from those after it. Of basis `split` the source restates its
 * bars, so all of them have the prices that follow the splits which were told since the signal's run. Of `total` nothing is
 * known.
 */
import type { EntryToJudge } from "@dgas/db/OutcomeStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { SqlFailure } from "@dgas/db/SqlFailure"
import type { Bar } from "@dgas/domain/Bar"
import type { Origin } from "@dgas/domain/Origin"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { productOf } from "@dgas/engine/PriceBasis"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import type { Leave } from "./Trial.ts"

export interface SpanPrices {
  readonly bar: (bar: Bar) => Bar
  readonly leave: Leave | null
  /** Whether bars that were read meanwhile may have other prices than these. */
  readonly isOver: Effect.Effect<boolean, SqlFailure>
}

/** By which factor prices differ from those of a signal at `signalAt`, of the bar that closes at an instant. */
export const factorsSince = (signalAt: number, events: ReadonlyArray<PriceEvent>) => (closeTime: number): number =>
  productOf(events.filter(({ at }) => at >= signalAt && at < closeTime))

export const beforeFactor = (bar: Bar, factor: number): Bar =>
  factor === 1 ? bar : {
    ...bar,
    open: bar.open / factor,
    high: bar.high / factor,
    low: bar.low / factor,
    close: bar.close / factor
  }

export const spanPrices = Effect.fn("spanPrices")(function*(watch: Watch, entry: EntryToJudge, origin: Origin) {
  const { exit, instrumentId, readAt, signalTimestamp, until } = entry
  const events = yield* PriceEventStore
  const leaveAt = (factor: number): Leave | null => exit === null ? null : { at: exit.at, price: exit.price / factor }
  if (watch.universe.basis === "raw") {
    const told = (yield* events.of([instrumentId], { before: until })).get(instrumentId) ?? []
    const factorAt = factorsSince(signalTimestamp, told)
    return {
      bar: (bar) => beforeFactor(bar, factorAt(bar.closeTime)),
      leave: leaveAt(exit === null ? 1 : factorAt(exit.at)),
      isOver: Effect.succeed(false)
    } satisfies SpanPrices
  }
  // A replay reads what is restated already, and its signals have those prices.
  if (watch.universe.basis === "total" || origin !== "LIVE") {
    return { bar: (bar: Bar) => bar, leave: leaveAt(1), isOver: Effect.succeed(false) } satisfies SpanPrices
  }
  const since = (runId: string) =>
    Effect.map(events.recordedAfter([{ instrumentId, runId }]), (found) => productOf(found.get(instrumentId) ?? []))
  const factor = yield* since(entry.runId)
  const ofExit = exit === null ? 1 : yield* since(exit.runId)
  return {
    bar: (bar) => beforeFactor(bar, factor),
    leave: leaveAt(factor / ofExit),
    isOver: events.isRestated(instrumentId, readAt)
  } satisfies SpanPrices
})
