import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { findings } from "./axe.ts"
import { shows, startBrowser, type Window } from "./browser.ts"
import { another, missed, played } from "./played.ts"
import { type Served, served } from "./served.ts"
import { database, projectFolder } from "./world.ts"

loopbackOnly()

const { close, noBrowser, openWindow } = await startBrowser()

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

const store = database()
let api: Served
let signalId = ""
let runId = ""
let toldId = ""
let desk: Window

const itemsOf = async (
  path: string
): Promise<ReadonlyArray<{ readonly id: string; readonly symbol: string; readonly type: string }>> =>
  (await (await fetch(`${api.url}${path}`)).json()).items

describe.skipIf(noBrowser !== null)(`the page${noBrowser === null ? "" : ` (${noBrowser})`}`, () => {
  beforeAll(async () => {
    const url = await store.url()
    await store.run(played)
    await store.run(missed)
    toldId = await store.run(another("SIM-TOLD", 1000.25))
    api = await served(url, projectFolder())
    signalId = (await itemsOf("/v1/signals?symbol=%5EGSPC")).find(({ type }) => type === "LONG")?.id ?? ""
    await store.run(another(longName, 3.25))
    runId = (await itemsOf("/v1/runs?schedule=sim"))[0]?.id ?? ""
    desk = await openWindow()
  }, 60_000)

  afterAll(async () => {
    await close()
    await api?.stop()
    await store.close()
  })

  for (const [name, hash, words] of views) {
    test(`shows ${name}, light and dark, with nothing that keeps people from using it`, async () => {
      const { complaints, page } = desk
      await page.goto(`${api.url}/${hash()}`)
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
      await phone.page.goto(`${api.url}/${hash()}`)
      await shows(phone, words)
      expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    }
    await phone.page.goto(`${api.url}/#/signals?symbol=${longName}`)
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
    await phone.page.goto(`${api.url}/#/symbol/SIM-A?timeframe=30m`)
    await phone.page.reload()
    const levels = phone.page.getByRole("region", { name: "Levels of the next bar" })
    await levels.getByRole("columnheader", { name: "live" }).waitFor()
    expect(await levels.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0)
    expect(phone.complaints()).toEqual([])
    await phone.close()
  })

  test("shows a new signal while it is open, and the way back from a lost connection", async () => {
    const { complaints, page } = desk
    await page.goto(`${api.url}/#/overview`)
    await shows(desk, ["up to date"])
    await page.evaluate(() => document.body.setAttribute("data-opened", "once"))
    await store.run(another("SIM-A", 1234.56))
    await page.getByText("1234.56").waitFor()

    await api.stop()
    await page.getByText("connection lost, trying again").waitFor()
    await page.getByText("No connection").waitFor()
    await store.run(another("SIM-B", 6543.21))
    api = await served(await store.url(), projectFolder(), api.port)
    await page.getByText("6543.21").waitFor({ timeout: 30_000 })
    await shows(desk, ["up to date"])
    await page.getByText("No connection").waitFor({ state: "detached" })
    expect(await page.evaluate(() => document.body.getAttribute("data-opened"))).toBe("once")
    // The browser itself says that the connection was lost.
    expect(complaints().filter((text) => !text.includes("net::ERR_"))).toEqual([])
  }, 60_000)

  test("does not say of replays that they are up to date, and reads them again when asked", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/overview?origin=REPLAY`)
    await shows(desk, ["not live: replays are not streamed", "No signals of origin REPLAY are stored."])
    expect(await page.getByText("up to date").count()).toBe(0)
    await store.run(another("SIM-A", 7777.25, "REPLAY"))
    await page.getByRole("button", { name: "Read again" }).click()
    await shows(desk, ["7777.25"])
    expect(await findings(page)).toEqual([])
    await page.getByRole("link", { name: "Settings" }).click()
    await shows(desk, ["up to date"])
  })

  test("keeps a list as long as it was, and where it was, while something else is looked at", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${api.url}/#/runs`)
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
    await page.goto(`${api.url}/#/runs`)
    await shows(desk, ["✓ success"])
    await page.locator("td[data-title='bar close'] a").first().press("Enter")
    await shows(desk, ["Where symbols were stopped"])
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN")
  })

  test("shows longer bars over shorter ones, and what is chosen for that stands in the address", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/symbol/SIM-A?timeframe=30m`)
    await shows(desk, ["In steps: dot and envelope of 4h"])
    await page.getByLabel("with", { exact: true }).selectOption("none")
    await page.waitForURL(/over=none/)
    await page.getByText("In steps").waitFor({ state: "detached" })
  })

  test("shows of a destination in the settings its messages", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/settings`)
    await page.getByRole("link", { name: "desk" }).click()
    await shows(desk, ["… pending"])
    expect(new URL(page.url()).hash).toBe("#/deliveries?destination=desk")
  })

  test("lists what its address says, and sorts it, by keys alone", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/signals?type=SHORT&symbol=SIM-A`)
    await page.getByText("▼ SHORT").first().waitFor()
    expect(await page.getByText("▲ LONG").count()).toBe(0)
    const confidences = () => page.locator("td[data-title=confidence]").allTextContents()
    const before = await confidences()
    await page.getByRole("button", { name: "confidence" }).focus()
    await page.keyboard.press("Enter")
    await page.locator("th[aria-sort=descending]").waitFor()
    expect(await confidences()).toEqual(before.toSorted().toReversed())
  })

  test("leads past the links to its content, and every link can be reached", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/settings`)
    await page.reload()
    await shows(desk, ["Who is looking"])
    await page.keyboard.press("Tab")
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content")
    await page.keyboard.press("Enter")
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN")
  })

  test("lets whoever is signed in acknowledge, correct, mute and sign out, and nobody else", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/signals/${encodeURIComponent(signalId)}`)
    await shows(desk, ["What became of it"])
    expect(await page.getByRole("button", { name: "I have seen it" }).count()).toBe(0)

    await page.goto(api.link)
    await page.getByRole("button").click()
    await shows(desk, ["Latest signals"])
    await page.goto(`${api.url}/#/signals/${encodeURIComponent(signalId)}`)
    await page.getByRole("button", { name: "I have seen it" }).click()
    await shows(desk, ["Seen by page"])

    const correct = page.getByRole("button", { name: "Correct the outcome" })
    await correct.press("Enter")
    await page.getByRole("dialog").waitFor()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press("Escape")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    await correct.click()
    await page.getByLabel("Note").fill("left by hand")
    await page.getByRole("button", { name: "Say so" }).click()
    await shows(desk, ["left by hand"])

    await page.goto(`${api.url}/#/deliveries`)
    await page.getByRole("button", { name: "Add a mute" }).click()
    await page.getByLabel("Why").fill("earnings")
    // Whoever presses twice means it once.
    await page.getByRole("button", { name: "Mute", exact: true }).dblclick()
    await shows(desk, ["earnings"])
    expect(await page.getByRole("button", { name: "Lift" }).count()).toBe(1)
    await page.getByRole("button", { name: "Lift" }).click()
    await shows(desk, ["Nothing is muted."])

    await page.goto(`${api.url}/#/settings`)
    await page.getByRole("button", { name: "Sign out" }).click()
    await shows(desk, ["nobody known, from this machine"])
  })

  test("gives what is listed as files", async () => {
    const { page } = desk
    await page.goto(`${api.url}/#/runs`)
    await page.getByText("✓ success").first().waitFor()
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "JSON" }).last().click()
    ])
    const rows = JSON.parse(await Bun.file(await download.path()).text())
    expect(rows.length).toBe(50)
    await page.goto(`${api.url}/#/signals?symbol=%5EGSPC`)
    const link = await page.getByRole("link", { name: "CSV" }).getAttribute("href")
    const csv = await (await fetch(`${api.url}${link}`)).text()
    expect(csv.split("\n").filter((line) => line.includes("^GSPC")).length).toBe(
      (await itemsOf("/v1/signals?symbol=%5EGSPC&limit=200")).length
    )
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
