/**
 * The page as its user has it: an API that was started from the command line, over a database with replayed bars, and a
 * real browser.
 *
 * Where Chromium cannot start, `noBrowser` says why.
 */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import chromium from "@sparticuz/chromium"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Browser, type BrowserContextOptions, chromium as engine, type Page } from "playwright-core"
import { configInput } from "./played.ts"

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

const main = join(import.meta.dir, "../../src/main.ts")

export interface Served {
  readonly url: string
  readonly port: number
  readonly stop: () => Promise<void>
}

const firstUrl = async (output: ReadableStream<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder()
  let said = ""
  for await (const chunk of output) {
    said += decoder.decode(chunk, { stream: true })
    const url = /dgas api: (http:\S+)/.exec(said)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`the API ended before it listened: ${said}`)
}

/** `bun run api` in a folder of its own, over the database at `database`. */
export const served = async (database: Redacted.Redacted<string>, folder: string, port = 0): Promise<Served> => {
  writeFileSync(join(folder, "dgas.config.ts"), `export default ${JSON.stringify(configInput)}\n`)
  const child = Bun.spawn(["bun", main, "--port", String(port)], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: Redacted.value(database) },
    stdout: "pipe",
    stderr: "inherit"
  })
  const url = await firstUrl(child.stdout)
  const stop = async () => {
    child.kill("SIGTERM")
    await child.exited
  }
  return { url, port: Number(new URL(url).port), stop }
}

/** A database of the file's own, and how to work on it. */
export const database = () => {
  const runtime = ManagedRuntime.make(TestDatabase.layer)
  return {
    run: <A, E>(effect: Effect.Effect<A, E, ManagedRuntime.ManagedRuntime.Services<typeof runtime>>) =>
      runtime.runPromise(effect),
    url: () => runtime.runPromise(Effect.map(TestDatabase, ({ url }) => url)),
    close: () => runtime.dispose()
  }
}

export const projectFolder = () => temporaryFolder("page")

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
