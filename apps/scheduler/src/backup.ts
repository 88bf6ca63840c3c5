#!/usr/bin/env bun
/** `bun run db:backup FILE`: the whole database in one file, while workers go on. */
import { runCli } from "@dgas/cli/runCli"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { resolve } from "node:path"
import { counted, format, tell } from "./DatabaseFlags.ts"

runCli(
  Command.make(
    "db:backup",
    { file: Argument.String("file").pipe(Argument.withDescription("a name that is free")), format },
    (flags) =>
      Effect.gen(function*() {
        const { backup } = yield* Effect.promise(() => import("@dgas/db/Backup"))
        const { open } = yield* Effect.promise(() => import("@dgas/db/Database"))
        const { sizeText } = yield* Effect.promise(() => import("@dgas/db/DiskSpace"))
        const { rowProgress } = yield* Effect.promise(() => import("./RowProgress.ts"))
        const { url } = yield* open({ root: process.cwd(), stopWhenDone: true })
        const told = yield* backup({ url, file: resolve(flags.file), onRows: rowProgress("backup") })
        yield* tell(flags.format, told, [
          `${told.file}: ${counted(told.rows, "row")} of ${told.tables.length} tables in ${sizeText(told.bytes)}, ` +
          `as of ${told.createdAt}, schema ${told.schema}`,
          "it holds what the database holds, secrets included: keep it where nobody else reads it"
        ])
      }).pipe(Effect.scoped)
  ).pipe(Command.withDescription("Writes the whole database to a file, as of one moment, while others go on writing"))
)
