#!/usr/bin/env bun
/** `bun run db:restore FILE`: a backup into the database that DATABASE_URL names, or the embedded one. */
import { runCli } from "@dgas/cli/runCli"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { resolve } from "node:path"
import { counted, format, tell } from "./DatabaseFlags.ts"

runCli(
  Command.make(
    "db:restore",
    { file: Argument.String("file").pipe(Argument.withDescription("what bun run db:backup wrote")), format },
    (flags) =>
      Effect.gen(function*() {
        const { restore } = yield* Effect.promise(() => import("@dgas/db/Restore"))
        const { open } = yield* Effect.promise(() => import("@dgas/db/Database"))
        const { rowProgress } = yield* Effect.promise(() => import("./RowProgress.ts"))
        const { url } = yield* open({ root: process.cwd(), stopWhenDone: true })
        const told = yield* restore({ url, file: resolve(flags.file), onRows: rowProgress("restore") })
        const { applied, createdAt, freed, held, revoked, rows, tables, target } = told
        yield* tell(flags.format, told, [
          `${counted(rows, "row")} of ${tables.length} tables, as of ${createdAt}, are in ${target}`,
          ...applied.length === 0 ? [] : [`applied ${applied.join(", ")}`],
          ...freed === 0
            ? []
            : [`${counted(freed, "slot that was being run is", "slots that were being run are")} free`],
          ...held === 0
            ? []
            : [
              `${
                counted(held, "message had not been sent and is", "messages had not been sent and are")
              } held: bun run db:release lets them go out`
            ],
          ...revoked === 0
            ? []
            : [
              `${
                counted(revoked, "key of the API is", "keys of the API are")
              } revoked: bun run report keys create makes new ones`
            ]
        ])
      }).pipe(Effect.scoped)
  ).pipe(Command.withDescription("Puts a backup into a database that holds nothing, wholly or not at all"))
)
