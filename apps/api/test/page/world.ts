/** A database of a file of tests, and how to work on it. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"

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
