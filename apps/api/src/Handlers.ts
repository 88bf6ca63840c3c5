/** A handler for every route of the contract. */
import type { DbClock } from "@dgas/db/DbClock"
import type { Sql } from "@dgas/db/Sql"
import type * as Stores from "@dgas/db/Stores"
import type { Config } from "@dgas/domain/Config"
import type { Watch } from "@dgas/engine/Watch"
import type * as Layer from "effect/Layer"
import type { Access } from "./Access.ts"
import type { Evidence } from "./Evidence.ts"
import type { AnyHandlers } from "./Handler.ts"
import { analysisHandlers } from "./handlers/Analysis.ts"
import { barHandlers } from "./handlers/Bars.ts"
import { deliveryHandlers } from "./handlers/Deliveries.ts"
import { destinationHandlers } from "./handlers/Destinations.ts"
import { evidenceHandlers } from "./handlers/Evidence.ts"
import { installationHandlers } from "./handlers/Installation.ts"
import { keyHandlers } from "./handlers/Keys.ts"
import { levelHandlers } from "./handlers/Levels.ts"
import { metricHandlers } from "./handlers/Metrics.ts"
import { muteHandlers } from "./handlers/Mutes.ts"
import { pageHandlers } from "./handlers/Page.ts"
import { performanceHandlers } from "./handlers/Performance.ts"
import { referenceHandlers } from "./handlers/Reference.ts"
import { runHandlers } from "./handlers/Runs.ts"
import { signalHandlers } from "./handlers/Signals.ts"
import { signalWordHandlers } from "./handlers/SignalWords.ts"
import { signInHandlers } from "./handlers/SignIn.ts"
import { makeStreamHandlers } from "./handlers/Stream.ts"
import { symbolHandlers } from "./handlers/Symbols.ts"
import { systemHandlers } from "./handlers/System.ts"
import type { Keys } from "./Keys.ts"
import type { LiveFeed } from "./LiveFeed.ts"

/** What they need. */
export type ApiServices = Access | DbClock | Evidence | Keys | LiveFeed | Sql | Layer.Success<typeof Stores.layer>

/** `watches` are the schedules of `config`, `root` is the folder of the project. */
export const makeHandlers = (
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string
): AnyHandlers<ApiServices> => ({
  ...installationHandlers(config, watches, root),
  ...symbolHandlers(config),
  ...barHandlers(config),
  ...levelHandlers(config),
  ...analysisHandlers,
  ...runHandlers(config, watches),
  ...signalHandlers(config),
  ...signalWordHandlers(config),
  ...deliveryHandlers,
  ...destinationHandlers(config),
  ...evidenceHandlers(config),
  ...muteHandlers(config),
  ...performanceHandlers(config, watches),
  ...keyHandlers(config),
  ...signInHandlers(config),
  ...makeStreamHandlers(),
  ...metricHandlers,
  ...referenceHandlers,
  ...pageHandlers,
  ...systemHandlers(config)
})
