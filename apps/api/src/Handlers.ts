/** A handler for every route of the contract. */
import { routes } from "@dgas/contract/Routes"
import type { CalibrationStore } from "@dgas/db/CalibrationStore"
import type { DbClock } from "@dgas/db/DbClock"
import type { DeliveryHistory } from "@dgas/db/DeliveryHistory"
import type { DeliveryReplay } from "@dgas/db/DeliveryReplay"
import type { DestinationStore } from "@dgas/db/DestinationStore"
import type { GaugeStore } from "@dgas/db/GaugeStore"
import type { MetricStore } from "@dgas/db/MetricStore"
import type { MuteStore } from "@dgas/db/MuteStore"
import type { PerformanceStore } from "@dgas/db/PerformanceStore"
import type { SignalDetails } from "@dgas/db/SignalDetails"
import type { SignalPages } from "@dgas/db/SignalPages"
import type { SignalStore } from "@dgas/db/SignalStore"
import type { SignalWords } from "@dgas/db/SignalWords"
import type { SlotStore } from "@dgas/db/SlotStore"
import type { Config } from "@dgas/domain/Config"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import type { Access } from "./Access.ts"
import type { Evidence } from "./Evidence.ts"
import type { AnyHandlers } from "./Handler.ts"
import { deliveryHandlers } from "./handlers/Deliveries.ts"
import { destinationHandlers } from "./handlers/Destinations.ts"
import { evidenceHandlers } from "./handlers/Evidence.ts"
import { installationHandlers, type InstallationServices } from "./handlers/Installation.ts"
import { marketHandlers, type MarketServices } from "./handlers/Market.ts"
import { metricHandlers } from "./handlers/Metrics.ts"
import { muteHandlers } from "./handlers/Mutes.ts"
import { performanceHandlers } from "./handlers/Performance.ts"
import { referenceHandlers } from "./handlers/Reference.ts"
import { runHandlers, type RunServices } from "./handlers/Runs.ts"
import { signalHandlers } from "./handlers/Signals.ts"
import { signalWordHandlers } from "./handlers/SignalWords.ts"
import { makeStreamHandlers } from "./handlers/Stream.ts"
import { systemHandlers } from "./handlers/System.ts"
import type { LiveFeed } from "./LiveFeed.ts"

/** What they need. */
export type ApiServices =
  | Access
  | CalibrationStore
  | DbClock
  | DeliveryHistory
  | DeliveryReplay
  | DestinationStore
  | Evidence
  | GaugeStore
  | InstallationServices
  | LiveFeed
  | MarketServices
  | MetricStore
  | MuteStore
  | PerformanceStore
  | RunServices
  | SignalDetails
  | SignalPages
  | SignalStore
  | SignalWords
  | SlotStore

/** `watches` are the schedules of `config`, `root` is the folder of the project. */
export const makeHandlers = (
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string
): AnyHandlers<ApiServices> => ({
  ...pending,
  ...installationHandlers(config, watches, root),
  ...marketHandlers(config),
  ...runHandlers(watches),
  ...signalHandlers(config),
  ...signalWordHandlers(config),
  ...deliveryHandlers,
  ...destinationHandlers(config),
  ...evidenceHandlers(config),
  ...muteHandlers(config),
  ...performanceHandlers(config, watches),
  ...makeStreamHandlers(),
  ...metricHandlers,
  ...referenceHandlers,
  ...systemHandlers(config)
})

const pending = Object.fromEntries(
  Object.keys(routes).map((name) => [name, () => Effect.die(new Error(`${name} is not there yet`))])
) as unknown as { readonly [Name in keyof typeof routes]: () => Effect.Effect<never> }
