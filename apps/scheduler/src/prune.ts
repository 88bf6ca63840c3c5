#!/usr/bin/env bun
/** `bun run db:prune`: takes out what has been kept for its days. The worker does the same once a day. */
import { runCli } from "@dgas/cli/runCli"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { counted, format, tell } from "./DatabaseFlags.ts"

runCli(
  Command.make(
    "db:prune",
    {
      dryRun: Flag.Boolean("dry-run").pipe(
        Flag.withDescription("only count what would go"),
        Flag.withDefault(false)
      ),
      config: Flag.String("config").pipe(
        Flag.withDescription("the configuration, dgas.config.ts of the working directory by default"),
        Flag.optional
      ),
      format
    },
    (flags) =>
      Effect.gen(function*() {
        const { loadConfig } = yield* Effect.promise(() => import("@dgas/domain/ConfigFile"))
        const loaded = yield* loadConfig(Option.getOrUndefined(flags.config))
        const { pruneNow } = yield* Effect.promise(() => import("./Upkeep.ts"))
        const { dryRun } = flags
        const pruned = yield* pruneNow(loaded, dryRun)
        const gone = pruned.filter(({ rows }) => rows > 0)
        yield* tell(flags.format, { dryRun, pruned }, [
          ...gone.map(({ kind, rows, what }) => `${kind}: ${counted(rows, what.replace(/s$/, ""), what)}`),
          `${dryRun ? "would remove" : "removed"} ${counted(gone.reduce((sum, { rows }) => sum + rows, 0), "row")}`
        ])
      })
  ).pipe(Command.withDescription("Takes out rows that have been kept for the days that the configuration says"))
)
