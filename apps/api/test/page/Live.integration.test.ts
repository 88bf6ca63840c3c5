/** The page while things happen: what is new is shown without being loaded again, and what is not live is said. */
import { beforeAll, expect, test } from "bun:test"
import { findings } from "./axe.ts"
import { shows, type Window } from "./browser.ts"
import { another } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld()
const { openWindow, store } = world
let desk: Window

world.describe("the live page", () => {
  beforeAll(async () => {
    desk = await openWindow()
  })

  test("shows a new signal while it is open, and the way back from a lost connection", async () => {
    const { complaints, page } = desk
    await page.goto(`${world.api.url}/#/overview`)
    await shows(desk, ["up to date"])
    await page.evaluate(() => document.body.setAttribute("data-opened", "once"))
    await store.run(another("SIM-A", 1234.56))
    await page.getByText("1234.56").waitFor()

    await world.api.stop()
    await page.getByText("connection lost, trying again").waitFor()
    await page.getByText("No connection").waitFor()
    await store.run(another("SIM-B", 6543.21))
    await world.serveAgain()
    await page.getByText("6543.21").waitFor({ timeout: 30_000 })
    await shows(desk, ["up to date"])
    await page.getByText("No connection").waitFor({ state: "detached" })
    expect(await page.evaluate(() => document.body.getAttribute("data-opened"))).toBe("once")
    // The browser itself says that the connection was lost.
    expect(complaints().filter((text) => !text.includes("net::ERR_"))).toEqual([])
  }, 60_000)

  test("does not say of replays that they are up to date, and reads them again when asked", async () => {
    const { page } = desk
    await page.goto(`${world.api.url}/#/overview?origin=REPLAY`)
    await shows(desk, ["not live: replays are not streamed", "No signals of origin REPLAY are stored."])
    expect(await page.getByText("up to date").count()).toBe(0)
    await store.run(another("SIM-A", 7777.25, "REPLAY"))
    await page.getByRole("button", { name: "Read again" }).click()
    await shows(desk, ["7777.25"])
    expect(await findings(page)).toEqual([])
    await page.getByRole("link", { name: "Settings" }).click()
    await shows(desk, ["up to date"])
  })
})
