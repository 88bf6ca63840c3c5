/** What the commands that read the database share: the connection, and the zone in which times are shown. */
import * as Database from "@dgas/db/Database"
import type { Config } from "@dgas/domain/Config"
import { loadConfig } from "@dgas/domain/ConfigFile"
import type { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { sinceInstant } from "./Since.ts"

export type OriginFlag = "live" | "replay" | "demo" | "all"

export const originOf = (flag: OriginFlag): Origin | "ALL" =>
  flag === "live" ? "LIVE" : flag === "replay" ? "REPLAY" : flag === "demo" ? "DEMO" : "ALL"

/** The flags that commands which list the newest rows share. */
export interface RecentFlags {
  readonly limit: number
  readonly origin: OriginFlag
  readonly symbol: Option.Option<string>
  readonly schedule: Option.Option<string>
}

/** What a store is asked for by them. */
export const recentOf = ({ limit, origin, schedule, symbol }: RecentFlags, since: { readonly since?: number }) => ({
  limit,
  origin: originOf(origin),
  ...Option.match(symbol, { onNone: () => ({}), onSome: (symbol) => ({ symbol }) }),
  ...Option.match(schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
  ...since
})

/** Says how to see rows of another origin when none of the one asked for are there. */
export const emptyText = (what: string, origin: OriginFlag): string =>
  origin === "live"
    ? `No ${what} of the live worker match. Replays and the demo show with --origin replay, demo or all.`
    : `No ${what} match.`

/**
 * Runs `body` with the database of the project in the working directory, the zone of its configuration, the instant
 * that `--since` means, the configuration, and its folder. A mistake in the flags is told before anything is connected or started.
 */
export const withStore = <A, E, R>(
  flags: { readonly since: Option.Option<string> },
  body: (zone: string, since: { readonly since?: number }, config: Config, root: string) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function*() {
    const since = yield* sinceInstant(flags.since)
    const { config, root } = yield* loadConfig()
    return yield* body(config.timeZone, since === null ? {} : { since }, config, root).pipe(
      Effect.provide(Database.layer({ root, migrate: config.migrate, pool: "report" }))
    )
  })
