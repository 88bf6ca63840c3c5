/**
 * How many signals became what, and which of them a rate is made of.
 *
 * Nothing is dropped: `signals` is `waiting` + `open` + `unfilled` + `fills` + `incomplete`, and `fills` is the sum of
 * the outcomes and of the exit reasons alike.
 */
import { isEvent, isFill } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"

export interface OutcomeCounts {
  readonly signals: number
  /** PENDING, not filled so far. */
  readonly waiting: number
  /** PENDING, filled. */
  readonly open: number
  /** Final without a fill. */
  readonly unfilled: number
  /** Final and filled. */
  readonly fills: number
  /** Called final, without its result: a fault of what judged it, and in no denominator. */
  readonly incomplete: number
  readonly wins: number
  readonly losses: number
  readonly neutral: number
  readonly targets: number
  readonly stops: number
  readonly exits: number
  readonly timeouts: number
  /** Fills with R > 0, and how many these were had every ambiguous bar been the stop, or the target. */
  readonly positive: number
  readonly positiveIfLosses: number
  readonly positiveIfWins: number
  readonly ambiguous: number
  /** Final by the word of a person, which no bar has confirmed; filled or not. */
  readonly corrected: number
}

export const countsOf = (signals: ReadonlyArray<JudgedSignal>): OutcomeCounts => {
  const pending = signals.filter(({ outcome }) => outcome === "PENDING")
  const final = signals.filter(({ outcome }) => outcome !== "PENDING")
  const fills = final.filter(isFill)
  const open = pending.filter(({ filled }) => filled === true).length
  const unfilled = final.filter(({ filled }) => filled === false).length
  const ended = (reason: string) => fills.filter(({ exitReason }) => exitReason === reason).length
  const were = (outcome: string) => fills.filter((fill) => fill.outcome === outcome).length
  return {
    signals: signals.length,
    waiting: pending.length - open,
    open,
    unfilled,
    fills: fills.length,
    incomplete: final.length - unfilled - fills.length,
    wins: were("WIN"),
    losses: were("LOSS"),
    neutral: were("NEUTRAL"),
    targets: ended("TARGET"),
    stops: ended("STOP"),
    exits: ended("EXIT"),
    timeouts: ended("TIME"),
    positive: fills.filter(isEvent).length,
    positiveIfLosses: fills.filter(({ rIfLoss }) => rIfLoss > 0).length,
    positiveIfWins: fills.filter(({ rIfWin }) => rIfWin > 0).length,
    ambiguous: fills.filter(({ ambiguous }) => ambiguous).length,
    corrected: final.filter(({ corrected }) => corrected).length
  }
}

const were = (n: number) => n === 1 ? "1 was" : `${n} were`
const are = (n: number) => n === 1 ? "1 is" : `${n} are`

/** What is in the denominator of a rate and what is not, in sentences. */
export const denominatorText = (counts: OutcomeCounts): string =>
  counts.signals === 0
    ? "No signals."
    : [
      `Of ${counts.signals} signals ${are(counts.waiting)} pending without a fill, ${
        are(counts.open)
      } filled and pending, ` +
      `${were(counts.unfilled)} never filled, ${were(counts.fills)} filled and ended.`,
      `Rates are of the ${counts.fills} that filled and ended; the event is R > 0 after costs.`,
      ...counts.ambiguous === 0
        ? []
        : [`Of these ${were(counts.ambiguous)} decided in a bar that held stop and target, and counted as the stop.`],
      ...counts.corrected === 0
        ? []
        : [`${are(counts.corrected)} what a person said, and not what the bars say.`],
      ...counts.incomplete === 0
        ? []
        : [`${are(counts.incomplete)} called final without a result, and in no rate.`]
    ].join(" ")
