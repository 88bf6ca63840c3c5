/** The API as a process that is left running: on the project's database, beside the worker or alone. */
import { ApiKeyStore, linkMinutes } from "@dgas/db/ApiKeyStore"
import * as Database from "@dgas/db/Database"
import type { LoadedConfig } from "@dgas/domain/ConfigFile"
import { watchesOf } from "@dgas/engine/Watches"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Access } from "./Access.ts"
import { makeApp } from "./App.ts"
import { Evidence } from "./Evidence.ts"
import { refuseOpen } from "./Exposure.ts"
import { type ApiServices, makeHandlers } from "./Handlers.ts"
import { LiveFeed } from "./LiveFeed.ts"
import { serve } from "./Server.ts"

/** Statements of the API may take 2 s. */
const statementTimeoutMs = 2000

/** An embedded one may come back elsewhere. */
const databaseAt = (root: string) => Effect.map(Effect.scoped(Database.open({ root })), ({ url }) => url)

export const apiLayer = ({ config, root }: LoadedConfig, host: string) =>
  Layer.mergeAll(Access.layer({ api: config.api, host }), LiveFeed.layer, Evidence.layer(databaseAt(root))).pipe(
    Layer.provideMerge(Database.layer({ root, migrate: config.migrate, pool: "api", statementTimeoutMs }))
  )

/** Listens until the scope closes, and comes back with where. */
export const listen = Effect.fnUntraced(function*({ config, root }: LoadedConfig, host: string, port: number) {
  yield* refuseOpen(host)
  const context = yield* Effect.context<ApiServices>()
  const watches = yield* watchesOf(config)
  return yield* serve(
    makeApp<ApiServices>(makeHandlers(config, watches, root), context, config.api.limits),
    host,
    port
  )
})

/** `link` tells a link that signs a page in; whoever reads what this prints may then do what the page may. */
export const apiProcess = Effect.fn("api")(
  function*(loaded: LoadedConfig, host: string, port: number, { link }: { readonly link: boolean }) {
    const url = yield* listen(loaded, host, port)
    yield* Console.log(`dgas api: ${url}`)
    if (link) {
      const made = yield* (yield* ApiKeyStore).makeLink({ name: "page", scopes: ["read", "write"] })
      yield* Console.log(
        `sign in, once and within ${linkMinutes} minutes: ${reached(url)}/sign-in#${Redacted.value(made.link)}\n` +
          "another link: bun run report keys link; a key for a program: bun run report keys create NAME --scopes read"
      )
    }
    return yield* Effect.never
  },
  Effect.scoped
)

/** From this machine, where it listens at all addresses. */
const reached = (url: string): string => url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
