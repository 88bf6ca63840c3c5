/** A handler for every route of the contract. */
import { routes } from "@dgas/contract/Routes"
import type { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import type { DbClock } from "@dgas/db/DbClock"
import type { SignalPages } from "@dgas/db/SignalPages"
import type { Sql } from "@dgas/db/Sql"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import type { Access } from "./Access.ts"
import type { AnyHandlers } from "./Handler.ts"
import { keyHandlers } from "./handlers/Keys.ts"
import { signalHandlers } from "./handlers/Signals.ts"
import { signInHandlers } from "./handlers/SignIn.ts"
import { systemHandlers } from "./handlers/System.ts"
import type { Keys } from "./Keys.ts"

/** What they need. */
export type ApiServices = Access | ApiKeyStore | DbClock | Keys | SignalPages | Sql

export const makeHandlers = (config: Config): AnyHandlers<ApiServices> => ({
  ...pending,
  ...keyHandlers(config),
  ...signInHandlers(config),
  ...signalHandlers,
  ...systemHandlers(config)
})

const pending = Object.fromEntries(
  Object.keys(routes).map((name) => [name, () => Effect.die(new Error(`${name} is not there yet`))])
) as unknown as { readonly [Name in keyof typeof routes]: () => Effect.Effect<never> }
