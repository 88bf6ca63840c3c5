#!/usr/bin/env bun
/** `bun run db:move`: the embedded database to the one that DATABASE_URL names. */
import { runCli } from "@dgas/cli/runCli"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { counted, format, tell } from "./DatabaseFlags.ts"

runCli(
  Command.make("db:move", { format }, (flags) =>
    Effect.gen(function*() {
      const { move } = yield* Effect.promise(() => import("@dgas/db/Move"))
      const { rowProgress } = yield* Effect.promise(() => import("./RowProgress.ts"))
      const told = yield* move({
        root: process.cwd(),
        onRead: rowProgress("read   "),
        onWritten: rowProgress("written")
      })
      yield* tell(flags.format, told, [
        `${counted(told.rows, "row")} of ${told.tables.length} tables have moved to ${told.target}`,
        "next: set DATABASE_URL for everything that runs dgas, then start the worker again",
        `the embedded database is in ${told.dir} as it was, and is not opened again: remove it when all is well`
      ])
    })).pipe(Command.withDescription("Moves the embedded database to the one that DATABASE_URL names"))
)
