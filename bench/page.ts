/**
 * How soon the page can be used: from the address to an overview with its content and the stream open, in a real browser
 * on loopback that has nothing of it yet. The floor is the same browser with a page of one word from a bare `Bun.serve`.
 */
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startBrowser } from "../apps/api/test/page/browser.ts"
import { served } from "../apps/api/test/page/served.ts"
import { type Figure, figure, medians } from "./Measure.ts"

const rounds = 9
const mostMs = 1000

type Browser = Awaited<ReturnType<typeof startBrowser>>

/** Opens `url` in a window of its own, and closes it when `word` is there. */
const opened = ({ openWindow }: Browser, url: string, word: string) => async () => {
  const { close, page } = await openWindow()
  await page.goto(url)
  await page.getByText(word).first().waitFor()
  await close()
}

const measured = Effect.fnUntraced(function*(browser: Browser) {
  const { url } = yield* TestDatabase
  const folder = mkdtempSync(join(tmpdir(), "dgas-bench-"))
  const api = yield* Effect.promise(() => served(url, folder))
  const bare = Bun.serve({
    port: 0,
    fetch: () => new Response("<!doctype html><p>bare</p>", { headers: { "content-type": "text/html" } })
  })
  const times = yield* Effect.promise(() =>
    medians(rounds, [
      opened(browser, `http://127.0.0.1:${bare.port}`, "bare"),
      opened(browser, api.url, "up to date")
    ])
  )
  yield* Effect.promise(async () => {
    await bare.stop(true)
    await api.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return times
})

export const run = async (): Promise<ReadonlyArray<Figure>> => {
  const browser = await startBrowser()
  if (browser.noBrowser !== null) throw new Error(browser.noBrowser)
  const [floor, page] = await Effect.runPromise(measured(browser).pipe(Effect.provide(TestDatabase.layer)))
  await browser.close()
  return [figure("the page, from its address to its content", "ms", page!, floor!, { most: mostMs })]
}
