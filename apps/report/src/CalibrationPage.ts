/**
 * How far confidence deserves belief, as a page and as rows.
 *
 * Every rate stands beside its count, every score beside its interval; where there is not enough data the words say so and
 * no number stands in their place.
 */
import type { Estimate } from "@dgas/monitor/Bootstrap"
import type { Calibrated } from "@dgas/monitor/Calibrated"
import type { Calibration, RatedGroup } from "@dgas/monitor/Calibration"
import { leastCases } from "@dgas/monitor/Rate"
import type { Scores } from "@dgas/monitor/Scores"
import { shareText } from "@dgas/notify/RateText"
import { left, right } from "@dgas/notify/Table"
import { type Block, grid, type Page, type Section, section, words } from "./Page.ts"
import { reliabilityDiagram } from "./ReliabilityDiagram.ts"
import type { Column } from "./Rows.ts"
import { reliabilityLabel, reliabilitySvg } from "./SvgReliability.ts"

const groupings = [
  ["confidence", "byConfidence"],
  ["type", "byType"],
  ["tier", "byTier"],
  ["symbol", "bySymbol"],
  ["timeframe", "byTimeframe"],
  ["state", "byState"],
  ["pattern", "byPattern"]
] as const

/** A group with what it is a group of. */
export interface CalibrationRow extends RatedGroup {
  readonly by: string
}

export const calibrationRows = ({ calibration, probability }: Calibrated): ReadonlyArray<CalibrationRow> => [
  { by: "all", ...calibration.overall },
  ...groupings.flatMap(([by, of]) => calibration[of].map((group) => ({ by, ...group }))),
  ...probability.buckets.map((group) => ({ by: "probability", ...group }))
]

const countNames = [
  "signals",
  "waiting",
  "open",
  "unfilled",
  "fills",
  "incomplete",
  "wins",
  "losses",
  "neutral",
  "targets",
  "stops",
  "exits",
  "timeouts",
  "positive",
  "ambiguous",
  "corrected"
] as const

const rateNames = ["rate", "rateIfLosses", "rateIfWins"] as const

/** Rates are from 0 to 1, and empty below 30 fills. */
export const calibrationColumns: ReadonlyArray<Column<CalibrationRow>> = [
  { name: "by", value: ({ by }) => by },
  { name: "group", value: ({ key }) => key },
  ...countNames.map((name) => ({ name, value: ({ counts }: CalibrationRow) => counts[name] })),
  ...rateNames.flatMap((name) => [
    { name, value: (row: CalibrationRow) => row[name]?.share ?? null },
    { name: `${name}Low`, value: (row: CalibrationRow) => row[name]?.low ?? null },
    { name: `${name}High`, value: (row: CalibrationRow) => row[name]?.high ?? null }
  ])
]

export const calibrationPage = (found: Calibrated, scope: ReadonlyArray<string>): Page => ({
  title: "Calibration",
  lead: [...scope, found.calibration.denominator],
  sections: [
    section(
      "Confidence and what came of it",
      diagram(found.calibration.byConfidence, "confidence"),
      groupGrid("confidence", found.calibration.byConfidence)
    ),
    section(
      "How good confidence was as a probability",
      ...scoreBlocks(found.scores, found.calibration.overall.counts.fills)
    ),
    probabilitySection(found.probability),
    section("Outcomes", outcomeGrid(found.calibration.overall)),
    ...groupings.slice(1).map(([by, of]) =>
      section(
        `By ${by}`,
        found.calibration[of].length === 0
          ? words("not enough data: no signals")
          : groupGrid(by, found.calibration[of])
      )
    )
  ]
})

const diagram = (buckets: Calibration["byConfidence"], score: string): Block => ({
  kind: "chart",
  label: reliabilityLabel(score),
  text: reliabilityDiagram(buckets, score),
  drawn: reliabilitySvg(buckets, score)
})

const rateCell = ({ rate }: RatedGroup) => rate === null ? "not enough data" : shareText(rate)

/** What an ambiguous bar could have made of the rate; nothing where none was. */
const boundsCell = ({ counts, rateIfLosses, rateIfWins }: RatedGroup) =>
  rateIfLosses === null || rateIfWins === null || counts.ambiguous === 0
    ? ""
    : `${(rateIfLosses.share * 100).toFixed(0)} to ${(rateIfWins.share * 100).toFixed(0)} %`

const groupGrid = (by: string, groups: ReadonlyArray<RatedGroup>) =>
  grid(
    [
      left(by),
      right("fills"),
      right("R > 0"),
      right("rate [95 %]"),
      right("signals"),
      right("pending"),
      right("unfilled"),
      right("in doubt"),
      right("bounds")
    ],
    groups.map((group) => [
      group.key,
      String(group.counts.fills),
      String(group.counts.positive),
      rateCell(group),
      String(group.counts.signals),
      String(group.counts.waiting + group.counts.open),
      String(group.counts.unfilled),
      String(group.counts.ambiguous),
      boundsCell(group)
    ])
  )

const outcomeGrid = ({ counts }: RatedGroup) =>
  grid([left("outcome"), left("what it is"), right("signals")], [
    ["waiting", "pending, no fill so far", String(counts.waiting)],
    ["open", "pending, filled", String(counts.open)],
    ["UNFILLED", "ended without a fill, in no rate", String(counts.unfilled)],
    ["TARGET", "filled, WIN", String(counts.targets)],
    ["STOP", "filled, LOSS", String(counts.stops)],
    ["EXIT", "filled, closed by an exit signal", String(counts.exits)],
    ["TIME", "filled, closed when its time was over", String(counts.timeouts)],
    ...counts.corrected === 0 ? [] : [["corrected", "of these, what a person said", String(counts.corrected)]],
    ...counts.incomplete === 0 ? [] : [["incomplete", "called final without a result", String(counts.incomplete)]]
  ])

const scoreNames: ReadonlyArray<readonly [name: keyof Scores, words: string]> = [
  ["brier", "Brier score, 0 is best"],
  ["reliability", "  reliability, less is better"],
  ["resolution", "  resolution, more is better"],
  ["uncertainty", "  uncertainty, what the rate alone makes"],
  ["withinVariance", "  variance within bins"],
  ["withinCovariance", "  covariance within bins"],
  ["logLoss", "log loss, nats, 0 is best"],
  ["calibrationError", "expected calibration error, bins of equal width"],
  ["calibrationErrorEqualCount", "expected calibration error, bins of equal count"]
]

const estimate = ({ high, low, value }: Estimate) => [value.toFixed(4), `[${low.toFixed(4)}, ${high.toFixed(4)}]`]

const scoreBlocks = (scores: Scores | null, fills: number): ReadonlyArray<Block> =>
  scores === null
    ? [words(`not enough data: fewer than ${leastCases} fills`)]
    : [
      grid(
        [left("score"), right("value"), right("95 % interval")],
        scoreNames.map(([name, text]) => [text, ...estimate(scores[name])])
      ),
      words(
        `Of ${fills} fills; the event is R > 0 after costs. Brier score = reliability - resolution + uncertainty + variance - covariance within bins.`
      )
    ]

const probabilitySection = ({ buckets, given, scores }: Calibrated["probability"]): Section =>
  section(
    "Probability and what came of it",
    ...given === 0
      ? [words("No fill had a probability: it is given where a map from confidence was fitted before.")]
      : [diagram(buckets, "probability"), ...scoreBlocks(scores, given)]
  )
