/** One real browser for all tests of a process. Where Chromium cannot start, `noBrowser` says why. */
import chromium from "@sparticuz/chromium"
import { type Browser, type BrowserContextOptions, chromium as engine, type Page } from "playwright-core"

const launch = async (): Promise<Browser> =>
  engine.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
    headless: true,
    timeout: 20_000
  })

let reason: string | null = null
export const browser: Browser | null = await launch().catch((thrown: unknown) => {
  reason = `Chromium cannot be started here: ${
    thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown)
  }`
  return null
})
export const noBrowser: string | null = reason

export interface Window {
  readonly page: Page
  /** What the browser complained of since this was asked last. */
  readonly complaints: () => ReadonlyArray<string>
  readonly close: () => Promise<void>
}

/** A window of its own in the one browser, somewhere in Berlin. */
export const openWindow = async (options: BrowserContextOptions = {}): Promise<Window> => {
  if (browser === null) throw new Error(reason ?? "there is no browser")
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
