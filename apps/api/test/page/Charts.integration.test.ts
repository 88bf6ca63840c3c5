/** The charts of the page: loaded when they are needed, of as many bars as they are about, and for the keyboard. */
import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { findings } from "./axe.ts"
import { shows } from "./browser.ts"
import { played } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld(async ({ run }) => run(played))
const { openWindow } = world

world.describe("charts of the page", () => {
  test("load their script again where it could not be loaded once", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/settings`)
    await shows(window, ["up to date", "Who is looking"])
    // What is loaded from now on are the parts that only some views need.
    await page.route(/assets.*js/, (route) => route.abort())
    await page.evaluate(() => (location.hash = "#/symbol/SIM-A"))
    await shows(window, ["The chart could not be loaded"])
    await page.unroute(/assets.*js/)
    await page.locator(".chart canvas").first().waitFor()
    expect(await page.getByText("could not be loaded").count()).toBe(0)
    await window.close()
  })

  test("are read by keys: bar by bar, to both ends, closer and further", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/symbol/SIM-A?timeframe=30m`)
    const chart = page.getByRole("slider", { name: /^The last \d+ bars of 30m of SIM-A/ })
    await chart.waitFor()
    const value = async () => Number(await chart.getAttribute("aria-valuenow"))
    const last = Number(await chart.getAttribute("aria-valuemax"))
    expect(last).toBeGreaterThan(70)
    // By keys alone.
    await page.locator("main").focus()
    while (!(await chart.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab")
    expect(await chart.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe("solid")
    await page.getByText("Arrows, Home, End").waitFor()
    expect(await value()).toBe(last)

    const text = await chart.getAttribute("aria-valuetext")
    expect(text).toMatch(/^2026-01-\d\d \d\d:\d\d, open [\d.]+, high [\d.]+, low [\d.]+, close [\d.]+, dot/)
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    expect(await value()).toBe(last - 2)
    expect(await chart.getAttribute("aria-valuetext")).not.toBe(text)
    await page.keyboard.press("Home")
    expect(await value()).toBe(1)
    await page.keyboard.press("End")
    expect(await chart.getAttribute("aria-valuetext")).toBe(text)
    await page.getByText(text ?? "").first().waitFor()

    // Where the same bar lies closer to the end, more bars are shown.
    const drawn = () => chart.screenshot().then((image) => Bun.hash(image))
    const before = await drawn()
    await page.keyboard.press("+")
    const closer = await drawn()
    await page.keyboard.press("-")
    expect(closer).not.toBe(before)
    expect(await findings(page)).toEqual([])
    expect(window.complaints()).toEqual([])
    await window.close()
  })
  for (const [held, said] of [[500, null], [1500, "the bar that it was given at lies before them"]] as const) {
    test(`have all of a signal that was held for ${held} bars, or say what they have not`, async () => {
      const window = await openWindow()
      const { page } = window
      await pretend(page, held)
      const { items } = await (await fetch(`${world.api.url}/v1/signals?symbol=%5EGSPC&type=LONG`)).json()
      await page.goto(`${world.api.url}/#/signals/${encodeURIComponent(items[0].id)}`)
      const chart = page.getByRole("slider")
      await chart.waitFor()
      /** Whether a bar from there on says `text`. */
      const tells = async (start: string, on: string, text: string) => {
        await chart.press(start)
        for (let bar = 0; bar < 100; bar++) {
          if ((await chart.getAttribute("aria-valuetext"))?.includes(text) === true) return true
          await chart.press(on)
        }
        return false
      }
      expect(await tells("End", "ArrowLeft", "target +2.00 R")).toBe(true)
      expect(await tells("Home", "ArrowRight", ", long")).toBe(said === null)
      if (said !== null) await shows(window, [said])
      else expect(await page.getByText("that it was given at").count()).toBe(0)
      expect(window.complaints()).toEqual([])
      await window.close()
    })
  }
})

const dayMs = 86_400_000
const firstDay = Date.UTC(2010, 0, 4)
const dayAt = (day: number) => new Date(firstDay + day * dayMs).toISOString()

/** Signals as they are, but given on day 300 and held for so many days, on days that nobody has stored. */
const pretend = async (page: Page, held: number) => {
  await page.route("**/v1/signals/*", async (route) => {
    const response = await route.fetch()
    const json = {
      ...await response.json(),
      signalTimestamp: dayAt(300),
      decidedAt: dayAt(300 + held),
      outcome: "WIN",
      exitReason: "TARGET",
      filled: true,
      fillPrice: 100,
      barsHeld: held - 1,
      r: 2
    }
    await route.fulfill({ response, json })
  })
  await page.route("**/v1/geometry?*", async (route) => {
    const { searchParams: asked } = new URL(route.request().url())
    const until = Date.parse(asked.get("until") ?? dayAt(4000))
    const days = Array.from({ length: Math.floor((until - firstDay) / dayMs) }, (_, day) => day)
    const items = days.slice(-Number(asked.get("limit"))).map((day) => ({
      openTime: dayAt(day),
      closeTime: dayAt(day + 1),
      open: 100,
      high: 102,
      low: 99,
      close: 101,
      dot: 100,
      envelopeTop: 103,
      envelopeBottom: 98
    }))
    await route.fulfill({ json: { items } })
  })
}
