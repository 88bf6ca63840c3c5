/** A handler for every route of the contract. */
import { routes } from "@dgas/contract/Routes"
import type { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import type { DbClock } from "@dgas/db/DbClock"
import type { GaugeStore } from "@dgas/db/GaugeStore"
import type { SignalPages } from "@dgas/db/SignalPages"
import type { Sql } from "@dgas/db/Sql"
import type { Config } from "@dgas/domain/Config"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import type { Access } from "./Access.ts"
import { NotFound } from "./ApiError.ts"
import type { AnyHandlers } from "./Handler.ts"
import { installationHandlers, type InstallationServices } from "./handlers/Installation.ts"
import { keyHandlers } from "./handlers/Keys.ts"
import { marketHandlers, type MarketServices } from "./handlers/Market.ts"
import { metricHandlers } from "./handlers/Metrics.ts"
import { referenceHandlers } from "./handlers/Reference.ts"
import { runHandlers, type RunServices } from "./handlers/Runs.ts"
import { signalHandlers } from "./handlers/Signals.ts"
import { signInHandlers } from "./handlers/SignIn.ts"
import { makeStreamHandlers } from "./handlers/Stream.ts"
import { systemHandlers } from "./handlers/System.ts"
import type { Keys } from "./Keys.ts"
import type { LiveFeed } from "./LiveFeed.ts"

/** What they need. */
export type ApiServices =
  | Access
  | ApiKeyStore
  | DbClock
  | GaugeStore
  | InstallationServices
  | Keys
  | LiveFeed
  | MarketServices
  | RunServices
  | SignalPages
  | Sql

/** `watches` are the schedules of `config`, `root` is the folder of the project. */
export const makeHandlers = (
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string
): AnyHandlers<ApiServices> => ({
  ...pending,
  ...keyHandlers(config),
  ...signInHandlers(config),
  ...installationHandlers(config, watches, root),
  ...marketHandlers(config),
  ...runHandlers(config, watches),
  ...signalHandlers,
  ...makeStreamHandlers(),
  ...metricHandlers,
  ...referenceHandlers,
  ...systemHandlers(config)
})

const pending = Object.fromEntries(
  Object.keys(routes).map((name) => [name, () => Effect.fail(new NotFound({ what: "route yet" }))])
) as unknown as { readonly [Name in keyof typeof routes]: () => Effect.Effect<never, NotFound> }
