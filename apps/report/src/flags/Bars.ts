/** Bars: of a file, of the store, and what sources have of the past. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { format, limit, since, timeframes } from "./Common.ts"
import { load } from "./load.ts"

const analyze = Command.make(
  "analyze",
  {
    format,
    file: Flag.String("file").pipe(
      Flag.withDescription("bars as timestamp,open,high,low,close,volume: BARS.csv or BARS.csv.gz")
    ),
    symbol: Flag.String("symbol").pipe(Flag.withDescription("what the bars are of")),
    timeframe: Flag.Literals("timeframe", timeframes).pipe(
      Flag.withDescription("the length of the file's bars, the trading timeframe")
    ),
    higher: Flag.Literals("higher", ["5m", "15m", "30m", "1h", "4h", "1d", "1w"]).pipe(
      Flag.withDescription("the higher timeframe, built from the file's bars by session"),
      Flag.optional
    ),
    calendar: Flag.Literals("calendar", ["24/7", "24-5", "FX", "XNYS", "CMES", "XLON", "XETR", "XTKS"]).pipe(
      Flag.withDescription("when the market trades")
    ),
    grid: Flag.Literals("grid", ["session", "clock"]).pipe(
      Flag.withDescription("whether bars are cut from the session's open or by the clock"),
      Flag.withDefault("session")
    ),
    tick: Flag.Finite("tick").pipe(
      Flag.filter((n) => n > 0, (n) => `found ${n}, expected a number above 0`),
      Flag.withDescription("smallest price step, for rounding"),
      Flag.optional
    ),
    dot: Flag.Literals("dot", ["projected", "coincident"]).pipe(
      Flag.withDescription("which dot a close is compared with"),
      Flag.withDefault("projected")
    ),
    envelope: Flag.Literals("envelope", ["drummond", "stdev", "range", "atr", "percent"]).pipe(
      Flag.withDescription("how the envelope is drawn"),
      Flag.withDefault("drummond")
    ),
    skipBad: Flag.Boolean("skip-bad").pipe(
      Flag.withDescription("leave out rows that are no bars instead of stopping at the first"),
      Flag.withDefault(false)
    ),
    series: Flag.Boolean("series").pipe(
      Flag.withDescription("print one row of geometry per closed bar instead"),
      Flag.withDefault(false)
    )
  },
  (flags) => load(() => import("../commands/Analyze.ts"), (module) => module.analyze(flags))
).pipe(
  Command.withDescription("Levels, states, patterns, zones and the decision from a file of bars; needs no database")
)

const bars = Command.make(
  "bars",
  {
    format,
    limit,
    symbol: Flag.String("symbol").pipe(
      Flag.withDescription("the symbol whose bars to show; with --quality only this one"),
      Flag.optional
    ),
    timeframe: Flag.Literals("timeframe", timeframes).pipe(
      Flag.withDescription("the length of the bars; with --quality only these"),
      Flag.optional
    ),
    since,
    quality: Flag.Boolean("quality").pipe(
      Flag.withDescription(
        "how whole the bars of all symbols are instead: gaps, rows refused, revisions, the worst first"
      ),
      Flag.withDefault(false)
    )
  },
  (flags) => load(() => import("../commands/Bars.ts"), (module) => module.bars(flags))
).pipe(Command.withDescription("The stored bars of one symbol, or how whole those of all symbols are"))

const backfill = Command.make(
  "backfill",
  {
    format,
    symbols: Flag.String("symbols").pipe(
      Flag.withDescription("only these, with commas between; else all of the universe"),
      Flag.optional
    ),
    universe: Flag.String("universe").pipe(
      Flag.withDescription("a universe of the configuration; else all that schedules watch"),
      Flag.optional
    ),
    timeframe: Flag.Literals("timeframe", timeframes).pipe(
      Flag.withDescription("the length of the bars; else those that schedules fetch"),
      Flag.optional
    ),
    since,
    until: Flag.String("until").pipe(Flag.withDescription("as --since; now unless given"), Flag.optional)
  },
  (flags) => load(() => import("../commands/Backfill.ts"), (module) => module.backfill(flags))
).pipe(Command.withDescription("Fills the store with the history that sources have; goes on where it was stopped"))

export const barCommands = [analyze, bars, backfill] as const
