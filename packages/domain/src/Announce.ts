/**
 * Port from signals and level events to outbox rows.
 *
 * The cycle writes run, signals and outbox rows in one statement; which messages they cause, and what those say, is decided by whoever implements this.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { LevelEvent } from "./LevelEvent.ts"
import type { OddsOf } from "./Odds.ts"
import type { OutcomeUpdate } from "./Outcome.ts"
import type { PredictionRun } from "./PredictionRun.ts"
import type { Signal, StoredSignal } from "./Signal.ts"
import type { SignalNotice } from "./SignalNotice.ts"

/** A rendered, immutable message. `id` is a function of signal or slot, channel, destination and kind. */
export interface OutboxMessage {
  readonly id: string
  readonly channel: string
  readonly destination: string
  readonly kind: string
  readonly signalIds: ReadonlyArray<string>
  readonly payload: { readonly [key: string]: unknown }
  /** Why nobody is to be told; it is kept all the same. */
  readonly suppressed?: string
  /** Epoch ms; it waits until then. */
  readonly notBefore?: number
  /** The signal whose message, at the same destination, it answers. */
  readonly repliesTo?: string
  /** Of an outcome message: what it says became of its signals, for what is told of them later. */
  readonly ends?: ReadonlyArray<OutcomeUpdate>
}

/** What there is to tell after a run. */
export interface News {
  readonly run: PredictionRun
  /** What is told at once: of a run in time all that it found, of a late one nothing. */
  readonly signals: ReadonlyArray<Signal>
  readonly events: ReadonlyArray<LevelEvent>
  /** When it is told, epoch ms; when the run was, unless told. */
  readonly at?: number
  /** Signals of runs that were too late to be acted on, which nobody was told of: for one digest, oldest first. */
  readonly late: ReadonlyArray<Signal>
  /** Signals of symbols whose bars came after the others': each is told of by itself. */
  readonly alone?: ReadonlyArray<Signal>
  /** What price did at levels in such bars, as long as that is news. */
  readonly aloneEvents?: ReadonlyArray<LevelEvent>
  /** Of the signals above. */
  readonly odds?: OddsOf
  /** What became known of signals that somebody was told of. */
  readonly notices?: ReadonlyArray<{ readonly notice: SignalNotice; readonly signal: StoredSignal }>
}

/** What decides who is told could not be read just now: the same news can be asked about again. */
export class AnnounceUnavailable extends Schema.TaggedError<AnnounceUnavailable>()("AnnounceUnavailable", {
  detail: Schema.String
}) {
  override get message() {
    return `who is to be told could not be decided: ${this.detail}`
  }
}

export class Announce extends Context.Service<Announce, {
  /** The messages that news cause, in the order in which they should leave. */
  readonly messages: (news: News) => Effect.Effect<ReadonlyArray<OutboxMessage>, AnnounceUnavailable>
}>()("@dgas/domain/Announce") {}
