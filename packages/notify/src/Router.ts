/**
 * Which messages a run's signals and level events cause, and on which channels.
 *
 * A message is rendered here, once, and stays as it is. Its id is a function of slot (of a digest: of the slots that it
 * is about), channel, destination and kind, so a run that is written again causes no second one.
 */
import { Announce, type News, type OutboxMessage } from "@dgas/domain/Announce"
import type { Config } from "@dgas/domain/Config"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { BaseRates } from "@dgas/engine/BaseRates"
import { timeframeOf, watchOf } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { alonePayload, consolePayload, digestPayload, levelsPayload, noticePayload } from "./Console.ts"
import { entryLevel } from "./EntryLevel.ts"
import { rateText } from "./RateText.ts"
import { isoText } from "./TimeText.ts"

/** An exit is told whatever its score: somebody may hold the position. */
const wanted = (signals: ReadonlyArray<Signal>, minConfidence: number) =>
  signals.filter((signal) => !isEntry(signal.type) || signal.confidence >= minConfidence)

const readsAtOnce = 4

const consoleMessage = (
  run: PredictionRun,
  kind: "signals" | "levels" | "digest" | "late",
  signalIds: ReadonlyArray<string>,
  payload: OutboxMessage["payload"]
): OutboxMessage => ({
  id: `${run.schedule}/${isoText(run.slotAt)}/console/terminal/${kind}`,
  channel: "console",
  destination: "terminal",
  kind,
  signalIds,
  payload
})

export const layer = (config: Config): Layer.Layer<Announce, never, BaseRates> =>
  Layer.effect(
    Announce,
    Effect.gen(function*() {
      const baseRates = yield* BaseRates
      const { baseRates: rated, minConfidence } = config.channels.console
      const watches = new Map(config.schedules.map((schedule) => [schedule.name, watchOf(config, schedule)]))

      /** Empty where the rates do not bear on it, or cannot be read just now: a message does not wait for them. */
      const howOften = Effect.fnUntraced(
        function*(run: PredictionRun, symbol: string, timeframe: Timeframe, level: string) {
          const watch = watches.get(run.schedule)
          if (watch === undefined || level === "zone" || level === "envelope") return ""
          const rates = yield* baseRates.of({ watch, symbol, timeframe, asOf: run.slotAt }).pipe(
            Effect.orElseSucceed(() => null)
          )
          return rates === null ? "" : rateText(rates.find((rate) => rate.level === level))
        }
      )

      const ofEntry = Effect.fnUntraced(function*(run: PredictionRun, signal: Signal) {
        const at = entryLevel(signal)
        const watch = watches.get(run.schedule)
        if (at === null || watch === undefined) return ""
        const timeframe = timeframeOf(watch.schedule, at.frame)
        const told = yield* howOften(run, signal.symbol, timeframe, at.level)
        return told === "" ? "" : `entry at the ${timeframe} ${at.level}, by the next ${timeframe} bar ${told}`
      })

      const signalMessage = Effect.fnUntraced(function*(run: PredictionRun, signals: ReadonlyArray<Signal>) {
        const shown = wanted(signals, minConfidence)
        if (shown.length === 0) return []
        const told = rated
          ? yield* Effect.forEach(shown, (signal) => ofEntry(run, signal), { concurrency: readsAtOnce })
          : null
        const ids = shown.map(({ id }) => id)
        return [consoleMessage(run, "signals", ids, consolePayload(run, shown, config.timeZone, told))]
      })

      const digest = (run: PredictionRun, late: ReadonlyArray<Signal>): ReadonlyArray<OutboxMessage> => {
        const shown = wanted(late, minConfidence)
        const first = shown[0]?.signalTimestamp
        if (first === undefined) return []
        const last = shown.at(-1)?.signalTimestamp ?? first
        const payload = digestPayload(run, shown, config.timeZone)
        return [{
          ...consoleMessage(run, "digest", shown.map(({ id }) => id), payload),
          id: `${run.schedule}/${isoText(first)}..${isoText(last)}/console/terminal/digest`
        }]
      }

      const levelMessage = Effect.fnUntraced(function*(run: PredictionRun, events: ReadonlyArray<LevelEvent>) {
        if (events.length === 0) return []
        const told = rated
          ? yield* Effect.forEach(events, ({ level, symbol, timeframe }) => howOften(run, symbol, timeframe, level), {
            concurrency: readsAtOnce
          })
          : null
        return [consoleMessage(run, "levels", [], levelsPayload(run, events, config.timeZone, told))]
      })

      /** Of symbols whose bars came after the others'. Each is in one such message only, so its first signal names it. */
      const aloneMessage = (run: PredictionRun, signals: ReadonlyArray<Signal>): ReadonlyArray<OutboxMessage> => {
        const shown = wanted(signals, minConfidence)
        const first = shown[0]
        if (first === undefined) return []
        const payload = alonePayload(run, shown, config.timeZone)
        const ids = shown.map(({ id }) => id)
        return [{ ...consoleMessage(run, "late", ids, payload), id: `${first.id}/console/terminal/late` }]
      }

      /** As `aloneMessage`: the message of the run may have gone long ago. */
      const aloneLevels = Effect.fnUntraced(function*(run: PredictionRun, events: ReadonlyArray<LevelEvent>) {
        const first = events[0]
        return (yield* levelMessage(run, events)).map((message) => ({
          ...message,
          id: `${first?.id}/console/terminal/levels`
        }))
      })

      const noticeMessages = (notices: News["notices"] & {}): ReadonlyArray<OutboxMessage> =>
        notices.filter(({ signal }) => wanted([signal], minConfidence).length > 0).map(({ notice, signal }) => ({
          id: `${notice.id}/console/terminal`,
          channel: "console",
          destination: "terminal",
          kind: notice.kind.toLowerCase(),
          signalIds: [signal.id],
          payload: noticePayload(notice, signal, config.timeZone)
        }))

      return Announce.of({
        messages: Effect.fn("Router.messages")(
          function*({ alone = [], aloneEvents = [], events, late, notices = [], run, signals }: News) {
            const channels = watches.get(run.schedule)?.schedule.channels ?? []
            if (!channels.includes("console")) return []
            return [
              ...digest(run, late),
              ...yield* signalMessage(run, signals),
              ...aloneMessage(run, alone),
              ...yield* levelMessage(run, events),
              ...yield* aloneLevels(run, aloneEvents),
              ...noticeMessages(notices)
            ]
          }
        )
      })
    })
  )
