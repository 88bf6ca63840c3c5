/** What the commands that read the database share: the connection, and the zone in which times are shown. */
import * as Database from "@dgas/db/Database"
import { loadConfig } from "@dgas/domain/ConfigFile"
import type { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"

export type OriginFlag = "live" | "replay" | "demo" | "all"

export const originOf = (flag: OriginFlag): Origin | "ALL" =>
  flag === "live" ? "LIVE" : flag === "replay" ? "REPLAY" : flag === "demo" ? "DEMO" : "ALL"

/** Says how to see rows of another origin when none of the one asked for are there. */
export const emptyText = (what: string, origin: OriginFlag): string =>
  origin === "live"
    ? `No ${what} of the live worker match. Replays and the demo show with --origin replay, demo or all.`
    : `No ${what} match.`

/** Runs `body` with the database of the project in the working directory, and the zone of its configuration. */
export const withStore = <A, E, R>(body: (zone: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const { config, root } = yield* loadConfig()
    return yield* body(config.timeZone).pipe(
      Effect.provide(Database.layer({ root, migrate: config.migrate, pool: "report" }))
    )
  })
