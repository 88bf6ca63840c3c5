/** What the page tells those who do not look at it. */
import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { findings } from "./axe.ts"
import { shows } from "./browser.ts"
import { another } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld(async ({ run }) => run(another("SIM-A", 1000.25)))
const { openWindow, store } = world

/** As when another tab is looked at. */
const setHidden = (page: Page, isHidden: boolean) =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state })
    document.dispatchEvent(new Event("visibilitychange"))
  }, isHidden ? "hidden" : "visible")

/** Everything that the live regions of the page say from now on. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const heard: Array<string> = []
    Object.assign(globalThis, { heard })
    const regions = "[role=status], [role=alert], [aria-live]"
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement
        const text = element?.closest(regions)?.textContent ?? ""
        if (text !== "") heard.push(text)
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true })
  })

const heardBy = (page: Page) => page.evaluate((): ReadonlyArray<string> => Reflect.get(globalThis, "heard"))

const hears = (page: Page, text: string) =>
  page.waitForFunction((wanted) => Reflect.get(globalThis, "heard").includes(wanted), text, { timeout: 30_000 })

world.describe("news of the page", () => {
  test("are told to a screen reader, the signals of a moment as one and nothing else", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/overview`)
    await shows(window, ["up to date", "1000.25"])
    await listen(page)
    await store.run(another("SIM-A", 2000.25))
    await store.run(another("SIM-B", 2001.25))
    await hears(page, "2 new signals.")
    await shows(window, ["2000.25", "2001.25"])
    expect(await heardBy(page)).toEqual(["2 new signals."])
    expect(await findings(page)).toEqual([])
    await window.close()
  })

  test("stand in the title for signals that came while the tab was hidden, until it is looked at", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/settings`)
    await shows(window, ["up to date"])
    await setHidden(page, true)
    await store.run(another("SIM-A", 3000.25))
    await page.waitForFunction(() => document.title === "(1) Settings · dgas")
    await store.run(another("SIM-A", 3001.25))
    await page.waitForFunction(() => document.title === "(2) Settings · dgas")
    await setHidden(page, false)
    await page.waitForFunction(() => document.title === "Settings · dgas")
    await window.close()
  })

  test("are that the connection was lost, once, and that it is back", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/settings`)
    await shows(window, ["up to date", "Who is looking"])
    await listen(page)
    await world.api.stop()
    await hears(page, "Connection lost, trying again.")
    await world.serveAgain()
    await hears(page, "Connected again.")
    const ofConnection = (await heardBy(page)).filter((text) => /onnect/.test(text))
    expect(ofConnection).toEqual(["Connection lost, trying again.", "Connected again."])
    await window.close()
  }, 60_000)
})
