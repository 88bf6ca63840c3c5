/** `report outcomes`: what became of each signal, newest first, and of all of them in sum. */
import { type JudgedEntry, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { Outcome } from "@dgas/domain/Outcome"
import { priceText } from "@dgas/notify/PriceText"
import { left, right, terminalWidth } from "@dgas/notify/Table"
import { isoText, timeText } from "@dgas/notify/TimeText"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { endText, signed, summaryText } from "../OutcomeSummary.ts"
import { type Column, type Format, print } from "../Rows.ts"
import { emptyText, type OriginFlag, recentOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly symbol: Option.Option<string>
  readonly schedule: Option.Option<string>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
  readonly status: Option.Option<Outcome>
}

const columns: ReadonlyArray<Column<JudgedEntry>> = [
  { name: "signalTimestamp", value: ({ signalAt }) => isoText(signalAt) },
  { name: "symbol", value: (entry) => entry.symbol },
  { name: "type", value: (entry) => entry.type },
  { name: "outcome", value: (entry) => entry.outcome },
  { name: "exitReason", value: (entry) => entry.exitReason },
  { name: "filled", value: (entry) => entry.filled },
  { name: "ambiguous", value: (entry) => entry.ambiguous },
  { name: "corrected", value: (entry) => entry.corrected },
  { name: "decidedAt", value: ({ knownAt }) => knownAt === null ? null : isoText(knownAt) },
  { name: "entryPrice", value: (entry) => entry.entryPrice },
  { name: "stopLoss", value: (entry) => entry.stopLoss },
  { name: "targetPrice", value: (entry) => entry.targetPrice },
  { name: "fillPrice", value: (entry) => entry.fillPrice },
  { name: "exitPrice", value: (entry) => entry.exitPrice },
  { name: "pnlPct", value: (entry) => entry.pnlPct },
  { name: "r", value: (entry) => entry.r },
  { name: "rIfLoss", value: (entry) => entry.rIfLoss },
  { name: "rIfWin", value: (entry) => entry.rIfWin },
  { name: "mfe", value: (entry) => entry.mfe },
  { name: "mae", value: (entry) => entry.mae },
  { name: "barsHeld", value: (entry) => entry.barsHeld },
  { name: "barsMissing", value: (entry) => entry.barsMissing },
  { name: "costPct", value: (entry) => entry.costPct },
  { name: "changes", value: (entry) => entry.changes },
  { name: "confidence", value: (entry) => entry.confidence },
  { name: "probability", value: (entry) => entry.probability },
  { name: "calibration", value: (entry) => entry.calibration },
  { name: "tier", value: (entry) => entry.tier },
  { name: "tradingTfState", value: (entry) => entry.state },
  { name: "patterns", value: ({ patterns }) => patterns.join(" "), json: ({ patterns }) => patterns },
  { name: "timeframe", value: (entry) => entry.timeframe },
  { name: "schedule", value: (entry) => entry.schedule },
  { name: "origin", value: (entry) => entry.origin },
  { name: "evaluatedAt", value: ({ evaluatedAt }) => evaluatedAt === null ? null : isoText(evaluatedAt) },
  { name: "id", value: (entry) => entry.id }
]

const flagsOf = ({ ambiguous, barsMissing, changes, corrected }: JudgedEntry): string =>
  [
    ...corrected ? ["corrected"] : [],
    ...ambiguous ? ["ambiguous"] : [],
    ...(barsMissing ?? 0) > 0 ? [`${barsMissing} missing`] : [],
    ...changes > 0 ? ["changed"] : []
  ].join(", ")

/** The first cell names the signal, since it is shown again where the table goes on below itself. */
const cells = (zone: string) => (entry: JudgedEntry): ReadonlyArray<string> => {
  const price = (value: number | null) => value === null ? "" : priceText(value, entry.tick)
  const amount = (value: number | null) => value === null ? "" : value.toFixed(2)
  return [
    `${timeText(entry.signalAt, zone)} ${entry.symbol} ${entry.type}`,
    entry.outcome,
    endText(entry),
    price(entry.fillPrice),
    price(entry.exitPrice),
    flagsOf(entry),
    entry.filled === true && entry.r !== null ? signed(entry.r) : "",
    amount(entry.mfe),
    amount(entry.mae),
    entry.filled === true ? String(entry.barsHeld) : ""
  ]
}

export const outcomes = (flags: Flags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const { limit, ...filter } = recentOf(flags, since)
      const status = Option.match(flags.status, { onNone: () => ({}), onSome: (status) => ({ status }) })
      const all = yield* (yield* OutcomeHistory).judged({ ...filter, ...status })
      if (flags.format === "table" && all.length > 0) {
        const shown = all.length > limit ? `\nThe newest ${limit} are:` : ""
        yield* Console.log(`${summaryText(all, terminalWidth())}\n${shown}`)
      }
      yield* print(flags.format, all.slice(0, limit), {
        columns,
        table: [
          left(`signal (${zone})`),
          left("outcome"),
          left("ended by"),
          right("fill"),
          right("exit"),
          left("flags"),
          right("R"),
          right("MFE"),
          right("MAE"),
          right("bars")
        ],
        cells: cells(zone),
        empty: emptyText("signals", flags.origin)
      })
    }))
