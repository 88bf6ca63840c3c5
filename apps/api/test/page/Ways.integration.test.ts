/** Ways through the page: lists, links, keys, choices, files. */
import { beforeAll, expect, test } from "bun:test"
import { shows, type Window } from "./browser.ts"
import { another, played } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld(async ({ run }) => {
  await run(played)
  await run(another("SIM-TOLD", 1000.25))
})
const { openWindow } = world
let desk: Window

const itemsOf = async (
  path: string
): Promise<ReadonlyArray<{ readonly id: string; readonly symbol: string; readonly type: string }>> =>
  (await (await fetch(`${world.api.url}${path}`)).json()).items

world.describe("ways through the page", () => {
  beforeAll(async () => {
    desk = await openWindow()
  })

  test("keeps a list as long as it was, and where it was, while something else is looked at", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/runs`)
    await page.getByRole("button", { name: "More" }).click()
    await shows(window, ["100 runs shown"])
    await page.evaluate(() => scrollTo(0, 2000))
    await page.locator("td[data-title='bar close'] a").nth(60).press("Enter")
    await shows(window, ["Where symbols were stopped"])
    await page.waitForFunction(() => scrollY === 0)
    await page.goBack()
    await shows(window, ["100 runs shown"])
    await page.waitForFunction(() => scrollY > 1000)
    await window.close()
  })

  test("goes on from the new view when the link that led there is gone with the old one", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/runs`)
    await shows(desk, ["✓ success"])
    await page.locator("td[data-title='bar close'] a").first().press("Enter")
    await shows(desk, ["Where symbols were stopped"])
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN")
  })

  test("leads past the links to its content, and every link can be reached", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/settings`)
    await page.reload()
    await shows(desk, ["Who is looking"])
    await page.keyboard.press("Tab")
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content")
    await page.keyboard.press("Enter")
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN")
  })

  test("lists what its address says, and sorts it, by keys alone", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/signals?type=SHORT&symbol=SIM-A`)
    await page.getByText("▼ SHORT").first().waitFor()
    expect(await page.getByText("▲ LONG").count()).toBe(0)
    const confidences = () => page.locator("td[data-title=confidence]").allTextContents()
    const before = await confidences()
    await page.getByRole("button", { name: "confidence" }).focus()
    await page.keyboard.press("Enter")
    await page.locator("th[aria-sort=descending]").waitFor()
    expect(await confidences()).toEqual(before.toSorted().toReversed())
  })

  test("shows longer bars over shorter ones, and what is chosen for that stands in the address", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/symbol/SIM-A?timeframe=30m`)
    await shows(desk, ["In steps: dot and envelope of 4h"])
    await page.getByLabel("with", { exact: true }).selectOption("none")
    await page.waitForURL(/over=none/)
    await page.getByText("In steps").waitFor({ state: "detached" })
  })

  test("means the same time by a link wherever it is opened", async () => {
    await desk.page.goto(`${world.api.url}/#/symbol/SIM-A`)
    await desk.page.getByLabel("as of").fill("2026-01-06T10:00")
    await desk.page.waitForURL(/at=2026-01-06T09%3A00%3A00.000Z/)
    await shows(desk, ["The decision at that time"])
    const elsewhere = await openWindow({ timezoneId: "America/New_York" })
    await elsewhere.page.goto(desk.page.url())
    await shows(elsewhere, ["The decision at that time"])
    expect(await elsewhere.page.getByLabel("as of").inputValue()).toBe("2026-01-06T04:00")
    await elsewhere.close()
  })

  test("shows of a destination in the settings its messages", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/settings`)
    await page.getByRole("link", { name: "desk" }).click()
    await shows(desk, ["… pending"])
    expect(new URL(page.url()).hash).toBe("#/deliveries?destination=desk")
  })

  test("gives what is listed as files", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/runs`)
    await page.getByText("✓ success").first().waitFor()
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "JSON" }).last().click()
    ])
    const rows = JSON.parse(await Bun.file(await download.path()).text())
    expect(rows.length).toBe(50)
    await page.goto(`${world.api.url}/#/signals?symbol=%5EGSPC`)
    const link = await page.getByRole("link", { name: "CSV" }).getAttribute("href")
    const csv = await (await fetch(`${world.api.url}${link}`)).text()
    expect(csv.split("\n").filter((line) => line.includes("^GSPC")).length).toBe(
      (await itemsOf("/v1/signals?symbol=%5EGSPC&limit=200")).length
    )
  })
})
