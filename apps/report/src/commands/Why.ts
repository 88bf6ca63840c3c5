/**
 * `report why --symbol S [--at INSTANT]`: why a symbol had a signal, or none, at the last bar close up to an instant.
 *
 * The decision is computed again from the stored bars with the options of its run, so that every gate can be shown, and
 * compared with what was stored.
 */
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import type { Config } from "@dgas/domain/Config"
import { type SignalOdds, storedOdds } from "@dgas/domain/Odds"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { isEntry, type StoredSignal } from "@dgas/domain/Signal"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { differences } from "@dgas/engine/Difference"
import { decided, statesOfRun, watchOfRun, withLate } from "@dgas/engine/Recompute"
import { analyze } from "@dgas/engine/signals/analyze"
import {
  type Analysis,
  dataThere,
  type Decision,
  type GateCheck,
  notFiltered,
  stopped
} from "@dgas/engine/signals/Decision"
import type { Watch } from "@dgas/engine/Watch"
import { priceText } from "@dgas/notify/PriceText"
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

interface Why {
  readonly run: PredictionRun
  readonly watch: Watch
  readonly symbol: string
  readonly stored: string
  /** Of the stored signal; null where there is none. */
  readonly odds: SignalOdds | null
  /** Null when there was no bar to decide on. */
  readonly analysis: Analysis | null
  /** The gates in order up to the first that failed: those after it were not tried. */
  readonly path: ReadonlyArray<GateCheck>
  /** What the stored bars say today, when it is not what was stored. */
  readonly today: string | null
}

type Prices = Pick<StoredSignal, "type" | "entryPrice" | "stopLoss" | "targetPrice" | "confidence">

/** A decision in one line, with the prices that somebody may have traded on. */
const told = (
  gate: { readonly gate: string; readonly detail: string } | undefined,
  signal: Prices | undefined,
  tick: number | null
): string => {
  if (gate !== undefined) return `no signal: ${gate.gate}, ${gate.detail}`
  if (signal === undefined) return "nothing"
  const price = (value: number) => priceText(value, tick)
  const { confidence, entryPrice, stopLoss, targetPrice, type } = signal
  return isEntry(type)
    ? `${type} entry ${price(entryPrice)} stop ${price(stopLoss)} target ${price(targetPrice)} confidence ${
      confidence.toFixed(2)
    }`
    : `${type} at ${price(entryPrice)} confidence ${confidence.toFixed(2)}`
}

const pathOf = (
  { gates }: PredictionRun,
  symbol: string,
  analysis: Analysis | null,
  isSignal: boolean
): ReadonlyArray<GateCheck> => {
  const stop = gates.find((gate) => gate.symbol === symbol)
  const closed = stop === undefined ? null : {
    gate: stop.gate,
    passed: false,
    found: stop.found ?? null,
    needed: stop.needed ?? null,
    detail: stop.detail
  }
  if (closed?.gate === "NO_DATA") return [closed]
  const last = closed?.gate === "FILTERED" ? [closed] : isSignal ? [notFiltered] : []
  return [dataThere, ...analysis?.checks ?? [], ...last]
}

const explain = Effect.fn("why")(function*(flags: Flags, at: number) {
  const origin = flags.origin === "live" ? "LIVE" : flags.origin === "replay" ? "REPLAY" : "DEMO"
  const { symbol } = flags
  const found = yield* (yield* RunStore).latestFor({
    symbol,
    at,
    origin,
    ...Option.match(flags.schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) })
  })
  if (found === null) return yield* new NoRunOf({ symbol, at: isoText(at), origin: flags.origin })
  const run = yield* withLate(found)
  const { inputs, watch } = yield* watchOfRun(run, symbol)
  const states = yield* statesOfRun(watch, run, { from: inputs.barsFrom, since: inputs.signalsSince })
  const analyzer = states[0]?.analyzer
  const there = analyzer !== undefined && analyzer.trading.closeTime === run.slotAt
  const analysis = there ? analyze(analyzer, analyzer.decide()) : null
  const gate = run.gates.find((one) => one.symbol === symbol)
  const signals = yield* (yield* SignalStore).ofRun(run.id)
  const now = decided(watch, run, states)
  const tick = watch.instruments[0]?.tick ?? null
  const signal = signals.find((one) => one.symbol === symbol)
  const stored = told(gate, signal, tick)
  const today = told(now.gates.find((one) => one.symbol === symbol), now.signals[0], tick)
  // Of what a filter dropped this symbol alone tells only that it would have been a signal.
  const same = gate?.gate === "FILTERED"
    ? analysis !== null && analysis.decision.draft !== null
    : differences([symbol], { run, signals }, now).length === 0
  return {
    run,
    watch,
    symbol,
    stored,
    odds: storedOdds(signals).get(signal?.id ?? "") ?? null,
    analysis,
    path: pathOf(run, symbol, analysis, gate === undefined),
    today: same ? null : today
  } satisfies Why
})

/** What a filter dropped was no signal, whatever the gates before it said. */
const filtered = (path: ReadonlyArray<GateCheck>, decision: Decision): Decision => {
  const last = path.at(-1)
  return last?.gate === "FILTERED" && !last.passed ? stopped("FILTERED", last.detail) : decision
}

const page = (
  { analysis, odds, path, run, stored, symbol, today, watch }: Why,
  zone: string,
  others: ReadonlyArray<string>
): string => {
  const { higher, lower, trading } = watch.schedule
  const tick = watch.instruments[0]?.tick ?? null
  return [
    `${symbol}  ${run.schedule}: ${trading} with ${higher}${lower === null ? "" : ` and ${lower}`}, bar close ${
      timeText(run.slotAt, zone)
    } ${zone}`,
    ...others.length === 0 ? [] : [`also watched by ${others.join(", ")}: --schedule NAME explains that one`],
    `stored: ${stored}`,
    ...odds === null ? [] : [`odds: ${odds.text}`],
    ...today === null ? [] : [
      `today's bars say: ${today}`,
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
const othersOf = ({ schedules, universes }: Config, { run, symbol }: Why): ReadonlyArray<string> =>
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
        const found = yield* explain(flags, at)
        const { analysis, odds, path, run, stored, symbol, today } = found
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
                today: today ?? stored,
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
