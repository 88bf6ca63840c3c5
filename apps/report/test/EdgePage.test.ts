/** What a page on the edge says, with and without one, and of a curve that contradicts itself. */
import { edgeFound } from "@dgas/monitor/EdgeFound"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import { againstRandom } from "@dgas/monitor/RandomEntries"
import { describe, expect, test } from "bun:test"
import { edgeColumns, edgePage, edgeRows } from "../src/EdgePage.ts"
import { pageHtml } from "../src/PageHtml.ts"
import { pageText } from "../src/PageText.ts"
import { csvText } from "../src/Rows.ts"
import { overconfident } from "./judged.ts"

const none = againstRandom([], () => null)
const textOf = (signals: ReadonlyArray<JudgedSignal>) => pageText(edgePage(edgeFound(signals, none), [], "UTC"), 100)

describe("the page of the edge", () => {
  test("says that there is none when its interval covers zero, and that there is one when it does not", () => {
    const fair = overconfident(300).map((one, index) => ({ ...one, r: index % 2 === 0 ? 1 : -1 }))
    expect(textOf(fair)).toContain("No demonstrated edge: 0.00 R [-0.")
    expect(textOf(fair.map((one) => ({ ...one, r: one.r + 0.3 })))).toContain("Edge: 0.30 R [0.")
    expect(textOf(fair.map((one) => ({ ...one, r: one.r - 0.3 })))).toContain("Negative edge: -0.30 R [-0.")
    expect(textOf(fair.slice(0, 29))).toContain("Not enough data (29 of 30).")
  })

  test("is the same whenever the same signals are looked at", () => {
    const signals = overconfident(200)
    expect(edgeFound(signals, none)).toEqual(edgeFound(signals, none))
    const other = edgeFound(signals.with(0, { ...signals[0]!, r: 5 }), none)
    expect(other.edge.expectancy!.r.low).not.toBe(edgeFound(signals, none).edge.expectancy!.r.low)
  })

  test("adds up: mean times fills is the sum, and the cross checks say that they passed", () => {
    const found = edgeFound(overconfident(300), none)
    expect(found.faults).toEqual([])
    expect(found.edge.expectancy!.r.value * 300).toBeCloseTo(found.equity!.total, 9)
    expect(textOf(overconfident(300))).toContain("Cross checks passed")
    const wrong = { ...found, faults: ["equity ends at 1, the trades add up to 2"] }
    expect(pageText(edgePage(wrong, [], "UTC"), 100)).toContain("CROSS CHECK FAILED: equity ends at 1")
  })

  test("draws a curve of many fills with as many points as a screen has", () => {
    const page = pageHtml(edgePage(edgeFound(overconfident(3000), none), [], "UTC"))
    const [, points] = /<polyline points="([^"]*)"/.exec(page)!
    expect(points!.split(" ").length).toBeLessThanOrEqual(1200)
    expect(page).not.toMatch(/NaN|Infinity/)
  })

  test("has an empty value for everything that is not known", () => {
    const [head, ...lines] = csvText(edgeColumns, edgeRows(edgeFound([], none))).split("\n")
    expect(head).toBe("figure,value,low,high,n")
    expect(lines.slice(1).filter((line) => !/^\w+,(not enough data)?,,,0$/.test(line))).toEqual([])
  })
})
