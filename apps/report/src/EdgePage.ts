/**
 * Whether the signals earn anything, as a page and as rows: expectancy after costs, beside random entries, and what the
 * fills add up to.
 *
 * The verdict is in words and comes first. An equity that does not pass its own cross checks says so in its place.
 */
import { timeText } from "@dgas/domain/TimeText"
import type { Estimate } from "@dgas/monitor/Bootstrap"
import type { Edge } from "@dgas/monitor/Edge"
import type { EdgeFound } from "@dgas/monitor/EdgeFound"
import type { AgainstRandom } from "@dgas/monitor/RandomEntries"
import { left, right } from "@dgas/notify/Table"
import { signed } from "./OutcomeSummary.ts"
import { type Block, grid, type Page, section, words } from "./Page.ts"
import type { Column } from "./Rows.ts"
import { sparkline } from "./Sparkline.ts"
import { equityLabel, equitySvg } from "./SvgEquity.ts"

/** One figure; `low` and `high` are its 95 % interval where it has one. */
export interface EdgeRow {
  readonly figure: string
  readonly value: number | string | null
  readonly low: number | null
  readonly high: number | null
  readonly n: number
}

export const edgeColumns: ReadonlyArray<Column<EdgeRow>> = [
  { name: "figure", value: ({ figure }) => figure },
  { name: "value", value: ({ value }) => value },
  { name: "low", value: ({ low }) => low },
  { name: "high", value: ({ high }) => high },
  { name: "n", value: ({ n }) => n }
]

export const edgeRows = ({ edge, equity, faults, random }: EdgeFound): ReadonlyArray<EdgeRow> => {
  const { expectancy, fills } = edge
  const estimated = (figure: string, found: Estimate | null | undefined): EdgeRow => ({
    figure,
    value: found?.value ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
    n: fills
  })
  const plain = (figure: string, value: number | string | null): EdgeRow => ({
    figure,
    value,
    low: null,
    high: null,
    n: fills
  })
  return [
    plain("verdict", edge.verdict),
    estimated("expectancyR", expectancy?.r),
    estimated("expectancyPct", expectancy?.pnlPct),
    plain("expectancyRIfLosses", expectancy?.rIfLosses ?? null),
    plain("expectancyRIfWins", expectancy?.rIfWins ?? null),
    plain("verdictAgainstRandom", random.verdict),
    estimated("randomR", random.random),
    estimated("differenceR", random.difference),
    plain("chance", random.chance),
    plain("totalR", equity?.total ?? null),
    plain("maxDrawdownR", equity?.maxDrawdown ?? null),
    plain("longestGain", equity?.longestGain ?? null),
    plain("longestLoss", equity?.longestLoss ?? null),
    plain("faults", equity === null ? null : faults.length)
  ]
}

export const edgePage = (found: EdgeFound, scope: ReadonlyArray<string>, zone: string): Page => ({
  title: "Edge",
  lead: [...scope, found.denominator],
  sections: [
    section("Verdict", words(`${sentence(found.edge.text)}.`, `${sentence(found.random.text)}.`)),
    section("Expectancy a fill", ...expectancyBlocks(found.edge)),
    section("Against random entries", ...randomBlocks(found.random)),
    section("Equity", ...equityBlocks(found, zone))
  ]
})

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const estimateCells = ({ high, low, value }: Estimate) => [signed(value), `[${signed(low)}, ${signed(high)}]`]

const expectancyBlocks = ({ expectancy, fills, text }: Edge): ReadonlyArray<Block> =>
  expectancy === null ? [words(text)] : [
    grid([left("figure"), right("value"), right("95 % interval")], [
      ["mean R", ...estimateCells(expectancy.r)],
      ["mean percent of the fill price", ...estimateCells(expectancy.pnlPct)],
      ["mean R had every bar in doubt been the stop", signed(expectancy.rIfLosses), ""],
      ["mean R had every bar in doubt been the target", signed(expectancy.rIfWins), ""]
    ]),
    words(
      `Of ${fills} fills. Intervals by bootstrap of whole slots; what binds one slot to the next is not in them, so they are narrower than the truth.`
    )
  ]

const randomBlocks = ({ chance, difference, draws, fills, random, text }: AgainstRandom): ReadonlyArray<Block> =>
  random === null || difference === null || chance === null ? [words(text)] : [
    grid([left("figure"), right("value"), right("95 % interval")], [
      ["mean R of random entries", ...estimateCells(random)],
      ["signals less random entries", ...estimateCells(difference)],
      ["share of draws as good as the signals", `${(chance * 100).toFixed(1)} %`, ""]
    ]),
    words(
      `${draws} draws of ${fills} entries: each fill's order at another slot of its schedule, with its direction, distances, holding rules and costs, without exit signals. The draws follow from the data, so a repeat is the same.`
    )
  ]

const equityBlocks = ({ equity, faults }: EdgeFound, zone: string): ReadonlyArray<Block> =>
  equity === null ? [words("not enough data: no fills")] : [
    {
      kind: "chart",
      label: equityLabel,
      text: sparkline(equity.curve.map((point) => point.equity), 72),
      drawn: equitySvg(equity, zone)
    },
    grid([left("figure"), right("value")], [
      ["fills", String(equity.curve.length)],
      ["sum of R, one R risked on each", signed(equity.total)],
      ["deepest drawdown, R", equity.maxDrawdown.toFixed(2)],
      ["reached", equity.maxDrawdownAt === null ? "" : `${timeText(equity.maxDrawdownAt, zone)} ${zone}`],
      ["most gains in a row", String(equity.longestGain)],
      ["most losses in a row", String(equity.longestLoss)]
    ]),
    words(
      ...faults.length === 0
        ? [
          "Cross checks passed: the curve is the sum of its fills, the drawdown is within bounds, the sign is that of the mean."
        ]
        : faults.map((fault) => `CROSS CHECK FAILED: ${fault}.`)
    )
  ]
