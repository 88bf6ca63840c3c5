/**
 * What became of signals, to those who were told of them and want to hear it.
 *
 * Those of a schedule that ended at one bar close are one message to a destination; one alone answers the message of its
 * signal where the channel has threads. What ended more than a day ago, as after a long absence, is no news. A correction
 * goes to those who were told of the end that was none, however long ago that was, and names the one that they were told last:
 * what came in between may have been muted.
 */
import { MuteStore } from "@dgas/db/MuteStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { type Addressee, type ToldOutcome, ToldStore } from "@dgas/db/ToldStore"
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { Config } from "@dgas/domain/Config"
import type { Mute } from "@dgas/domain/Mute"
import { formerEnd, type OutcomeNews, type OutcomeTelling } from "@dgas/domain/OutcomeNews"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { isoText } from "@dgas/domain/TimeText"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { type Fate, rendered } from "./DestinationMessages.ts"
import { Destinations } from "./Destinations.ts"
import { knownAs, type Listener, listenersOf } from "./Listener.ts"
import { type Ended, endedAt, isToldOtherwise, outcomeAlert } from "./OutcomeAlert.ts"
import { quietUntil } from "./QuietHours.ts"
import { mutedBy, mutesOf } from "./Routing.ts"

const newsMs = 24 * 3_600_000

/** Of those that are told to anybody, at `at`, epoch ms. No signal is in two of them. */
export const outcomeMessages = Effect.fn("outcomeMessages")(function*(
  config: Config,
  all: ReadonlyArray<OutcomeNews>,
  at: number
) {
  const none: ReadonlyArray<OutcomeTelling> = []
  const listeners = listenersOf(config, (yield* Destinations).all).filter(({ wishes }) => wishes.outcomes)
  const news = all.filter((one) =>
    formerEnd(one) !== null || (one.now.decidedAt !== null && one.now.decidedAt > at - newsMs)
  )
  if (listeners.length === 0 || news.length === 0) return none
  const heard = yield* hearersOf(news)
  if (heard.size === 0) return none
  const mutes = yield* (yield* MuteStore).active(null)
  const store = yield* SignalStore
  const lastTold = (listener: Listener, id: string) =>
    heard.get(id)?.find(({ channel, destination }) =>
      channel === listener.channel.channel && destination === listener.name
    )
  const isTold = (listener: Listener, id: string) => lastTold(listener, id) !== undefined
  /** What there is to tell a listener, beside what it was told last. */
  const newsTo = (listener: Listener, ended: Ended): ReadonlyArray<Ended> => {
    const last = lastTold(listener, ended.now.signalId)
    if (last === undefined) return []
    const former = last.end ?? formerEnd(ended)
    if (former === null) return [ended]
    const evaluatedAt = (ended.known ?? former).evaluatedAt
    return isToldOtherwise(ended.signal, former, ended.now) ? [{ ...ended, known: { ...former, evaluatedAt } }] : []
  }
  const found = yield* Effect.forEach(
    news.filter(({ now }) => listeners.some((listener) => isTold(listener, now.signalId))),
    (one) => Effect.map(store.get(one.now.signalId), (signal) => signal === null ? [] : [{ ...one, signal }])
  )
  const bySlot = Map.groupBy(
    found.flat(),
    (ended) => `${ended.signal.schedule} ${endedAt(ended)} ${formerEnd(ended) !== null}`
  )
  return [...bySlot.values()].flatMap((some): ReadonlyArray<OutcomeTelling> => {
    const schedule = config.schedules.find(({ name }) => name === some[0]?.signal.schedule)
    if (schedule === undefined) return []
    const context = { mutes, at, timeframe: schedule.trading, zone: config.timeZone }
    const messages = listeners.flatMap((listener) => {
      const own = Map.groupBy(some.flatMap((ended) => newsTo(listener, ended)), (ended) => formerEnd(ended) === null)
      return [...own.values()].flatMap((alike) => messagesTo(listener, alike, context))
    })
    return [{ signalIds: some.map(({ signal }) => signal.id), messages }]
  })
})

/** Of one that ended who was told of the signal, of one that ended otherwise who was told how; and what they were told last. */
const hearersOf = Effect.fnUntraced(function*(news: ReadonlyArray<OutcomeNews>) {
  const told = yield* ToldStore
  const [corrected, ended] = [
    news.filter((one) => formerEnd(one) !== null),
    news.filter((one) => formerEnd(one) === null)
  ]
  const idsOf = (some: ReadonlyArray<OutcomeNews>) => some.map(({ now }) => now.signalId)
  const ofSignals = ended.length > 0
    ? yield* told.ofSignals(idsOf(ended))
    : new Map<string, ReadonlyArray<Addressee>>()
  const ids = [...idsOf(corrected), ...ofSignals.keys()]
  if (ids.length === 0) return new Map<string, ReadonlyArray<ToldOutcome>>()
  const ofOutcomes = yield* told.ofOutcomes(ids)
  const lastOf = (id: string, { channel, destination }: Addressee) =>
    ofOutcomes.get(id)?.find((one) => one.channel === channel && one.destination === destination)
  return new Map([
    ...ofOutcomes,
    ...[...ofSignals].map(([id, all]) =>
      [id, all.map((one): ToldOutcome => lastOf(id, one) ?? { ...one, end: null })] as const
    )
  ])
})

interface Context {
  readonly mutes: ReadonlyArray<Mute>
  readonly at: number
  readonly timeframe: Timeframe
  readonly zone: string
}

const messagesTo = (
  listener: Listener,
  some: ReadonlyArray<Ended>,
  { at, mutes, timeframe, zone }: Context
): ReadonlyArray<OutboxMessage> => {
  const { channel: { channel }, name, wishes: { quietHours } } = listener
  const message = (own: ReadonlyArray<Ended>, suffix: string, fate: Fate) => {
    const [first, ...others] = own
    if (first === undefined) return []
    const id = `${subjectOf(first, own)}/${channel}/${name}${suffix}`
    return rendered(outcomeAlert(first, others, { id, timeframe, zone }), listener, {
      ...fate,
      ...others.length === 0 ? { repliesTo: first.signal.id } : {}
    }).map((part) => ({
      ...part,
      ends: own.map(({ now }) => now).filter(({ signalId }) => part.signalIds.includes(signalId))
    }))
  }
  const holding = mutesOf(mutes, some[0]?.signal.schedule ?? "", knownAs(listener))
  const byMute = Map.groupBy(
    some,
    ({ signal }) => holding.find(({ symbol }) => symbol === null || symbol === signal.symbol) ?? null
  )
  const until = quietHours === null ? null : quietUntil(at, quietHours, zone)
  return [...byMute].flatMap(([mute, own]) => {
    if (mute === null) return message(own, "", until === null ? {} : { notBefore: until })
    const { reason, rule } = mutedBy(mute, zone)
    return message(own, `/suppressed/${rule}`, { suppressed: reason })
  })
}

/**
 * The same of the same news: slot, and a hash of how each ended and of when it had been looked at before. So what ends in
 * one way twice, since it did not after all in between, is told of twice.
 */
const subjectOf = (first: Ended, own: ReadonlyArray<Ended>): string => {
  const hash = createHash("sha256")
  const lines = own.map(({ known, now }) =>
    `${now.signalId} ${known?.evaluatedAt ?? ""} ${now.outcome} ${now.exitReason} ${now.decidedAt}\n`
  )
  for (const line of lines.toSorted()) hash.update(line)
  return `${first.signal.schedule}/${isoText(endedAt(first))}/OUTCOME/${hash.digest("hex").slice(0, 16)}`
}
