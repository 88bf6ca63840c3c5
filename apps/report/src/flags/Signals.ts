/** Signals, what became of them, and why there was one or none. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { format, limit, origin, out, pageFormat, schedule, since, symbol } from "./Common.ts"
import { load } from "./load.ts"

const status = Flag.Literals("status", ["WIN", "LOSS", "NEUTRAL", "PENDING"]).pipe(
  Flag.withDescription("only signals with this outcome"),
  Flag.optional
)

const signals = Command.make(
  "signals",
  {
    format,
    limit,
    symbol,
    schedule,
    since,
    origin,
    minConfidence: Flag.Finite("min-confidence").pipe(
      Flag.filter((n) => n >= 0 && n <= 1, (n) => `found ${n}, expected a number from 0 to 1`),
      Flag.withDescription("only signals of at least this confidence, 0 to 1"),
      Flag.withDefault(0)
    ),
    status
  },
  (flags) => load(() => import("../commands/Signals.ts"), (module) => module.signals(flags))
).pipe(Command.withDescription("The latest signals: entry, stop, target, confidence and reason"))

const outcomes = Command.make(
  "outcomes",
  {
    format: pageFormat,
    out,
    limit,
    symbol,
    schedule,
    since,
    origin,
    status
  },
  (flags) => load(() => import("../commands/Outcomes.ts"), (module) => module.outcomes(flags))
).pipe(
  Command.withDescription("What became of each signal, judged by the bars after it, and how many ended in which way")
)

const gates = Command.make(
  "gates",
  { format, limit, symbol, schedule, since, origin },
  (flags) => load(() => import("../commands/Gates.ts"), (module) => module.gates(flags))
).pipe(Command.withDescription("Which gate stopped how many symbols; with --symbol, what stopped it at each bar close"))

const why = Command.make(
  "why",
  {
    format,
    symbol: Flag.String("symbol").pipe(Flag.withDescription("the symbol to explain")),
    at: Flag.String("at").pipe(
      Flag.withDescription("the last bar close up to then: an ISO instant, or 12h, 7d, 4w ago; now by default"),
      Flag.optional
    ),
    schedule,
    origin: Flag.Literals("origin", ["live", "replay", "demo"]).pipe(
      Flag.withDescription("live by default; a replay or the demo only when asked for"),
      Flag.withDefault("live")
    )
  },
  (flags) => load(() => import("../commands/Why.ts"), (module) => module.why(flags))
).pipe(
  Command.withDescription("Why a symbol had a signal at a bar close, or none: every gate with what it found and needs")
)

const replay = Command.make(
  "replay",
  {
    format,
    run: Flag.String("run").pipe(Flag.withDescription("the id of a stored run, see report runs --format json"))
  },
  (flags) => load(() => import("../commands/Replay.ts"), (module) => module.replay(flags))
).pipe(
  Command.withDescription(
    "Computes a stored run again: identical, or the first difference and the bars that changed since"
  )
)

export const signalCommands = [signals, outcomes, gates, why, replay] as const
