/** Pages of calibration: what they say of nothing, and of forecasts whose calibration is known. */
import { calibrated } from "@dgas/monitor/Calibrated"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import { describe, expect, test } from "bun:test"
import { calibrationColumns, calibrationPage, calibrationRows } from "../src/CalibrationPage.ts"
import { pageHtml } from "../src/PageHtml.ts"
import { pageMarkdown, pageText } from "../src/PageText.ts"
import { csvText } from "../src/Rows.ts"
import { overconfident } from "./judged.ts"

const pageOf = (signals: ReadonlyArray<JudgedSignal>) => calibrationPage(calibrated(signals), ["Of live signals."])

const gridsOf = (signals: ReadonlyArray<JudgedSignal>) =>
  pageOf(signals).sections.flatMap(({ blocks }) => blocks.flatMap((block) => block.kind === "grid" ? [block] : []))

describe("the page of calibration", () => {
  test("has no number in the place of a rate or score when there are no signals", () => {
    const found = calibrated([])
    expect(found.scores).toBeNull()
    const cells = gridsOf([]).flatMap(({ columns, rows }) =>
      columns.flatMap(({ header }, at) =>
        ["rate [95 %]", "bounds", "value", "95 % interval"].includes(header) ? rows.map((row) => row[at]!) : []
      )
    )
    expect(cells).toHaveLength(20)
    for (const cell of cells) expect(cell).not.toMatch(/\d/)
    expect(
      new Set(calibrationRows(found).flatMap(({ rate, rateIfLosses, rateIfWins }) => [rate, rateIfLosses, rateIfWins]))
    )
      .toEqual(new Set([null]))
    for (const text of [pageText(pageOf([]), 80), pageMarkdown(pageOf([])), pageHtml(pageOf([]))]) {
      expect(text).toContain("No signals.")
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
    }
  })

  test("has all ten buckets, and a rate for those with 30 fills", () => {
    const [buckets] = gridsOf(overconfident(300))
    expect(buckets!.rows).toHaveLength(10)
    expect(buckets!.rows.map((row) => row[3]!.includes("%"))).toEqual([
      ...Array.from({ length: 6 }, () => false),
      true,
      true,
      true,
      false
    ])
  })

  test("is one HTML file without a script or an address, in which no name is markup", () => {
    const page = pageHtml(pageOf(overconfident(300).map((one) => ({ ...one, symbol: "<b>&\"A" }))))
    expect(page).not.toMatch(/<script|https?:|url\(|@import|src=|href=/)
    expect(page).toContain("&lt;b&gt;&amp;&quot;A")
    expect(page.match(/<circle/g)!.length).toBe(10)
    expect(page).not.toContain("NaN")
  })

  test("names every row of its CSV by what it is a group of", () => {
    const lines = csvText(calibrationColumns, calibrationRows(calibrated(overconfident(300)))).split("\n")
    expect(lines[0]).toStartWith("by,group,signals,")
    expect(lines.slice(1).every((line) => line.split(",").length === calibrationColumns.length)).toBe(true)
  })
})
