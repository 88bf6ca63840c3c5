/** Every view of the page: what it shows, on a desk and on a phone, and of an empty database. */
import { beforeAll, expect, test } from "bun:test"
import { findings } from "./axe.ts"
import { shows, type Window } from "./browser.ts"
import { another, missed, played } from "./played.ts"
import { served } from "./served.ts"
import { database, pageWorld, projectFolder } from "./world.ts"

/** Each view, with words that are there when its content is. */
const views: ReadonlyArray<readonly [name: string, hash: () => string, words: ReadonlyArray<string>]> = [
  ["overview", () => "#/overview", ["Worker", "sp500", "Latest signals", "simulated", "cycle p95"]],
  ["signals", () => "#/signals", ["▲ LONG", "^GSPC", "confidence", "shown"]],
  ["one signal", () => `#/signals/${encodeURIComponent(signalId)}`, [
    "The way through the gates",
    "Is a zone near?",
    "What confidence is made of",
    "Charts by",
    "target",
    "No message tells of it."
  ]],
  ["a symbol", () => "#/symbol/%5EGSPC?timeframe=1d", [
    "Levels of the next bar",
    "Envelope top",
    "The last decision",
    "Charts by"
  ]],
  ["a simulated symbol", () => "#/symbol/SIM-A", ["simulated prices, of no market", "Levels of the next bar"]],
  ["calibration", () => "#/calibration", ["How good a probability it would be", "By confidence", "Edge", "fills"]],
  ["runs and slots", () => "#/runs", ["Bar closes of the last", "some missed", "1 too old", "✓ success"]],
  ["one run", () => `#/runs/${encodeURIComponent(runId)}`, [
    "Where symbols were stopped",
    "Why there was no signal",
    "took in all"
  ]],
  ["deliveries", () => "#/deliveries", ["Destinations", "desk", "… pending", "Nothing is muted."]],
  ["one message", () => `#/deliveries/${encodeURIComponent(`${toldId}/desk`)}`, [
    "Message to desk",
    "What it says",
    "It was not tried yet."
  ]],
  ["settings", () => "#/settings", ["Who is looking", "Configuration", "America/New_York", "Europe/Berlin"]]
]

/** As long as a symbol may be. */
const longName = "SIM-A-VERY-LONG-NAME-OF-32-CHARS"

const world = await pageWorld(async ({ run }) => {
  await run(played)
  await run(missed)
  toldId = await run(another("SIM-TOLD", 1000.25))
  await run(another(longName, 3.25))
})
const { openWindow } = world
let signalId = ""
let runId = ""
let toldId = ""
let desk: Window

const itemsOf = async (
  path: string
): Promise<ReadonlyArray<{ readonly id: string; readonly symbol: string; readonly type: string }>> =>
  (await (await fetch(`${world.api.url}${path}`)).json()).items

world.describe("the views of the page", () => {
  beforeAll(async () => {
    signalId = (await itemsOf("/v1/signals?symbol=%5EGSPC")).find(({ type }) => type === "LONG")?.id ?? ""
    runId = (await itemsOf("/v1/runs?schedule=sim"))[0]?.id ?? ""
    desk = await openWindow()
  })

  for (const [name, hash, words] of views) {
    test(`shows ${name}, light and dark, with nothing that keeps people from using it`, async () => {
      const { complaints, page } = desk
      await page.goto(`${world.api.url}/${hash()}`)
      await shows(desk, words)
      await page.getByText("Loading…").first().waitFor({ state: "detached" })
      await page.emulateMedia({ colorScheme: "light" })
      expect(await findings(page)).toEqual([])
      // Nothing else than colours is another in the dark.
      await page.emulateMedia({ colorScheme: "dark" })
      expect(await findings(page, ["color-contrast"])).toEqual([])
      expect(complaints()).toEqual([])
    })
  }

  test("fits a phone: nothing but tables in their place is wider than the screen", async () => {
    const phone = await openWindow({ viewport: { width: 390, height: 844 }, hasTouch: true })
    for (const [, hash, words] of views) {
      await phone.page.goto(`${world.api.url}/${hash()}`)
      await shows(phone, words)
      expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    }
    await phone.page.goto(`${world.api.url}/#/signals?symbol=${longName}`)
    const name = phone.page.locator("td", { hasText: longName })
    expect(await name.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true)
    // Levels are read across, also with those of the bar in progress and of prices with many figures.
    await phone.page.route("**/v1/levels?*", async (route) => {
      const response = await route.fetch()
      const { items } = await response.json()
      const json = {
        items: items.map((one: { readonly levels: ReadonlyArray<{ readonly price: number }> }) => ({
          ...one,
          liveUntil: "2026-01-06T12:00:00.000Z",
          levels: one.levels.map((level) => ({ ...level, price: 68_123.45, livePrice: 68_123.45 }))
        }))
      }
      await route.fulfill({ response, json })
    })
    await phone.page.goto(`${world.api.url}/#/symbol/SIM-A?timeframe=30m`)
    await phone.page.reload()
    const levels = phone.page.getByRole("region", { name: "Levels of the next bar" })
    await levels.getByRole("columnheader", { name: "live" }).waitFor()
    expect(await levels.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0)
    expect(phone.complaints()).toEqual([])
    await phone.close()
  })

  test("says in words that a database is empty, and shows no number for what is not known", async () => {
    const nothing = database()
    const bare = await served(await nothing.url(), projectFolder())
    const window = await openWindow()
    const said: ReadonlyArray<readonly [hash: string, words: ReadonlyArray<string>]> = [
      ["#/overview", ["No worker has run on this database yet", "No live signals yet", "not enough data"]],
      ["#/signals", ["No LIVE signals are stored yet."]],
      ["#/signals/nothing", ["There is no such signal."]],
      ["#/symbol", ["No bars of SIM-A are stored yet."]],
      ["#/calibration", ["No LIVE entries are stored", "No fills yet"]],
      ["#/runs", ["No live bar closes are stored", "No LIVE cycles are stored yet."]],
      ["#/deliveries", ["No messages yet", "Nothing is muted."]],
      ["#/nowhere", ["There is nothing at this address."]]
    ]
    for (const [hash, words] of said) {
      await window.page.goto(`${bare.url}/${hash}`)
      await shows(window, words)
      expect(await window.page.getByText(/NaN|undefined|Infinity|Invalid Date/).count()).toBe(0)
    }
    // What is not there is 404, which the browser itself writes down.
    expect(window.complaints().filter((text) => !text.includes("404"))).toEqual([])
    await window.close()
    await bare.stop()
    await nothing.close()
  }, 60_000)
})
