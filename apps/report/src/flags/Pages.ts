/** Pages to keep: how the worker did, and how far signals deserve belief. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { origin, out, pageFormat, schedule, since, symbol } from "./Common.ts"
import { load } from "./load.ts"

const performance = Command.make(
  "performance",
  { format: pageFormat, out, since },
  (flags) => load(() => import("../commands/Performance.ts"), (module) => module.performance(flags))
).pipe(
  Command.withDescription(
    "How long cycles and deliveries took, and whether the SLA was kept; ends with 3 when it was not"
  )
)

const calibration = Command.make(
  "calibration",
  { format: pageFormat, out, symbol, schedule, since, origin },
  (flags) => load(() => import("../commands/Calibration.ts"), (module) => module.calibration(flags))
).pipe(Command.withDescription("How often signals came good, by confidence and all else that is known of them"))

const edge = Command.make(
  "edge",
  { format: pageFormat, out, symbol, schedule, since, origin },
  (flags) => load(() => import("../commands/Edge.ts"), (module) => module.edge(flags))
).pipe(
  Command.withDescription("What a fill earns after costs, beside random entries, and whether that is more than chance")
)

const daily = Command.make(
  "daily",
  {
    format: pageFormat,
    out,
    date: Flag.String("date").pipe(
      Flag.withDescription("a day in the configured zone, or yesterday; today unless given"),
      Flag.optional
    )
  },
  (flags) => load(() => import("../commands/Daily.ts"), (module) => module.daily(flags))
).pipe(
  Command.withDescription(
    "One day on a page: slots, signals, level events, deliveries; ends with 3 when the SLA was broken"
  )
)

const parity = Command.make(
  "parity",
  { format: pageFormat, out, since, schedule },
  (flags) => load(() => import("../commands/Parity.ts"), (module) => module.parity(flags))
).pipe(
  Command.withDescription(
    "Live runs computed again: what differs by logic, and what by data; ends with 1 when logic does"
  )
)

export const pageCommands = [performance, calibration, edge, daily, parity] as const
