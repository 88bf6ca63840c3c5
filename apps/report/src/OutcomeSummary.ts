/** How many signals ended in which way, what is in the denominators, and what the results are after. */
import type { JudgedEntry } from "@dgas/db/OutcomeHistory"
import { ExitReason } from "@dgas/domain/Outcome"
import { costText } from "@dgas/monitor/JudgedScope"
import { countsOf, denominatorText } from "@dgas/monitor/OutcomeCounts"
import { left, render, right } from "@dgas/notify/Table"

/** Of one that ended its exit reason; of one that did not, how far it came. */
export const endText = ({ exitReason, filled }: Pick<JudgedEntry, "exitReason" | "filled">): string =>
  exitReason ?? (filled === true ? "open" : "waiting")

const ends = [...ExitReason.literals, "open", "waiting"]

export const signed = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(2)}`

const rowsOf = (entries: ReadonlyArray<JudgedEntry>): ReadonlyArray<ReadonlyArray<string>> =>
  ends.map((end) => {
    const some = entries.filter((entry) => endText(entry) === end)
    // One that did not fill risked nothing, and its 0 is no result.
    const results = some.filter(({ filled }) => filled === true).flatMap(({ r }) => r === null ? [] : [r])
    const mean = results.reduce((sum, r) => sum + r, 0) / results.length
    const pending = end === "open" || end === "waiting"
    return [
      end,
      pending ? "PENDING" : end === "TARGET" ? "WIN" : end === "STOP" ? "LOSS" : "NEUTRAL",
      end === "UNFILLED" || end === "waiting" ? "no" : "yes",
      String(some.length),
      results.length === 0 ? "" : signed(mean)
    ]
  })

export const summaryText = (entries: ReadonlyArray<JudgedEntry>, width: number): string => {
  const counts = countsOf(entries)
  const unseen = entries.filter(({ evaluatedAt }) => evaluatedAt === null).length
  const holed = entries.filter(({ barsMissing }) => (barsMissing ?? 0) > 0).length
  const changed = entries.filter(({ changes }) => changes > 0).length
  return [
    render(
      [left("ended by"), left("outcome"), left("filled"), right("signals"), right("mean R")],
      rowsOf(entries),
      width
    ),
    "",
    ...folded(denominatorText(counts), width),
    ...unseen === 0 ? [] : [`${unseen} of the pending have not been looked at yet.`],
    ...holed === 0 ? [] : [`${holed} had bars missing in their span, and may end otherwise when these come.`],
    ...changed === 0 ? [] : [`${changed} had ended otherwise before their bars were revised or came.`],
    costText(entries)
  ].join("\n")
}

const folded = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
