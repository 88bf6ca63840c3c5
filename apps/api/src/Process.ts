/** The API as a process that is left running: on the project's database, beside the worker or alone. */
import * as Database from "@dgas/db/Database"
import type { LoadedConfig } from "@dgas/domain/ConfigFile"
import { watchesOf } from "@dgas/engine/Watches"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Access } from "./Access.ts"
import { makeApp } from "./App.ts"
import { type ApiServices, makeHandlers } from "./Handlers.ts"
import { LiveFeed } from "./LiveFeed.ts"
import { serve } from "./Server.ts"

/** Statements of the API may take 2 s. */
const statementTimeoutMs = 2000

export const apiLayer = ({ config, root }: LoadedConfig) =>
  Layer.mergeAll(Access.layer, LiveFeed.layer).pipe(
    Layer.provideMerge(Database.layer({ root, migrate: config.migrate, pool: "api", statementTimeoutMs }))
  )

/** Listens until the scope closes, and comes back with where. */
export const listen = Effect.fnUntraced(function*({ config, root }: LoadedConfig, host: string, port: number) {
  const context = yield* Effect.context<ApiServices>()
  const watches = yield* watchesOf(config)
  return yield* serve(makeApp<ApiServices>(makeHandlers(config, watches, root), context), host, port)
})

export const apiProcess = Effect.fn("api")(function*(loaded: LoadedConfig, host: string, port: number) {
  const url = yield* listen(loaded, host, port)
  yield* Console.log(`dgas api: ${url}`)
  return yield* Effect.never
}, Effect.scoped)
