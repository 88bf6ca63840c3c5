/** How this installation does, and how it is configured. */
import type { DbClock } from "@dgas/db/DbClock"
import type { DestinationStore } from "@dgas/db/DestinationStore"
import type { HealthStore } from "@dgas/db/HealthStore"
import type { RunStore } from "@dgas/db/RunStore"
import type { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import type { SlotHistory } from "@dgas/db/SlotHistory"
import type { SlotStore } from "@dgas/db/SlotStore"
import type { Sql } from "@dgas/db/Sql"
import type { Config } from "@dgas/domain/Config"
import { shownConfig } from "@dgas/domain/ConfigView"
import type { Watch } from "@dgas/engine/Watch"
import { healthChecks } from "@dgas/monitor/Health"
import { hiding } from "@dgas/notify/Secrets"
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"

export type InstallationServices =
  | DbClock
  | DestinationStore
  | HealthStore
  | RunStore
  | SchedulerStateStore
  | SlotHistory
  | SlotStore
  | Sql

/** `watches` are the schedules of `config`, `root` is the folder of the project. */
export const installationHandlers = (
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string
): Handlers<"getHealth" | "getConfig", InstallationServices> => ({
  getHealth: () =>
    Effect.map(healthChecks(watches, config, root), (items) => ({ ok: items.every(({ ok }) => ok), items })),
  getConfig: () => Effect.map(hiding(config), (hide) => shownConfig(config, hide))
})
