/** Levels of the next bar, and what price did at them. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { format, limit, origin, schedule, since, symbol, timeframes } from "./Common.ts"
import { load } from "./load.ts"

const levels = Command.make(
  "levels",
  {
    format,
    symbol: Flag.String("symbol").pipe(Flag.withDescription("the symbol whose levels to show")),
    timeframe: Flag.Literals("timeframe", timeframes).pipe(
      Flag.withDescription("only levels of bars of this length"),
      Flag.optional
    )
  },
  (flags) => load(() => import("../commands/Levels.ts"), (module) => module.levels(flags))
).pipe(
  Command.withDescription("The levels of the next bar of a symbol, and how often the next bar reached such a level")
)

const events = Command.make(
  "events",
  { format, limit, symbol, schedule, since, origin },
  (flags) => load(() => import("../commands/Events.ts"), (module) => module.events(flags))
).pipe(Command.withDescription("What price did at the levels that schedules watch, newest first"))

export const levelCommands = [levels, events] as const
