/** A real browser for a file of tests. */
import chromium from "@sparticuz/chromium"
import { type Browser, type BrowserContextOptions, chromium as engine, type Page } from "playwright-core"

const launch = async (): Promise<Browser> =>
  engine.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
    headless: true,
    timeout: 20_000
  })

export interface Window {
  readonly page: Page
  /** What the browser complained of since this was asked last. */
  readonly complaints: () => ReadonlyArray<string>
  readonly close: () => Promise<void>
}

/** `noBrowser` says why there is none. */
export const startBrowser = async () => {
  let noBrowser: string | null = null
  const browser = await launch().catch((thrown: unknown) => {
    noBrowser = `Chromium cannot be started here: ${
      thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown)
    }`
    return null
  })
  /** A window of its own in the one browser, somewhere in Berlin. */
  const openWindow = async (options: BrowserContextOptions = {}): Promise<Window> => {
    if (browser === null) throw new Error(noBrowser ?? "there is no browser")
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
      ...options
    })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const complaints: Array<string> = []
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
    })
    page.on("pageerror", (error) => complaints.push(String(error)))
    return { page, complaints: () => complaints.splice(0), close: () => context.close() }
  }
  const close = async () => browser?.close()
  return { noBrowser, openWindow, close }
}

/** Waits until all of `words` stand in the page. */
export const shows = async ({ page }: Window, words: ReadonlyArray<string>) => {
  for (const word of words) {
    await page.getByText(word).first().waitFor({ state: "attached" }).catch(async () => {
      throw new Error(
        `expected "${word}" in the page, found: ${(await page.locator("main").innerText()).slice(0, 1500)}`
      )
    })
  }
}
