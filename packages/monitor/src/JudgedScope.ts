/** The signals that a report on their outcomes is of, and in words which these are and what their results are after. */
import { type JudgedEntry, type JudgedFilter, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import { timeText } from "@dgas/domain/TimeText"
import * as Effect from "effect/Effect"

/** Oldest first. Instants are said in `zone`. */
export const judgedSignals = Effect.fn("judgedSignals")(function*(filter: JudgedFilter, zone: string) {
  const newest = yield* (yield* OutcomeHistory).judged(filter)
  const signals = newest.toReversed()
  return { signals, scope: scopeOf(signals, filter, zone) }
})

const origins = {
  LIVE: "live signals",
  REPLAY: "signals of the replay",
  DEMO: "signals of the demo",
  ALL: "live signals, replays and the demo"
}

export const scopeOf = (
  signals: ReadonlyArray<JudgedEntry>,
  { origin = "LIVE", schedule, since, status, symbol }: JudgedFilter,
  zone: string
): ReadonlyArray<string> => {
  const only = [
    origins[origin],
    ...schedule === undefined ? [] : [`schedule ${schedule}`],
    ...symbol === undefined ? [] : [`symbol ${symbol}`],
    ...status === undefined ? [] : [`outcome ${status}`],
    ...since === undefined ? [] : [`since ${timeText(since, zone)} ${zone}`]
  ].join(", ")
  return [`Of ${only}.`, costText(signals)]
}

/** What the results of these are after. */
export const costText = (entries: ReadonlyArray<Pick<JudgedEntry, "costPct">>): string => {
  const costs = entries.flatMap(({ costPct }) => costPct === null ? [] : [costPct])
  if (costs.length === 0) return "Nothing has been judged yet."
  // Not spread as arguments: there may be more of them than a call takes.
  const most = costs.reduce((a, b) => Math.max(a, b))
  const least = costs.reduce((a, b) => Math.min(a, b))
  if (most === 0) return "No costs configured: results are before spread and fees."
  const text = (cost: number) => `${Number(cost.toPrecision(6))} %`
  return `Results are after costs of ${least === most ? text(most) : `${text(least)} to ${text(most)}`} a round trip${
    least === 0 ? ": some instruments have none configured" : ""
  }.`
}
