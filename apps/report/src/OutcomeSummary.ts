/** How many signals ended in which way, what these came to, and what the results are after. */
import type { JudgedEntry } from "@dgas/db/OutcomeHistory"
import { ExitReason } from "@dgas/domain/Outcome"
import { defaultResampling } from "@dgas/monitor/Bootstrap"
import { edgeOf, type Expectancy } from "@dgas/monitor/Edge"
import { countsOf, denominatorText } from "@dgas/monitor/OutcomeCounts"
import { rateOf } from "@dgas/monitor/Rate"
import { seedOf } from "@dgas/monitor/Seed"
import { shareText } from "@dgas/notify/RateText"
import { left, right } from "@dgas/notify/Table"
import { type Block, grid, words } from "./Page.ts"

/** Of one that ended its exit reason; of one that did not, how far it came. */
export const endText = ({ exitReason, filled }: Pick<JudgedEntry, "exitReason" | "filled">): string =>
  exitReason ?? (filled === true ? "open" : "waiting")

const ends = [...ExitReason.literals, "open", "waiting"]
/** These have no result: nothing was risked, or it is not over. */
const resultless: ReadonlyArray<string> = ["UNFILLED", "open", "waiting"]

export const signed = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(2)}`

const notEnoughData = "not enough data"

/** What they earned a fill; null of too few to tell. The same signals give the same interval. */
const expectancyOf = (entries: ReadonlyArray<JudgedEntry>): Expectancy | null =>
  edgeOf(entries, { ...defaultResampling, seed: seedOf(entries) }).expectancy

/** `+0.12 [-0.03, +0.27]` */
const meanText = (found: Expectancy | null): string =>
  found === null ? notEnoughData : `${signed(found.r.value)} [${signed(found.r.low)}, ${signed(found.r.high)}]`

const endsGrid = (entries: ReadonlyArray<JudgedEntry>): Block =>
  grid(
    [left("ended by"), left("outcome"), left("filled"), right("signals"), right("in doubt"), right("mean R [95 %]")],
    ends.map((end) => {
      const some = entries.filter((entry) => endText(entry) === end)
      const pending = end === "open" || end === "waiting"
      return [
        end,
        pending ? "PENDING" : end === "TARGET" ? "WIN" : end === "STOP" ? "LOSS" : "NEUTRAL",
        end === "UNFILLED" || end === "waiting" ? "no" : "yes",
        String(some.length),
        String(some.filter(({ ambiguous }) => ambiguous).length),
        resultless.includes(end) ? "" : meanText(expectancyOf(some))
      ]
    })
  )

/** All fills as they were counted, and had every bar that held stop and target been the one, or the other. */
const boundsGrid = (entries: ReadonlyArray<JudgedEntry>): Block => {
  const { fills, positive, positiveIfLosses, positiveIfWins } = countsOf(entries)
  const found = expectancyOf(entries)
  const share = (count: number) => {
    const rate = rateOf(count, fills)
    return rate === null ? notEnoughData : `${(rate.share * 100).toFixed(0)} %`
  }
  const rate = rateOf(positive, fills)
  return grid(
    [left("of all fills"), right("as counted [95 %]"), right("all in doubt lost"), right("all in doubt won")],
    [
      ["fills with R > 0", String(positive), String(positiveIfLosses), String(positiveIfWins)],
      ["their share", rate === null ? notEnoughData : shareText(rate), share(positiveIfLosses), share(positiveIfWins)],
      [
        "mean R",
        meanText(found),
        found === null ? notEnoughData : signed(found.rIfLosses),
        found === null ? notEnoughData : signed(found.rIfWins)
      ]
    ]
  )
}

export const summaryBlocks = (entries: ReadonlyArray<JudgedEntry>): ReadonlyArray<Block> => {
  const unseen = entries.filter(({ evaluatedAt }) => evaluatedAt === null).length
  const holed = entries.filter(({ barsMissing }) => (barsMissing ?? 0) > 0).length
  const changed = entries.filter(({ changes }) => changes > 0).length
  return [
    endsGrid(entries),
    words(
      denominatorText(countsOf(entries)),
      ...unseen === 0 ? [] : [`${unseen} of the pending have not been looked at yet.`],
      ...holed === 0 ? [] : [`${holed} had bars missing in their span, and may end otherwise when these come.`],
      ...changed === 0 ? [] : [`${changed} had ended otherwise before their bars were revised or came.`]
    ),
    boundsGrid(entries)
  ]
}
