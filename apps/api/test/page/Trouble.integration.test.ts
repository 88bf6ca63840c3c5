/** The page where something is late, refused, broken, or much. */
import { beforeAll, expect, test } from "bun:test"
import { shows } from "./browser.ts"
import { another, endSignIns, signInLink } from "./played.ts"
import { pageWorld } from "./world.ts"

const world = await pageWorld(async ({ run }) => run(another("SIM-A", 1000.25)))
const { openWindow, store } = world
let runId = ""

world.describe("the page in trouble", () => {
  beforeAll(async () => {
    runId = (await (await fetch(`${world.api.url}/v1/runs`)).json()).items[0].id
  })

  test("asks again for what changed while it was asked for", async () => {
    const window = await openWindow()
    const isHeld = Promise.withResolvers<void>()
    let asked = 0
    await window.page.route("**/v1/scheduler", async (route) => {
      asked++
      const response = await route.fetch()
      if (asked === 1) await isHeld.promise
      await route.fulfill({ response })
    })
    await window.page.goto(`${world.api.url}/#/overview`)
    await shows(window, ["up to date"])
    // Health is asked for by the same change, and after the scheduler.
    const health = window.page.waitForRequest("**/v1/health")
    await store.run(another("SIM-A", 7654.25))
    await health
    await window.page.getByText("7654.25").waitFor()
    const again = window.page.waitForRequest("**/v1/scheduler")
    isHeld.resolve()
    await again
    expect(window.complaints()).toEqual([])
    await window.close()
  })

  test("asks for no day while its year is being typed", async () => {
    const window = await openWindow()
    const days: Array<string> = []
    window.page.on("request", (request) => {
      const since = new URL(request.url()).searchParams.get("since")
      if (since !== null) days.push(since)
    })
    await window.page.goto(`${world.api.url}/#/calibration`)
    const field = window.page.getByLabel("From day (UTC)")
    await field.focus()
    // On the way to 2019 the field has the years 0002, 0020 and 0201.
    await window.page.keyboard.type("05012019", { delay: 500 })
    await window.page.waitForURL(/since=2019-/)
    await shows(window, ["Edge"])
    expect(days.filter((day) => !day.startsWith("2019-"))).toEqual([])
    await window.close()
  })

  test("says when its sign-in is over, and offers no more what it may not do", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/sign-in#${await store.run(signInLink)}`)
    await page.getByRole("button").click()
    await shows(window, ["Latest signals"])
    await page.goto(`${world.api.url}/#/runs`)
    await page.getByRole("button", { name: "Look now" }).waitFor()
    await store.run(endSignIns)
    // Keys are known to the API as they were two seconds ago.
    while (await page.evaluate(async () => (await (await fetch("/v1/me")).json()).kind === "page")) await Bun.sleep(100)
    await page.getByRole("button", { name: "Look now" }).click()
    await shows(window, ["The sign-in of this page is over."])
    expect(await page.getByRole("button", { name: "Look now" }).count()).toBe(0)
    // What is refused is 401, which the browser itself writes down.
    expect(window.complaints().filter((text) => !text.includes("401"))).toEqual([])
    await window.close()
  })

  test("says to whom may not look how to be signed in, and not that the connection is lost", async () => {
    const window = await openWindow()
    const { page } = window
    await page.route(
      "**/v1/**",
      (route) => route.fulfill({ status: 401, json: { status: 401, detail: "expected a key" } })
    )
    await page.goto(`${world.api.url}/#/runs`)
    await shows(window, ["bun run report keys link"])
    await page.locator(".connection").getByText("not signed in").waitFor()
    expect(await page.getByText("connection lost").count()).toBe(0)
    // They may look again, as when they were signed in beside this page.
    await page.unroute("**/v1/**")
    await shows(window, ["up to date", "✓ success"])
    await window.close()
  })

  test("says of a failure what it is, and of a bug under which id the log has it", async () => {
    const window = await openWindow()
    const { page } = window
    const answers = new Map([
      ["/v1/calibration", { status: 503, detail: "it is being computed" }],
      ["/v1/edge", { status: 500, detail: "the log has it under this request id", requestId: "abc123" }]
    ])
    await page.route(/\/v1\/(calibration|edge)/, (route) => {
      const json = answers.get(new URL(route.request().url()).pathname)
      return route.fulfill({ status: json?.status ?? 200, json })
    })
    await page.goto(`${world.api.url}/#/calibration`)
    await shows(window, ["it is being computed", "under this request id: abc123"])
    expect(await page.getByText("database").count()).toBe(0)
    await window.close()
  })

  test("says that the API has another page by now, and loads it when asked", async () => {
    const window = await openWindow()
    const { page } = window
    await page.goto(`${world.api.url}/#/settings`)
    await shows(window, ["up to date"])
    await world.api.stop()
    await world.serveAgain()
    await shows(window, ["up to date"])
    expect(await page.getByText("A new version of this page is here.").count()).toBe(0)

    await page.route(`${world.api.url}/`, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replaceAll(/main-\w+/g, "main-upgraded") })
    })
    await world.api.stop()
    await shows(window, ["connection lost"])
    await world.serveAgain()
    await shows(window, ["A new version of this page is here."])
    await page.unroute(`${world.api.url}/`)
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Load it" }).click()])
    await shows(window, ["up to date", "Who is looking"])
    expect(await page.getByText("A new version of this page is here.").count()).toBe(0)
    await window.close()
  }, 60_000)

  test("shows the first of thousands of rows, and all of them when asked", async () => {
    const window = await openWindow()
    const { page } = window
    await page.route("**/v1/runs/*", async (route) => {
      const response = await route.fetch()
      const gates = Array.from({ length: 3000 }, (_, index) => ({
        symbol: `S${index}`,
        gate: "WEAK",
        detail: "strength 0.10"
      }))
      await route.fulfill({ response, json: { ...await response.json(), gates } })
    })
    await page.goto(`${world.api.url}/#/runs/${encodeURIComponent(runId)}`)
    await page.getByText(/^250 of 3.000 rows$/).waitFor()
    expect(await page.getByText("strength 0.10").count()).toBe(250)
    await page.getByRole("button", { name: "Show all" }).click()
    await shows(window, ["S2999"])
    await window.close()
  })
})
