/** Flags that several commands have. */
import * as Flag from "effect/cli/Flag"

export const format = Flag.Literals("format", ["table", "json", "csv"]).pipe(
  Flag.withDescription("table for eyes, json or csv for programs"),
  Flag.withDefault("table")
)
export const pageFormat = Flag.Literals("format", ["table", "json", "csv", "html", "md"]).pipe(
  Flag.withDescription("table for eyes, json or csv for programs, html or md for a page to keep"),
  Flag.withDefault("table")
)
export const out = Flag.String("out").pipe(
  Flag.withDescription("a file to write it to, instead of printing it"),
  Flag.optional
)
export const limit = Flag.Int("limit").pipe(
  Flag.filter((n) => n > 0, (n) => `found ${n}, expected a number above 0`),
  Flag.withDescription("most rows to show, the newest are kept"),
  Flag.withDefault(20)
)
export const symbol = Flag.String("symbol").pipe(Flag.withDescription("only this symbol"), Flag.optional)
export const schedule = Flag.String("schedule").pipe(Flag.withDescription("only this schedule"), Flag.optional)
export const since = Flag.String("since").pipe(
  Flag.withDescription("only what is newer: 12h, 7d, 4w, or an ISO instant"),
  Flag.optional
)
export const origin = Flag.Literals("origin", ["live", "replay", "demo", "all"]).pipe(
  Flag.withDescription("live by default; replays and the demo only when asked for"),
  Flag.withDefault("live")
)

/** As `Timeframe` has them, which would cost a start the schemas of the domain. */
export const timeframes = ["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"] as const
