#!/usr/bin/env bun
/** `bun run db:release`: messages that came back from a backup may go out. */
import { runCli } from "@dgas/cli/runCli"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { counted, format, tell } from "./DatabaseFlags.ts"

runCli(
  Command.make("db:release", { format }, (flags) =>
    Effect.gen(function*() {
      const Database = yield* Effect.promise(() => import("@dgas/db/Database"))
      const { releaseMessages } = yield* Effect.promise(() => import("@dgas/db/OutboxRelease"))
      const released = yield* releaseMessages.pipe(
        Effect.provide(Database.layer({ root: process.cwd(), migrate: false, pool: "release", stopWhenDone: true }))
      )
      yield* tell(flags.format, { released }, [
        released === 0
          ? "no message was held since a restore"
          : `${counted(released, "message")} may go out: the worker sends them`
      ])
    })).pipe(Command.withDescription("Lets the messages go out that a restore has held"))
)
