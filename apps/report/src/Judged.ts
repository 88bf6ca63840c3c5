/** The signals that a report on their outcomes is of, and in words which these are. */
import type { JudgedFilter } from "@dgas/db/OutcomeHistory"
import * as Scope from "@dgas/monitor/JudgedScope"
import { timeText } from "@dgas/notify/TimeText"
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
  const sinceText = since.since === undefined ? null : `${timeText(since.since, zone)} ${zone}`
  const { scope: [which, ...costs], signals } = yield* Scope.judgedSignals(judgedFilter(flags, since), sinceText)
  const others = signals.length > 0 || flags.origin !== "live"
    ? ""
    : " Replays and the demo show with --origin replay, demo or all."
  return { signals, scope: [`${which}${others}`, ...costs] }
})
