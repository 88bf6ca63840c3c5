/** One page in a terminal, as Markdown and as HTML, and the scale of its charts. */
import { html } from "@dgas/notify/Markup"
import { left, right } from "@dgas/notify/Table"
import { describe, expect, test } from "bun:test"
import { grid, type Page, section, words } from "../src/Page.ts"
import { pageHtml } from "../src/PageHtml.ts"
import { pageMarkdown, pageText } from "../src/PageText.ts"
import { dailyP95 } from "../src/PerformancePage.ts"
import { niceTicks } from "../src/Svg.ts"
import { cyclesSvg } from "../src/SvgCycles.ts"

const page: Page = {
  title: "A | B",
  lead: ["One line that is longer than a narrow terminal."],
  sections: [
    section("First", words("*Words* of <i>it</i>."), grid([left("name"), right("n")], [["a|b", "1"]])),
    section("Second", { kind: "chart", label: "a chart", text: "▁█", drawn: html`<svg></svg>` })
  ]
}

describe("a page", () => {
  test("folds its words to the width of a terminal", () => {
    const text = pageText(page, 30)
    expect(text).toContain("One line that is longer than a\nnarrow terminal.")
    expect(text).toContain("name  n\n────  ─\na|b   1\n\nSecond\n\n▁█")
  })

  test("is Markdown in which no text is taken for markup", () => {
    const text = pageMarkdown(page)
    expect(text).toStartWith("# A \\| B\n\nOne line")
    expect(text).toContain("\\*Words\\* of \\<i\\>it\\</i\\>.")
    expect(text).toContain("| name | n |\n| :--- | ---: |\n| a\\|b | 1 |")
    expect(text).toContain("```text\n▁█\n```")
  })

  test("is HTML with its chart drawn, its label below, and a policy that lets nothing be fetched", () => {
    const text = pageHtml(page)
    expect(text).toContain("<figure><svg></svg><figcaption>a chart</figcaption></figure>")
    expect(text).toContain("default-src 'none'; style-src 'unsafe-inline'")
    expect(text).toContain("&lt;i&gt;it&lt;/i&gt;")
  })
})

describe("a chart", () => {
  test("has ticks at whole steps that hold its values, also of one value or none", () => {
    expect(niceTicks(0, 4.2)).toEqual([0, 1, 2, 3, 4, 5])
    expect(niceTicks(-1.5, 34)).toEqual([-10, 0, 10, 20, 30, 40])
    expect(niceTicks(0, 0)).toEqual([0, 0.2])
    expect(niceTicks(0, 0.3)).toEqual([0, 0.1, 0.2, 0.3])
  })

  test("of cycles has a gap where no run was, and red days above the target", () => {
    const days = dailyP95([
      { schedule: "s", day: "2026-02-27", runs: 1, p95Ms: 100 },
      { schedule: "s", day: "2026-03-01", runs: 1, p95Ms: 300 }
    ])
    expect(days).toEqual([
      { day: "2026-02-27", p95Ms: 100 },
      { day: "2026-02-28", p95Ms: null },
      { day: "2026-03-01", p95Ms: 300 }
    ])
    const drawn = cyclesSvg(days, 200).text
    expect(drawn.match(/<rect/g)).toHaveLength(2)
    expect(drawn.match(/var\(--down\)/g)).toHaveLength(1)
    expect(dailyP95([])).toEqual([])
  })
})
