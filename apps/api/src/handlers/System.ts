/** The API itself: who asks, whether it is well, and its reference. */
import type { Scope } from "@dgas/contract/System"
import { DbClock } from "@dgas/db/DbClock"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import type { Caller } from "../Caller.ts"
import type { Handlers } from "../Handler.ts"
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

export const systemHandlers = (config: Config): Handlers<"getCaller" | "livez", DbClock> => {
  return {
    getCaller: ({ caller }) => callerOf(config, caller),
    livez: () => Effect.succeed({ alive: true })
  }
}
