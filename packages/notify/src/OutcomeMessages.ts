/**
 * What became of signals, to those who were told of them and want to hear it.
 *
 * One message a signal, which answers the one of the signal where the channel has threads. What ended more than a day ago,
 * as after a long absence, is no news.
 */
import { MuteStore } from "@dgas/db/MuteStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { ToldStore } from "@dgas/db/ToldStore"
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { Config } from "@dgas/domain/Config"
import type { Mute } from "@dgas/domain/Mute"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { Signal } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { timeText } from "@dgas/domain/TimeText"
import * as Effect from "effect/Effect"
import type { Alert } from "./Alert.ts"
import { alertSignal } from "./AlertOf.ts"
import { rendered } from "./DestinationMessages.ts"
import { Destinations } from "./Destinations.ts"
import { knownAs, type Listener, listenersOf } from "./Listener.ts"
import { priceText } from "./PriceText.ts"
import { quietUntil } from "./QuietHours.ts"
import { mutedBy, mutesOf } from "./Routing.ts"
import { disclaimer, tickOf } from "./SignalTable.ts"

const newsMs = 24 * 3_600_000

/** The messages of each signal, by its id, at `at`, epoch ms. Only what is final is to be given. */
export const outcomeMessages = Effect.fn("outcomeMessages")(function*(
  config: Config,
  ended: ReadonlyArray<OutcomeUpdate>,
  at: number
) {
  const none: ReadonlyMap<string, ReadonlyArray<OutboxMessage>> = new Map()
  const listeners = listenersOf(config, (yield* Destinations).all).filter(({ wishes }) => wishes.outcomes)
  const news = ended.filter(({ decidedAt }) => decidedAt !== null && decidedAt > at - newsMs)
  if (listeners.length === 0 || news.length === 0) return none
  const heard = yield* (yield* ToldStore).ofSignals(news.map(({ signalId }) => signalId))
  if (heard.size === 0) return none
  const mutes = yield* (yield* MuteStore).active(null)
  const store = yield* SignalStore
  const found = yield* Effect.forEach(
    news.filter(({ signalId }) => heard.has(signalId)),
    (outcome) =>
      Effect.gen(function*() {
        const signal = yield* store.get(outcome.signalId)
        const schedule = config.schedules.find(({ name }) => name === signal?.schedule)
        if (signal === null || schedule === undefined) return []
        const hearers = heard.get(signal.id) ?? []
        const messages = listeners.filter(({ channel, name }) =>
          hearers.some((who) => who.channel === channel.channel && who.destination === name)
        ).flatMap((listener) => {
          const alert = outcomeAlert(signal, outcome, schedule.trading, config.timeZone)
          return messagesTo(listener, alert, signal, { mutes, at })
        })
        return [[signal.id, messages] as const]
      })
  )
  return new Map(found.flat())
})

const messagesTo = (
  listener: Listener,
  alert: Alert,
  signal: Signal,
  { at, mutes }: { readonly mutes: ReadonlyArray<Mute>; readonly at: number }
): ReadonlyArray<OutboxMessage> => {
  const { channel: { channel }, name, wishes: { quietHours } } = listener
  const id = `${alert.id}/${channel}/${name}`
  const mute = mutesOf(mutes, signal.schedule, knownAs(listener)).find(({ symbol }) =>
    symbol === null || symbol === signal.symbol
  )
  const answer = { repliesTo: signal.id }
  if (mute !== undefined) {
    const { reason, rule } = mutedBy(mute, alert.zone)
    return rendered({ ...alert, id: `${id}/suppressed/${rule}` }, listener, { ...answer, suppressed: reason })
  }
  const until = quietHours === null ? null : quietUntil(at, quietHours, alert.zone)
  return rendered({ ...alert, id }, listener, until === null ? answer : { ...answer, notBefore: until })
}

const signed = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(2)}`

export const outcomeAlert = (signal: Signal, outcome: OutcomeUpdate, timeframe: Timeframe, zone: string): Alert => {
  const { decidedAt, filled, outcome: became, r } = outcome
  const what = filled ? `${became}${r === null ? "" : ` of ${signed(r)} R`}` : "UNFILLED"
  const id = `${signal.id}/OUTCOME`
  return {
    id,
    kind: "outcome",
    severity: "info",
    title: `${signal.schedule}: ${what}, ${signal.type} ${signal.symbol} of ${
      timeText(signal.signalTimestamp, zone)
    } ${zone}`,
    lines: [detailOf(signal, outcome)],
    schedule: signal.schedule,
    timeframe,
    slotAt: decidedAt ?? signal.signalTimestamp,
    lateMs: null,
    zone,
    signals: [alertSignal(signal, timeframe, { id, zone, rates: new Map(), odds: new Map() })],
    events: [],
    footer: disclaimer
  }
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
  const way = exitReason === null ? "it is over" : ways[exitReason]
  if (fillPrice === null || exitPrice === null || pnlPct === null) return `${way}, so nothing came of it`
  const price = (value: number) => priceText(value, tickOf(signal))
  const costs = costPct === 0 ? "no costs configured" : `after costs of ${costPct} %`
  const doubt = ambiguous ? "; the bar held stop and target, and counts as the stop" : ""
  return `${way}: filled at ${price(fillPrice)}, ended at ${price(exitPrice)} after ${barsHeld} ${
    barsHeld === 1 ? "bar" : "bars"
  }, ${signed(pnlPct)} %, ${costs}${doubt}`
}
