/**
 * What every channel can do: give an alert its shape, once, and try to deliver it.
 *
 * A shape is kept in the outbox as it is and never made again. A try says what became of it and never fails; when there is
 * another one is decided by whoever asked, see `RetryDelays`.
 */
import type { ChannelName } from "@dgas/domain/DestinationConfig"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Alert } from "./Alert.ts"

export interface Payload {
  readonly [key: string]: Schema.Json
}

/** What a channel gave back for a message that it took, by which a later one can answer it. */
export interface Receipt {
  readonly [key: string]: Schema.Json
}

/** A message on its way to one destination. */
export interface Delivery {
  /** The same at each try; made of signal or slot, channel, destination and kind. */
  readonly id: string
  readonly kind: string
  readonly payload: Payload
  /** Receipt of the message that it answers, at the same destination; null where there is none. */
  readonly repliesTo: Receipt | null
}

/**
 * `taken`: it has arrived. `again`: it may at another try. `limited`: too many at once, which uses no try. `parked`: no
 * more today, whatever is sent. `never`: not this message. `gone`: nothing at this address any more. `unusable`: the
 * destination itself cannot be used as it stands (a key that is refused, no desktop), so its messages wait.
 */
export type Outcome = "taken" | "again" | "limited" | "parked" | "never" | "gone" | "unusable"

export interface Tried {
  readonly outcome: Outcome
  /** Status that was answered; null when there was no answer. */
  readonly status: number | null
  /** Beginning of the answer or of the error, at most 1,024 characters, without secrets. */
  readonly answer: string
  readonly durationMs: number
  /** The receiver asked not to be asked for so long, milliseconds; null when it did not. */
  readonly retryAfterMs: number | null
  readonly receipt: Receipt | null
}

/** One destination, ready to be told. */
export interface Channel {
  readonly channel: ChannelName
  /** Whether exits are told by themselves, as answers to their entries. */
  readonly threads: boolean
  /**
   * Most often one message. A text body of a webhook has one a signal, and JSON that is too much for one comes in several.
   * Empty when there is nothing that it can tell.
   */
  readonly render: (alert: Alert) => ReadonlyArray<Rendered>
  readonly deliver: (delivery: Delivery) => Effect.Effect<Tried>
  /** How long a try may take at most, milliseconds. */
  readonly timeoutMs: number
}

export interface Rendered {
  /** Tells it apart where there is more than one, see `idOfPart`; empty where there is not. */
  readonly part: string
  /** Signals that it shows: of one that had no room in it nobody was told. */
  readonly signalIds: ReadonlyArray<string>
  readonly payload: Payload
}

/** The id of a message, of its alert's. */
export const idOfPart = (alertId: string, part: string): string => part === "" ? alertId : `${alertId}/${part}`
