/**
 * Port from signals to outbox rows.
 *
 * The cycle writes run, signals and outbox rows in one statement; which messages a signal causes, and what
 * they say, is decided by whoever implements this.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { PredictionRun } from "./PredictionRun.ts"
import type { Signal } from "./Signal.ts"

/** A rendered, immutable message. `id` is a function of signal or slot, channel, destination and kind. */
export interface OutboxMessage {
  readonly id: string
  readonly channel: string
  readonly destination: string
  readonly kind: string
  readonly signalIds: ReadonlyArray<string>
  readonly payload: { readonly [key: string]: unknown }
}

export class Announce extends Context.Service<Announce, {
  /** The messages that a run's stored signals cause, in the order in which they should leave. */
  readonly messages: (
    run: PredictionRun,
    signals: ReadonlyArray<Signal>
  ) => Effect.Effect<ReadonlyArray<OutboxMessage>>
}>()("@dgas/domain/Announce") {}
