#!/usr/bin/env bun
/** `bun run db:migrate`: brings the database that DATABASE_URL names, or the embedded one, to this version. */
import { runCli } from "@dgas/cli/runCli"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

runCli(
  Command.make("db:migrate", {}, () =>
    Effect.gen(function*() {
      const { migrateDatabase } = yield* Effect.promise(() => import("@dgas/db/Database"))
      const applied = yield* migrateDatabase({ root: process.cwd() })
      yield* Console.log(applied.length === 0 ? "the schema is up to date" : `applied ${applied.join(", ")}`)
    })).pipe(Command.withDescription("Brings the schema of the database to the version of this dgas"))
)
