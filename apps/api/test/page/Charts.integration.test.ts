/** The charts of the page: loaded when they are needed, of as many bars as they are about, and for the keyboard. */
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
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
    await page.route("**/assets/*.js", (route) => route.abort())
    await page.evaluate(() => (location.hash = "#/symbol/SIM-A"))
    await shows(window, ["The chart could not be loaded"])
    await page.unroute("**/assets/*.js")
    await page.locator(".chart canvas").first().waitFor()
    expect(await page.getByText("could not be loaded").count()).toBe(0)
    await window.close()
  })
})
