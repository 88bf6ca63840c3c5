/**
 * Which messages news cause, on which destinations, and what is kept as suppressed.
 *
 * Mutes, and what was told before, are read only when there is something to tell; when they cannot be read it is not told
 * at all, and the same news can be asked about again.
 */
import { MuteStore } from "@dgas/db/MuteStore"
import type { SqlFailure } from "@dgas/db/Sql"
import { type Addressee, type ToldSignal, ToldStore } from "@dgas/db/ToldStore"
import { Announce, AnnounceUnavailable, type News } from "@dgas/domain/Announce"
import type { Config } from "@dgas/domain/Config"
import { noOdds, storedOdds } from "@dgas/domain/Odds"
import { isEntry } from "@dgas/domain/Signal"
import { BaseRates } from "@dgas/engine/BaseRates"
import { watchOf } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { partMessages } from "./DestinationMessages.ts"
import { Destinations } from "./Destinations.ts"
import { howOften } from "./HowOften.ts"
import { addresseeOf, knownAs, type Listener, listenersOf } from "./Listener.ts"
import { type Part, partsOf } from "./Part.ts"
import { meant, mutesOf } from "./Routing.ts"

/** A listener and what of the news is meant for it. */
interface Wanted {
  readonly listener: Listener
  readonly parts: ReadonlyArray<Part>
}

/** How far back transition-only looks for the direction that was told last. */
const rememberedMs = 30 * 86_400_000

const isFor = ({ channel, name }: Listener) => (who: Addressee): boolean =>
  who.channel === channel.channel && who.destination === name

const unavailable = <A, R>(read: Effect.Effect<A, SqlFailure, R>): Effect.Effect<A, AnnounceUnavailable, R> =>
  Effect.mapError(read, ({ message }) => new AnnounceUnavailable({ detail: message }))

export const layer = (
  config: Config
): Layer.Layer<Announce, never, BaseRates | Destinations | MuteStore | ToldStore> =>
  Layer.effect(
    Announce,
    Effect.gen(function*() {
      const baseRates = yield* BaseRates
      const mutes = yield* MuteStore
      const told = yield* ToldStore
      const listeners = listenersOf(config, (yield* Destinations).all)
      const zone = config.timeZone
      const audiences = new Map(config.schedules.map((schedule) => [schedule.name, {
        watch: watchOf(config, schedule),
        listeners: listeners.filter((listener) => schedule.channels.includes(knownAs(listener)))
      }]))

      /** A notice is for whoever was told of its signal, and for nobody else. */
      const wantedBy = Effect.fnUntraced(function*(audience: ReadonlyArray<Listener>, parts: ReadonlyArray<Part>) {
        const noticed = parts.flatMap(({ notice }) => notice === null ? [] : [notice.signalId])
        const heard = noticed.length === 0 ? null : yield* told.ofSignals(noticed)
        return audience.map((listener): Wanted => ({
          listener,
          parts: parts.flatMap((part) => {
            const own = part.notice === null
              ? meant(part, listener.wishes)
              : heard?.get(part.notice.signalId)?.some(isFor(listener)) === true
              ? part
              : null
            return own === null ? [] : [own]
          })
        })).filter((wanted) => wanted.parts.length > 0)
      })

      const toldBefore = Effect.fnUntraced(function*(schedule: string, wanted: ReadonlyArray<Wanted>) {
        const careful = wanted.filter(({ listener: { wishes } }) => wishes.transitionOnly || wishes.coolDownMinutes > 0)
        const entries = careful.flatMap(({ parts }) =>
          parts.flatMap(({ notice, signals }) => notice === null ? signals.filter(({ type }) => isEntry(type)) : [])
        )
        if (entries.length === 0) return []
        const spans = careful.map(({ listener: { wishes } }) =>
          wishes.transitionOnly ? rememberedMs : wishes.coolDownMinutes * 60_000
        )
        return yield* told.signals({
          schedule,
          addressees: careful.map(({ listener }) => addresseeOf(listener)),
          symbols: [...new Set(entries.map(({ symbol }) => symbol))],
          since: Math.min(...entries.map(({ signalTimestamp }) => signalTimestamp)) - Math.max(...spans)
        })
      })

      return Announce.of({
        messages: Effect.fn("Router.messages")(function*(news: News) {
          const { at = news.run.runTimestamp, run } = news
          const audience = audiences.get(run.schedule)
          const parts = partsOf(news)
          if (audience === undefined || audience.listeners.length === 0 || parts.length === 0) return []
          const wanted = yield* unavailable(wantedBy(audience.listeners, parts))
          if (wanted.length === 0) return []
          const holding = yield* unavailable(mutes.active(null))
          const before: ReadonlyArray<ToldSignal> = yield* unavailable(toldBefore(run.schedule, wanted))
          const rated = wanted.flatMap((one) => one.listener.wishes.baseRates ? one.parts : [])
          const rates = yield* howOften(baseRates, audience.watch, rated, run.slotAt)
          const odds = new Map([
            ...storedOdds((news.notices ?? []).map(({ signal }) => signal)),
            ...news.odds ?? noOdds
          ])
          return wanted.flatMap(({ listener, parts }) => {
            const known = {
              at,
              zone,
              rates,
              odds,
              mutes: mutesOf(holding, run.schedule, knownAs(listener)),
              told: before.filter(isFor(listener))
            }
            return parts.flatMap((part) => partMessages(part, listener, known))
          })
        })
      })
    })
  )
