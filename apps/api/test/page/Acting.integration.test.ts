/** What whoever is signed in may do on the page. */
import { beforeAll, expect, test } from "bun:test"
import { findings } from "./axe.ts"
import { shows } from "./browser.ts"
import { played } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld(async ({ run }) => run(played))
const { openWindow } = world
let signalId = ""

world.describe("who acts on the page", () => {
  beforeAll(async () => {
    signalId = (await (await fetch(`${world.api.url}/v1/signals?symbol=%5EGSPC&type=LONG`)).json()).items[0].id
  })

  test("may, signed in, acknowledge, correct, mute and sign out, and nobody else", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/signals/${encodeURIComponent(signalId)}`)
    await shows(window, ["What became of it"])
    expect(await page.getByRole("button", { name: "I have seen it" }).count()).toBe(0)

    await page.goto(world.api.link)
    await page.getByRole("button").click()
    await shows(window, ["Latest signals"])
    await page.goto(`${world.api.url}/#/signals/${encodeURIComponent(signalId)}`)
    await page.getByRole("button", { name: "I have seen it" }).click()
    await shows(window, ["Seen by page"])

    const correct = page.getByRole("button", { name: "Correct the outcome" })
    await correct.press("Enter")
    await page.getByRole("dialog").waitFor()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press("Escape")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    await correct.click()
    await page.getByLabel("Note").fill("left by hand")
    await page.getByRole("button", { name: "Say so" }).click()
    await shows(window, ["left by hand"])

    await page.goto(`${world.api.url}/#/deliveries`)
    await page.getByRole("button", { name: "Add a mute" }).click()
    await page.getByLabel("Why").fill("earnings")
    // Whoever presses twice means it once.
    await page.getByRole("button", { name: "Mute", exact: true }).dblclick()
    await shows(window, ["earnings"])
    expect(await page.getByRole("button", { name: "Lift" }).count()).toBe(1)
    await page.getByRole("button", { name: "Lift" }).click()
    await shows(window, ["Nothing is muted."])

    await page.goto(`${world.api.url}/#/settings`)
    await page.getByRole("button", { name: "Sign out" }).click()
    await shows(window, ["nobody known, from this machine"])
    await window.close()
  })
})
