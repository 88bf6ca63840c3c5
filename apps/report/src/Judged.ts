/** The signals that a report on their outcomes is of, and in words which these are. */
import { type JudgedEntry, type JudgedFilter, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { Outcome } from "@dgas/domain/Outcome"
import * as Scope from "@dgas/monitor/JudgedScope"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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
  flags: JudgedFlags & { readonly status?: Option.Option<Outcome> },
  zone: string,
  since: { readonly since?: number }
): ReadonlyArray<string> => {
  const status = Option.getOrUndefined(flags.status ?? Option.none())
  const filter = { ...judgedFilter(flags, since), ...status === undefined ? {} : { status } }
  const [which, ...costs] = Scope.scopeOf(signals, filter, zone)
  const others = signals.length > 0 || flags.origin !== "live"
    ? ""
    : " Replays and the demo show with --origin replay, demo or all."
  return [`${which}${others}`, ...costs]
}
