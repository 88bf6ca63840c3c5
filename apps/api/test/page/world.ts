/** What a file of tests of the page begins with: a database, the API over it, and a real browser. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { afterAll, beforeAll, describe } from "bun:test"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { startBrowser } from "./browser.ts"
import { type Served, served } from "./served.ts"

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

/** `fill` fills the database before the API is started. Where there is no browser its tests are skipped, and say why. */
export const pageWorld = async (fill: (store: ReturnType<typeof database>) => Promise<unknown> = async () => {}) => {
  loopbackOnly()
  const { close, noBrowser, openWindow } = await startBrowser()
  const store = database()
  let api: Served
  const serve = async (port = 0) => {
    api = await served(await store.url(), projectFolder(), port)
  }
  return {
    store,
    openWindow,
    get api() {
      return api
    },
    /** At the same address, once it was stopped. */
    serveAgain: () => serve(api.port),
    describe: (name: string, tests: () => void) =>
      describe.skipIf(noBrowser !== null)(`${name}${noBrowser === null ? "" : ` (${noBrowser})`}`, () => {
        beforeAll(async () => {
          await fill(store)
          await serve()
        }, 60_000)

        afterAll(async () => {
          await close()
          await api?.stop()
          await store.close()
        })

        tests()
      })
  }
}
