/** The signals that a report on their outcomes is of, and in words which these are. */
import { type JudgedEntry, type JudgedFilter, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { Outcome } from "@dgas/domain/Outcome"
import { timeText } from "@dgas/domain/TimeText"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { costText } from "./OutcomeSummary.ts"
import { type OriginFlag, originOf } from "./Store.ts"

export interface JudgedFlags {
  readonly symbol: Option.Option<string>
  readonly schedule: Option.Option<string>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
}

export const judgedFilter = (
  { origin, schedule, symbol }: JudgedFlags,
  since: { readonly since?: number }
): JudgedFilter => ({
  origin: originOf(origin),
  ...Option.match(symbol, { onNone: () => ({}), onSome: (symbol) => ({ symbol }) }),
  ...Option.match(schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
  ...since
})

/** Oldest first. `scope` says which signals these are and what their results are after. */
export const judgedSignals = Effect.fn("judgedSignals")(function*(
  flags: JudgedFlags,
  zone: string,
  since: { readonly since?: number }
) {
  const newest = yield* (yield* OutcomeHistory).judged(judgedFilter(flags, since))
  const signals = newest.toReversed()
  return { signals, scope: scopeOf(signals, flags, zone, since) }
})

/** Which signals these are, and what their results are after. */
export const scopeOf = (
  signals: ReadonlyArray<JudgedEntry>,
  { origin, schedule, status = Option.none(), symbol }: JudgedFlags & { readonly status?: Option.Option<Outcome> },
  zone: string,
  since: { readonly since?: number }
): ReadonlyArray<string> => {
  const only = [
    origin === "all"
      ? "live signals, replays and the demo"
      : origin === "live"
      ? "live signals"
      : `signals of the ${origin}`,
    ...Option.match(schedule, { onNone: () => [], onSome: (name) => [`schedule ${name}`] }),
    ...Option.match(symbol, { onNone: () => [], onSome: (name) => [`symbol ${name}`] }),
    ...Option.match(status, { onNone: () => [], onSome: (outcome) => [`outcome ${outcome}`] }),
    ...since.since === undefined ? [] : [`since ${timeText(since.since, zone)} ${zone}`]
  ].join(", ")
  const others = signals.length > 0 || origin !== "live"
    ? ""
    : " Replays and the demo show with --origin replay, demo or all."
  return [`Of ${only}.${others}`, costText(signals)]
}
