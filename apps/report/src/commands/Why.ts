/**
 * `report why --symbol S [--at INSTANT]`: why a symbol had a signal, or none, at the last bar close up to an instant.
 *
 * The decision is computed again from the stored bars with the options of its run, so that every gate can be shown, and
 * compared with what was stored.
 */
import type { Config } from "@dgas/domain/Config"
import type { Origin } from "@dgas/domain/Origin"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { explain, type Explanation } from "@dgas/engine/Explain"
import { type Decision, type GateCheck, stopped } from "@dgas/engine/signals/Decision"
import { decisionText } from "@dgas/notify/DecisionText"
import { disclaimer } from "@dgas/notify/SignalTable"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { analysisSections } from "../AnalysisText.ts"
import { type Column, csvText, type Format } from "../Rows.ts"
import { sinceInstant } from "../Since.ts"
import { withStore } from "../Store.ts"

/** No run up to the instant looked at the symbol. */
export class NoRunOf extends Schema.TaggedError<NoRunOf>()("NoRunOf", {
  symbol: Schema.String,
  at: Schema.String,
  origin: Schema.String
}) {
  override get message() {
    return `no ${this.origin} run up to ${this.at} looked at ${this.symbol}, expected a symbol that a schedule watches; --origin replay or demo looks at other runs`
  }
}

interface Flags {
  readonly format: Format
  readonly symbol: string
  readonly at: Option.Option<string>
  readonly schedule: Option.Option<string>
  readonly origin: "live" | "replay" | "demo"
}

const origins: Readonly<Record<Flags["origin"], Origin>> = { live: "LIVE", replay: "REPLAY", demo: "DEMO" }

/** As it is asked for on the command line. */
const explained = Effect.fnUntraced(function*({ origin, schedule, symbol }: Flags, at: number) {
  const found = yield* explain({
    symbol,
    at,
    origin: origins[origin],
    ...Option.match(schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) })
  })
  return found ?? (yield* new NoRunOf({ symbol, at: isoText(at), origin }))
})

/** What a filter dropped was no signal, whatever the gates before it said. */
const filtered = (path: ReadonlyArray<GateCheck>, decision: Decision): Decision => {
  const last = path.at(-1)
  return last?.gate === "FILTERED" && !last.passed ? stopped("FILTERED", last.detail) : decision
}

const page = (
  { analysis, odds, path, run, stored, symbol, tick, today, watch }: Explanation,
  zone: string,
  others: ReadonlyArray<string>
): string => {
  const { higher, lower, trading } = watch.schedule
  return [
    `${symbol}  ${run.schedule}: ${trading} with ${higher}${lower === null ? "" : ` and ${lower}`}, bar close ${
      timeText(run.slotAt, zone)
    } ${zone}`,
    ...others.length === 0 ? [] : [`also watched by ${others.join(", ")}: --schedule NAME explains that one`],
    `stored: ${decisionText(stored, tick)}`,
    ...odds === null ? [] : [`odds: ${odds.text}`],
    ...today === null ? [] : [
      `today's bars say: ${decisionText(today, tick)}`,
      `bars have changed since, or the logic has: bun run report replay --run ${run.id}`
    ],
    "",
    ...analysis === null
      ? [path.map(({ detail, gate, passed }) => `${gate}  ${passed ? "passed" : "failed"}  ${detail}`).join("\n")]
      : [
        analysisSections(
          { ...analysis, checks: path, decision: filtered(path, analysis.decision) },
          { timeframe: trading, higher, lower, tick }
        )
      ],
    "",
    disclaimer
  ].join("\n")
}

/** The other schedules that watch the symbol. */
const othersOf = ({ schedules, universes }: Config, { run, symbol }: Explanation): ReadonlyArray<string> =>
  schedules.filter(({ name, universe }) =>
    name !== run.schedule && universes[universe]?.instruments.some((one) => one.symbol === symbol) === true
  ).map(({ name }) => name)

const columns: ReadonlyArray<Column<GateCheck>> = [
  { name: "gate", value: (check) => check.gate },
  { name: "passed", value: (check) => check.passed },
  { name: "found", value: (check) => check.found },
  { name: "needed", value: (check) => check.needed },
  { name: "detail", value: (check) => check.detail }
]

export const why = (flags: Flags) =>
  Effect.gen(function*() {
    const at = (yield* sinceInstant(flags.at, "at")) ?? (yield* Clock.currentTimeMillis)
    return yield* withStore({ since: Option.none() }, (zone, _, config) =>
      Effect.gen(function*() {
        const found = yield* explained(flags, at)
        const { analysis, odds, path, run, symbol, tick, today } = found
        const stored = decisionText(found.stored, tick)
        yield* Console.log(
          flags.format === "json"
            ? JSON.stringify(
              {
                symbol,
                schedule: run.schedule,
                slotAt: isoText(run.slotAt),
                run: run.id,
                stored,
                probability: odds?.probability ?? null,
                calibration: odds?.calibration ?? null,
                odds: odds?.text ?? null,
                today: today === null ? stored : decisionText(today, tick),
                same: today === null,
                path,
                analysis
              },
              null,
              2
            )
            : flags.format === "csv"
            ? csvText(columns, path)
            : page(found, zone, othersOf(config, found))
        )
      }))
  })
