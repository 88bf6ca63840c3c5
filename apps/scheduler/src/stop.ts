#!/usr/bin/env bun
/** `bun run db:stop`: stops the embedded PostgreSQL of the project in the working directory. */
import { runCli } from "@dgas/cli/runCli"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

runCli(
  Command.make("db:stop", {}, () =>
    Effect.gen(function*() {
      const { stopEmbedded } = yield* Effect.promise(() => import("@dgas/db/Database"))
      const stopped = yield* stopEmbedded({ root: process.cwd() })
      yield* Console.log(stopped ? "the embedded PostgreSQL was stopped" : "the embedded PostgreSQL was not running")
    })).pipe(Command.withDescription("Stops the embedded PostgreSQL; it starts again when it is needed"))
)
