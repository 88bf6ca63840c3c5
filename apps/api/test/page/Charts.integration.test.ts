/** The charts of the page: loaded when they are needed, of as many bars as they are about, and for the keyboard. */
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { findings } from "./axe.ts"
import { shows, startBrowser } from "./browser.ts"
import { played } from "./played.ts"
import { type Served, served } from "./served.ts"
import { database, projectFolder } from "./world.ts"

loopbackOnly()

const { close, noBrowser, openWindow } = await startBrowser()

const store = database()
let api: Served

describe.skipIf(noBrowser !== null)(`charts of the page${noBrowser === null ? "" : ` (${noBrowser})`}`, () => {
  beforeAll(async () => {
    const url = await store.url()
    await store.run(played)
    api = await served(url, projectFolder())
  }, 60_000)

  afterAll(async () => {
    await close()
    await api?.stop()
    await store.close()
  })

  test("load their script again where it could not be loaded once", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${api.url}/#/settings`)
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
    await page.goto(`${api.url}/#/symbol/SIM-A?timeframe=30m`)
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
})
