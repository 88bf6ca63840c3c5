/** Many tabs of one browser on the page, which have one stream together. */
import { expect, test } from "bun:test"
import type { BrowserContext, Page } from "playwright-core"
import { shows, type Window } from "./browser.ts"
import { another } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld(async ({ run }) => run(another("SIM-A", 1000.25)))
const { openWindow, store } = world

const upToDate = (page: Page) => page.locator(".connection").getByText("up to date").waitFor()

/** Places that streams were asked to go on from; null for from now on. */
const streamsOf = (context: BrowserContext): ReadonlyArray<string | null> => {
  const places: Array<string | null> = []
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/v1/stream") places.push(request.headers()["last-event-id"] ?? null)
  })
  return places
}

/** Tabs beside that of `window`. */
const openTabs = async ({ page }: Window, count: number, hash: string): Promise<ReadonlyArray<Page>> => {
  const tabs: Array<Page> = []
  for (let index = 0; index < count; index++) {
    const tab = await page.context().newPage()
    await tab.goto(`${world.api.url}/${hash}`, { timeout: 10_000 })
    await upToDate(tab)
    tabs.push(tab)
  }
  return tabs
}

world.describe("tabs of the page", () => {
  test(
    "are live, more of them than a browser has connections, and go on when the one that reads is closed",
    async () => {
      const window = await openWindow()
      const places = streamsOf(window.page.context())
      await window.page.goto(`${world.api.url}/#/overview`)
      await upToDate(window.page)
      const tabs = await openTabs(window, 7, "#/overview")
      await store.run(another("SIM-A", 2000.25))
      for (const tab of [window.page, ...tabs]) await tab.getByText("2000.25").waitFor()
      expect(places).toEqual([null])

      await window.page.close()
      // While nobody reads, or in the first moments of the next one.
      await store.run(another("SIM-A", 2001.25))
      for (const tab of tabs) await tab.getByText("2001.25").waitFor()
      await store.run(another("SIM-A", 2002.25))
      for (const tab of tabs) {
        await tab.getByText("2002.25").waitFor()
        await upToDate(tab)
      }
      expect(places.length).toBe(2)
      expect(places[1]).not.toBeNull()
      await window.close()
    },
    60_000
  )

  test("know all of them that the connection was lost and is back", async () => {
    const window = await openWindow()
    await window.page.goto(`${world.api.url}/#/settings`)
    const tabs = [window.page, ...await openTabs(window, 1, "#/settings")]
    await world.api.stop()
    for (const tab of tabs) await tab.locator(".connection").getByText("connection lost").waitFor()
    await world.serveAgain()
    for (const tab of tabs) await upToDate(tab)
    await window.close()
  }, 60_000)

  test("take the stream from one that fell silent", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/settings`)
    await upToDate(page)
    // A browser that stops a tab leaves it its locks.
    const asleep = await page.context().newPage()
    await asleep.goto(`${world.api.url}/livez`)
    await asleep.evaluate(() => {
      void navigator.locks.request("dgas stream", { steal: true }, () => new Promise(() => undefined))
    })
    const tab = await page.context().newPage()
    await tab.clock.install()
    await tab.goto(`${world.api.url}/#/settings`)
    await tab.locator(".connection").getByText("connecting").waitFor()
    await tab.clock.fastForward(60_000)
    await upToDate(tab)
    await window.close()
  }, 60_000)

  test("try again what was refused as soon as another is opened, as by whoever signed in there", async () => {
    const window = await openWindow()
    const { page } = window
    await page.clock.install()
    await page.route(
      "**/v1/stream",
      (route) => route.fulfill({ status: 401, json: { status: 401, detail: "expected a key" } })
    )
    await page.goto(`${world.api.url}/#/settings`)
    await page.locator(".connection").getByText("not signed in").waitFor()
    // For this tab alone time stands still.
    await page.clock.pauseAt(Date.now() + 60_000)
    await page.locator(".connection").getByText("not signed in").waitFor()
    await page.unroute("**/v1/stream")
    await openTabs(window, 1, "#/settings")
    await upToDate(page)
    await window.close()
  })

  test("say that their stream is refused, and why, not that the connection is lost", async () => {
    const window = await openWindow()
    const { page } = window
    const refused = { status: 429, detail: "too many streams are open" }
    await page.route(
      "**/v1/stream",
      (route) => route.fulfill({ status: 429, headers: { "retry-after": "1" }, json: refused })
    )
    await page.goto(`${world.api.url}/#/settings`)
    await shows(window, ["not live: too many requests", "too many streams are open", "Who is looking"])
    expect(await page.getByText("connection lost").count()).toBe(0)
    await page.unroute("**/v1/stream")
    await upToDate(page)
    expect(await page.getByText("too many streams are open").count()).toBe(0)
    await window.close()
  })
})
