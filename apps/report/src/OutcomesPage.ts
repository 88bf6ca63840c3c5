/** What became of signals, as a page and as rows: how many ended in which way, what they came to, and the newest of them. */
import type { JudgedEntry } from "@dgas/db/OutcomeHistory"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { fillsOf } from "@dgas/monitor/Fill"
import { priceText } from "@dgas/notify/PriceText"
import { left, right } from "@dgas/notify/Table"
import { endText, signed, summaryBlocks } from "./OutcomeSummary.ts"
import { type Block, grid, type Page, section, words } from "./Page.ts"
import { rDistribution, rDistributionText } from "./RDistribution.ts"
import type { Column } from "./Rows.ts"
import { distributionLabel, distributionSvg } from "./SvgDistribution.ts"

export const outcomeColumns: ReadonlyArray<Column<JudgedEntry>> = [
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

/** `entries` newest first; `scope` says which these are. Of them all, and the newest `limit` one by one. */
export const outcomesPage = (
  entries: ReadonlyArray<JudgedEntry>,
  { limit, scope, zone }: { readonly limit: number; readonly scope: ReadonlyArray<string>; readonly zone: string }
): Page => ({
  title: "Outcomes",
  lead: scope,
  sections: entries.length === 0
    ? [section("Signals", words("No signals match."))]
    : [
      section("How they ended", ...summaryBlocks(entries)),
      section("Results", ...resultBlocks(entries)),
      section(
        entries.length > limit ? `The newest ${limit} of ${entries.length}` : "Signals, newest first",
        newestGrid(entries.slice(0, limit), zone)
      )
    ]
})

const resultBlocks = (entries: ReadonlyArray<JudgedEntry>): ReadonlyArray<Block> => {
  if (fillsOf(entries).length === 0) return [words("not enough data: no fills")]
  const steps = rDistribution(entries)
  return [{
    kind: "chart",
    label: distributionLabel,
    text: rDistributionText(steps),
    drawn: distributionSvg(steps)
  }]
}

const newestGrid = (entries: ReadonlyArray<JudgedEntry>, zone: string): Block =>
  grid(
    [
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
    entries.map(cells(zone))
  )

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
