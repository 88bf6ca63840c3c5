/** What the worker did, and whether all is well. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { format, limit, origin, schedule, since } from "./Common.ts"
import { load } from "./load.ts"

const runs = Command.make(
  "runs",
  {
    format,
    limit,
    schedule,
    since,
    origin,
    status: Flag.Literals("status", ["SUCCESS", "PARTIAL", "FAILED"]).pipe(
      Flag.withDescription("only runs that ended so"),
      Flag.optional
    )
  },
  (flags) => load(() => import("../commands/Runs.ts"), (module) => module.runs(flags))
).pipe(Command.withDescription("The cycles that ran: when, how many symbols and signals, how long each part took"))

const slots = Command.make(
  "slots",
  {
    format,
    limit,
    schedule,
    since,
    origin,
    state: Flag.Literals("state", ["running", "done", "late", "missed", "failed"]).pipe(
      Flag.withDescription("only slots in this state"),
      Flag.optional
    )
  },
  (flags) => load(() => import("../commands/Slots.ts"), (module) => module.slots(flags))
).pipe(Command.withDescription("What became of each bar close; with --schedule, also those that nobody has run yet"))

const health = Command.make(
  "health",
  { format },
  (flags) => load(() => import("../commands/Health.ts"), (module) => module.health(flags))
).pipe(
  Command.withDescription("One page on whether all is well: database, worker, slots, messages, bars, calendars, clocks")
)

export const runCommands = [runs, slots, health] as const
