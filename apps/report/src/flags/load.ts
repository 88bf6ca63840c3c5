/** A command loads what it needs when it runs, so that help comes at once. */
import { failOutOfSpan } from "@dgas/market/TradingCalendar/CalendarOutOfSpan"
import * as Effect from "effect/Effect"

export const load = <M, A, E, R>(module: () => Promise<M>, run: (module: M) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Effect.promise(module), run).pipe(failOutOfSpan)
