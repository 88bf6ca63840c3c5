/** What a page on outcomes says of few signals and of many, and how it spreads their results. */
import type { JudgedEntry } from "@dgas/db/OutcomeHistory"
import { describe, expect, test } from "bun:test"
import { outcomesPage } from "../src/OutcomesPage.ts"
import { pageHtml } from "../src/PageHtml.ts"
import { pageMarkdown, pageText } from "../src/PageText.ts"
import { rDistribution, rDistributionText } from "../src/RDistribution.ts"
import { overconfident } from "./judged.ts"

const entries = (n: number): ReadonlyArray<JudgedEntry> =>
  overconfident(n).map((one) => ({
    ...one,
    origin: "LIVE",
    calibration: null,
    entryPrice: 100,
    stopLoss: 99,
    targetPrice: 101.1,
    tick: 0.01,
    fillPrice: 100,
    exitPrice: 101,
    barsMissing: 0,
    costPct: 0.1,
    evaluatedAt: one.knownAt,
    changes: 0
  }))

const pageOf = (some: ReadonlyArray<JudgedEntry>) =>
  outcomesPage(some, { limit: 5, scope: ["Of live signals."], zone: "UTC" })

const lineOf = (some: ReadonlyArray<JudgedEntry>, first: string) =>
  pageText(pageOf(some), 200).split("\n").find((line) => line.startsWith(first))!.split(/\s{2,}/)

const steps = (...rs: ReadonlyArray<number>) =>
  Object.fromEntries(
    rDistribution(
      rs.map((r, index) => ({ ...entries(1)[0]!, id: String(index), r, exitReason: r > 0 ? "TARGET" : "STOP" }))
    )
      .flatMap(({ fills, r }) => fills === 0 ? [] : [[r, fills]])
  )

describe("the page of outcomes", () => {
  test("has a mean of 30 fills that ended in one way, with its interval, and of 29 none", () => {
    const stops = entries(60).map((one, index) => ({
      ...one,
      ...index < 30
        ? { outcome: "LOSS" as const, exitReason: "STOP" as const, r: index % 2 === 0 ? -1 : -1.2 }
        : { outcome: "WIN" as const, exitReason: "TARGET" as const, r: 1 }
    }))
    const [, , , count, , mean] = lineOf(stops, "STOP")
    expect(count).toBe("30")
    expect(mean).toMatch(/^-1\.10 \[-1\.1\d, -1\.0\d\]$/)
    expect(lineOf(stops.slice(1), "STOP").slice(3)).toEqual(["29", expect.any(String), "not enough data"])
  })

  test("has what all in doubt would have made of the numbers, as losses and as wins", () => {
    const doubtful = entries(200)
    const won = doubtful.filter(({ r }) => r! > 0).length
    const inDoubt = doubtful.filter(({ ambiguous }) => ambiguous).length
    expect(lineOf(doubtful, "fills with R > 0").slice(1)).toEqual([String(won), String(won), String(won + inDoubt)])
    const [, mean, lost, asWins] = lineOf(doubtful, "mean R")
    expect(mean).toStartWith(`${lost} [`)
    expect(Number(asWins) - Number(lost)).toBeCloseTo(inDoubt * 2.1 / 200, 1)
    expect(lineOf(doubtful.slice(0, 29), "mean R").slice(1)).toEqual(Array(3).fill("not enough data"))
  })

  test("shows no number that is not one, whatever there is", () => {
    for (const some of [[], entries(1), entries(300), entries(2).map((one) => ({ ...one, filled: false as const }))]) {
      for (const text of [pageText(pageOf(some), 80), pageMarkdown(pageOf(some)), pageHtml(pageOf(some))]) {
        expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
      }
    }
  })

  test("is one HTML file without a script or an address, in which no name is markup", () => {
    const page = pageHtml(pageOf(entries(300).map((one) => ({ ...one, symbol: "<b>&\"A" }))))
    expect(page).not.toMatch(/<script|https?:|url\(|@import|src=|href=/)
    expect(page).toContain("&lt;b&gt;&amp;&quot;A")
    expect(page).toMatch(/<rect [^>]*fill="var\(--down\)"><title>-1 R: \d+ STOP/)
  })
})

describe("the spread of results", () => {
  test("has each fill in one step, about its half of an R, and all beyond in the outermost", () => {
    expect(steps(-1, -1.2, -0.76, -0.74, 0, 0.1, 1.26, 4, 40, -40)).toEqual({
      "-2": 1,
      "-1": 3,
      "-0.5": 1,
      "0": 2,
      "1.5": 1,
      "4": 2
    })
    expect(rDistribution(entries(300)).reduce((sum, { fills }) => sum + fills, 0)).toBe(300)
    expect(rDistribution(entries(300)).every(({ by, fills }) => by.TARGET + by.STOP + by.EXIT + by.TIME === fills))
      .toBe(true)
  })

  test("fits 80 columns, and shows one fill beside thousands", () => {
    const text = rDistributionText(rDistribution([...entries(4000), { ...entries(1)[0]!, r: 3 }]))
    expect(Math.max(...text.split("\n").map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(80)
    expect(text).toMatch(/^ {4}\+3 {7}1 {2}█$/m)
  })
})
