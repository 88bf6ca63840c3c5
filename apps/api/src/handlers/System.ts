/** The API itself: who asks, whether it is well, and its reference. */
import { DbClock } from "@dgas/db/DbClock"
import { readMigrations } from "@dgas/db/Migrator"
import type { Sql } from "@dgas/db/Sql"
import type { Config } from "@dgas/domain/Config"
import type { Scope } from "@dgas/domain/Scope"
import * as Effect from "effect/Effect"
import type { Caller } from "../Caller.ts"
import { type Handlers, Reply } from "../Handler.ts"
import { problemsOf } from "../Readiness.ts"
import { version } from "../Version.ts"

export const callerOf = (config: Config, { kind, name, scopes }: Caller) =>
  Effect.map(Effect.flatMap(DbClock, ({ now }) => now), (now) => ({
    kind,
    name,
    scopes: [...scopes] satisfies ReadonlyArray<Scope>,
    version,
    timeZone: config.timeZone,
    now
  }))

export const systemHandlers = (config: Config): Handlers<"getCaller" | "livez" | "readyz", DbClock | Sql> => {
  const problems = problemsOf(readMigrations())
  return {
    getCaller: ({ caller }) => callerOf(config, caller),
    livez: () => Effect.succeed({ alive: true }),
    readyz: () =>
      Effect.map(problems, (problems) => {
        const ready = problems.length === 0
        return new Reply({ ready, problems }, { status: ready ? 200 : 503 })
      })
  }
}
