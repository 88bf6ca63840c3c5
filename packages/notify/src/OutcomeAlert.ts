/**
 * What became of signals, in words and numbers. Of one the title says it; of several it counts how they ended, and each says
 * its own below.
 */
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import { ExitReason } from "@dgas/domain/Outcome"
import { formerEnd, type OutcomeNews } from "@dgas/domain/OutcomeNews"
import type { Signal } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { timeText } from "@dgas/domain/TimeText"
import type { Alert, AlertOutcome } from "./Alert.ts"
import { alertSignal } from "./AlertOf.ts"
import { priceText } from "./PriceText.ts"
import { disclaimer, tickOf } from "./SignalTable.ts"

/** A signal of which there is news. */
export interface Ended extends OutcomeNews {
  readonly signal: Signal
}

/** The bar close at which it is over; of one that goes on after all, at which it was thought to be. */
export const endedAt = (ended: Ended): number =>
  ended.now.decidedAt ?? ended.known?.decidedAt ?? ended.signal.signalTimestamp

interface Context {
  readonly id: string
  readonly timeframe: Timeframe
  readonly zone: string
}

/** All of one schedule, which ended at one bar close; or all corrected, where the first of them was. */
export const outcomeAlert = (
  first: Ended,
  others: ReadonlyArray<Ended>,
  { id, timeframe, zone }: Context
): Alert => {
  const all = [first, ...others]
  const corrected = formerEnd(first) !== null
  const { schedule } = first.signal
  return {
    id,
    kind: "outcome",
    severity: corrected ? "warning" : "info",
    title: `${schedule}: ${
      others.length === 0
        ? titleOfOne(first, zone)
        : titleOf(all, `the ${timeframe} close of ${timeText(endedAt(first), zone)} ${zone}`)
    }`,
    lines: [],
    schedule,
    timeframe,
    slotAt: endedAt(first),
    lateMs: null,
    zone,
    signals: all.map((ended) => ({
      ...alertSignal(ended.signal, timeframe, { id, zone, rates: new Map(), odds: new Map() }),
      outcome: outcomeOf(ended, zone)
    })),
    events: [],
    footer: disclaimer
  }
}

const signed = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(2)}`

/** `WIN of +1.98 R`, `UNFILLED`, `PENDING` */
const resultOf = ({ filled, outcome, r }: OutcomeUpdate): string =>
  outcome === "PENDING" ? outcome : filled ? `${outcome}${r === null ? "" : ` of ${signed(r)} R`}` : "UNFILLED"

/** `STOP -1.00 R`, `UNFILLED`, `not ended` */
const endOf = ({ exitReason, filled, r }: OutcomeUpdate): string =>
  exitReason === null ? "not ended" : filled && r !== null ? `${exitReason} ${signed(r)} R` : exitReason

/** Whether people who were told of one of these would read something else of the other. */
export const isToldOtherwise = (signal: Signal, one: OutcomeUpdate, other: OutcomeUpdate): boolean =>
  endOf(one) !== endOf(other) || detailOf(signal, one) !== detailOf(signal, other)

const correctionOf = (ended: Ended): string | null => {
  const former = formerEnd(ended)
  return former === null ? null : `corrected: was ${endOf(former)}, is ${endOf(ended.now)}`
}

const titleOfOne = (ended: Ended, zone: string): string => {
  const { now, signal: { signalTimestamp, symbol, type } } = ended
  return `${correctionOf(ended) ?? resultOf(now)}, ${type} ${symbol} of ${timeText(signalTimestamp, zone)} ${zone}`
}

const titleOf = (all: ReadonlyArray<Ended>, close: string): string => {
  const counts = [...ExitReason.literals, null].map((reason) => ({
    reason,
    count: all.filter(({ now }) => now.exitReason === reason).length
  })).filter(({ count }) => count > 0).map(({ count, reason }) => `${count} ${reason ?? "not ended"}`).join(", ")
  return all[0] !== undefined && formerEnd(all[0]) !== null
    ? `corrected: ${all.length} signals ended otherwise than was told, ${counts}`
    : `${all.length} signals ended at ${close}: ${counts}`
}

const outcomeOf = (ended: Ended, zone: string): AlertOutcome => {
  const { now, signal } = ended
  const price = (value: number | null) => value === null ? null : { text: priceText(value, tickOf(signal)), value }
  const former = formerEnd(ended)
  return {
    outcome: now.outcome,
    exitReason: now.exitReason,
    filled: now.filled,
    ambiguous: now.ambiguous,
    fillPrice: price(now.fillPrice),
    exitPrice: price(now.exitPrice),
    pnlPct: now.pnlPct,
    r: now.r,
    rIfLoss: now.rIfLoss,
    rIfWin: now.rIfWin,
    costPct: now.costPct,
    barsHeld: now.barsHeld,
    decidedAt: now.decidedAt,
    decidedAtText: now.decidedAt === null ? null : timeText(now.decidedAt, zone),
    result: resultOf(now),
    text: [...correction(ended), detailOf(signal, now)].join("; "),
    was: former === null ? null : {
      outcome: former.outcome,
      exitReason: former.exitReason,
      filled: former.filled,
      fillPrice: price(former.fillPrice),
      exitPrice: price(former.exitPrice),
      r: former.r,
      decidedAt: former.decidedAt
    }
  }
}

const correction = (ended: Ended): ReadonlyArray<string> => {
  const text = correctionOf(ended)
  return text === null ? [] : [`${text}, since its bars were revised or came late`]
}

const ways = {
  TARGET: "the target was reached",
  STOP: "the stop was reached",
  EXIT: "an exit closed it",
  TIME: "its time was over",
  UNFILLED: "price did not come to the entry before it ended"
}

const detailOf = (signal: Signal, outcome: OutcomeUpdate): string => {
  const { ambiguous, barsHeld, costPct, exitPrice, exitReason, fillPrice, pnlPct } = outcome
  if (exitReason === null) return "it goes on"
  const way = ways[exitReason]
  if (fillPrice === null || exitPrice === null || pnlPct === null) return `${way}, so nothing came of it`
  const price = (value: number) => priceText(value, tickOf(signal))
  const costs = costPct === 0 ? "no costs configured" : `after costs of ${costPct} %`
  const doubt = ambiguous ? "; the bar held stop and target, and counts as the stop" : ""
  return `${way}: filled at ${price(fillPrice)}, ended at ${price(exitPrice)} after ${barsHeld} ${
    barsHeld === 1 ? "bar" : "bars"
  }, ${signed(pnlPct)} %, ${costs}${doubt}`
}
