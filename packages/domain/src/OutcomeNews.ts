/** What there is to tell of signals that have ended, and how it is written: with what it tells, or not at all. */
import type { OutboxMessage } from "./Announce.ts"
import { isFinal, type OutcomeUpdate } from "./Outcome.ts"

/** A signal that has ended, or whose end is another one than was known. */
export interface OutcomeNews {
  readonly now: OutcomeUpdate
  /** What was stored of it before; null where nobody had looked. */
  readonly known: OutcomeUpdate | null
}

/** Messages, and all signals that they tell of between them. */
export interface OutcomeTelling {
  readonly signalIds: ReadonlyArray<string>
  readonly messages: ReadonlyArray<OutboxMessage>
}

/** The end that it had before; null of one that has just ended. */
export const formerEnd = ({ known }: OutcomeNews): OutcomeUpdate | null =>
  known !== null && isFinal(known.outcome) ? known : null
