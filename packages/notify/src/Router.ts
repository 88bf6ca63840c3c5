/**
 * Which messages a run's signals cause, and on which channels.
 *
 * A message is rendered here, once, and stays as it is. Its id is a function of slot, channel, destination and
 * kind, so a run that is written again causes no second one.
 */
import { Announce, type OutboxMessage } from "@dgas/domain/Announce"
import type { Config } from "@dgas/domain/Config"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { consolePayload } from "./Console.ts"
import { isoText } from "./TimeText.ts"

/** An exit is told whatever its score: somebody may hold the position. */
const wanted = (signals: ReadonlyArray<Signal>, minConfidence: number) =>
  signals.filter((signal) => !isEntry(signal.type) || signal.confidence >= minConfidence)

const consoleMessages = (config: Config, run: PredictionRun, signals: ReadonlyArray<Signal>): Array<OutboxMessage> => {
  const shown = wanted(signals, config.channels.console.minConfidence)
  if (shown.length === 0) return []
  return [{
    id: `${run.schedule}/${isoText(run.slotAt)}/console/terminal/signals`,
    channel: "console",
    destination: "terminal",
    kind: "signals",
    signalIds: shown.map(({ id }) => id),
    payload: consolePayload(run, shown, config.timeZone)
  }]
}

export const layer = (config: Config): Layer.Layer<Announce> =>
  Layer.succeed(
    Announce,
    Announce.of({ messages: (run, signals) => Effect.succeed(consoleMessages(config, run, signals)) })
  )
