/**
 * A source whose answers tell as well what the configuration knows of splits, dividends and rolls.
 *
 * Where both tell of an event of one kind at one instant, the configuration is believed.
 */
import { type EventConfig, eventOf } from "@dgas/domain/EventConfig"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import * as Effect from "effect/Effect"
import type { BarGrid } from "../BarGrid.ts"
import type { BarSource } from "../BarSource.ts"
import { writtenTime } from "../EventTime.ts"

/** `events` by symbol. */
export const withEvents = (
  source: BarSource,
  events: ReadonlyMap<string, ReadonlyArray<EventConfig>>
): BarSource => {
  if (events.size === 0) return source
  return {
    name: source.name,
    fetch: Effect.fn("ConfiguredEvents.fetch")(function*(request) {
      const answer = yield* source.fetch(request)
      const configured = events.get(request.symbol)
      if (configured === undefined) return answer
      const own = yield* Effect.forEach(configured, (event) => placed(event, request.symbol, request.grid))
      const merged = new Map(
        [...answer.events ?? [], ...own.flat()].map((event) => [`${event.at} ${event.kind}`, event])
      )
      return { ...answer, events: [...merged.values()].toSorted((one, other) => one.at - other.at) }
    })
  }
}

/** None, and a warning, where the calendar has no place for it. */
const placed = (
  event: EventConfig,
  symbol: string,
  grid: BarGrid
): Effect.Effect<ReadonlyArray<PriceEvent>> => {
  const at = writtenTime(grid, event.at)
  return at === null
    ? Effect.as(
      Effect.logWarning(
        `the ${
          eventOf(event).kind
        } of ${symbol} at ${event.at} is left out, calendar ${grid.calendar.name} does not know that time`
      ),
      []
    )
    : Effect.succeed([{ ...eventOf(event), at }])
}
