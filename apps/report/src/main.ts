#!/usr/bin/env bun
/** The reporting command line. Each command loads what it needs when it runs, so that help comes at once. */
import { runCli } from "@dgas/cli/runCli"
import { failOutOfSpan } from "@dgas/market/TradingCalendar/CalendarOutOfSpan"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"

const format = Flag.Literals("format", ["table", "json", "csv"]).pipe(
  Flag.withDescription("table for eyes, json or csv for programs"),
  Flag.withDefault("table")
)
const pageFormat = Flag.Literals("format", ["table", "json", "csv", "html", "md"]).pipe(
  Flag.withDescription("table for eyes, json or csv for programs, html or md for a page to keep"),
  Flag.withDefault("table")
)
const out = Flag.String("out").pipe(
  Flag.withDescription("a file to write it to, instead of printing it"),
  Flag.optional
)
const limit = Flag.Int("limit").pipe(
  Flag.filter((n) => n > 0, (n) => `found ${n}, expected a number above 0`),
  Flag.withDescription("most rows to show, the newest are kept"),
  Flag.withDefault(20)
)
const symbol = Flag.String("symbol").pipe(Flag.withDescription("only this symbol"), Flag.optional)
const schedule = Flag.String("schedule").pipe(Flag.withDescription("only this schedule"), Flag.optional)
const since = Flag.String("since").pipe(
  Flag.withDescription("only what is newer: 12h, 7d, 4w, or an ISO instant"),
  Flag.optional
)
const origin = Flag.Literals("origin", ["live", "replay", "demo", "all"]).pipe(
  Flag.withDescription("live by default; replays and the demo only when asked for"),
  Flag.withDefault("live")
)

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
  (flags) => load(() => import("./commands/Runs.ts"), (module) => module.runs(flags))
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
  (flags) => load(() => import("./commands/Slots.ts"), (module) => module.slots(flags))
).pipe(Command.withDescription("What became of each bar close; with --schedule, also those that nobody has run yet"))

const health = Command.make(
  "health",
  { format },
  (flags) => load(() => import("./commands/Health.ts"), (module) => module.health(flags))
).pipe(
  Command.withDescription("One page on whether all is well: database, worker, slots, messages, bars, calendars, clocks")
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
    status: Flag.Literals("status", ["WIN", "LOSS", "NEUTRAL", "PENDING"]).pipe(
      Flag.withDescription("only signals with this outcome"),
      Flag.optional
    )
  },
  (flags) => load(() => import("./commands/Signals.ts"), (module) => module.signals(flags))
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
    status: Flag.Literals("status", ["WIN", "LOSS", "NEUTRAL", "PENDING"]).pipe(
      Flag.withDescription("only signals with this outcome"),
      Flag.optional
    )
  },
  (flags) => load(() => import("./commands/Outcomes.ts"), (module) => module.outcomes(flags))
).pipe(
  Command.withDescription("What became of each signal, judged by the bars after it, and how many ended in which way")
)

const gates = Command.make(
  "gates",
  { format, limit, symbol, schedule, since, origin },
  (flags) => load(() => import("./commands/Gates.ts"), (module) => module.gates(flags))
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
  (flags) => load(() => import("./commands/Why.ts"), (module) => module.why(flags))
).pipe(
  Command.withDescription("Why a symbol had a signal at a bar close, or none: every gate with what it found and needs")
)

const replay = Command.make(
  "replay",
  {
    format,
    run: Flag.String("run").pipe(Flag.withDescription("the id of a stored run, see report runs --format json"))
  },
  (flags) => load(() => import("./commands/Replay.ts"), (module) => module.replay(flags))
).pipe(
  Command.withDescription(
    "Computes a stored run again: identical, or the first difference and the bars that changed since"
  )
)

/** As `Timeframe` has them, which would cost a start the schemas of the domain. */
const timeframes = ["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"] as const

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
  (flags) => load(() => import("./commands/Levels.ts"), (module) => module.levels(flags))
).pipe(
  Command.withDescription("The levels of the next bar of a symbol, and how often the next bar reached such a level")
)

const events = Command.make(
  "events",
  { format, limit, symbol, schedule, since, origin },
  (flags) => load(() => import("./commands/Events.ts"), (module) => module.events(flags))
).pipe(Command.withDescription("What price did at the levels that schedules watch, newest first"))

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
  (flags) => load(() => import("./commands/Bars.ts"), (module) => module.bars(flags))
).pipe(Command.withDescription("The stored bars of one symbol, or how whole those of all symbols are"))

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
  (flags) => load(() => import("./commands/Analyze.ts"), (module) => module.analyze(flags))
).pipe(
  Command.withDescription("Levels, states, patterns, zones and the decision from a file of bars; needs no database")
)

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
  (flags) => load(() => import("./commands/Backfill.ts"), (module) => module.backfill(flags))
).pipe(Command.withDescription("Fills the store with the history that sources have; goes on where it was stopped"))

const destination = Flag.String("destination").pipe(Flag.withDescription("only to this destination"), Flag.optional)
const messageStates = ["pending", "leased", "done", "held", "dead", "expired", "suppressed"] as const

const showDelivery = Command.make(
  "show",
  { format, id: Argument.String("id").pipe(Argument.withDescription("of a message, see report deliveries")) },
  (flags) => load(() => import("./commands/Deliveries.ts"), (module) => module.showDelivery(flags))
).pipe(Command.withDescription("Every try to deliver one message, and what was answered"))

const replayDelivery = Command.make(
  "replay",
  {
    id: Argument.String("id").pipe(Argument.withDescription("of a message that did not arrive"), Argument.optional),
    destination: Flag.String("destination").pipe(
      Flag.withDescription("all that this destination did not take, instead of one message"),
      Flag.optional
    )
  },
  (flags) => load(() => import("./commands/Deliveries.ts"), (module) => module.replayDelivery(flags))
).pipe(Command.withDescription("Lets messages go out again, as they were and with the same id"))

const deliveries = Command.make(
  "deliveries",
  {
    format,
    limit,
    since,
    destination,
    state: Flag.Literals("state", messageStates).pipe(
      Flag.withDescription("only messages in this state"),
      Flag.optional
    ),
    failed: Flag.Boolean("failed").pipe(
      Flag.withDescription("only what did not arrive: held, dead or expired"),
      Flag.withDefault(false)
    )
  },
  (flags) => load(() => import("./commands/Deliveries.ts"), (module) => module.deliveries(flags))
).pipe(
  Command.withDescription("Messages and what became of them, newest first"),
  Command.withSubcommands([showDelivery, replayDelivery])
)

const notify = Command.make("notify").pipe(
  Command.withDescription("The destinations that are told, and how they do"),
  Command.withSubcommands([
    Command.make(
      "list",
      { format },
      (flags) => load(() => import("./commands/Notify.ts"), (module) => module.listDestinations(flags))
    ).pipe(Command.withDescription("Every destination with its health")),
    Command.make(
      "test",
      {
        format,
        channel: Flag.String("channel").pipe(Flag.withDescription("the destination, by its name in dgas.config.ts"))
      },
      (flags) => load(() => import("./commands/Notify.ts"), (module) => module.testDestination(flags))
    ).pipe(Command.withDescription("Sends a sample, marked as one, and tells what was answered")),
    Command.make(
      "enable",
      { name: Argument.String("name").pipe(Argument.withDescription("of a destination that was disabled")) },
      (flags) => load(() => import("./commands/Notify.ts"), (module) => module.enableDestination(flags))
    ).pipe(Command.withDescription("Lets messages go to a destination again, those that it held too"))
  ])
)

const addMute = Command.make(
  "add",
  {
    format,
    schedule,
    symbol,
    destination,
    from: Flag.String("from").pipe(Flag.withDescription("a date or an ISO instant; now unless given"), Flag.optional),
    until: Flag.String("until").pipe(Flag.withDescription("a date or an ISO instant"), Flag.optional),
    for: Flag.String("for").pipe(Flag.withDescription("90m, 4h, 2d or 1w, instead of --until"), Flag.optional),
    author: Flag.String("author").pipe(Flag.withDescription("who wants it; USER unless given"), Flag.optional),
    reason: Flag.String("reason").pipe(Flag.withDescription("why, for those who miss a message"))
  },
  (flags) => load(() => import("./commands/Mutes.ts"), (module) => module.addMute(flags))
).pipe(Command.withDescription("Keeps messages back for a while: they are stored as suppressed"))

const liftMute = Command.make(
  "lift",
  { format, id: Argument.String("id").pipe(Argument.withDescription("of a mute, see report mutes")) },
  (flags) => load(() => import("./commands/Mutes.ts"), (module) => module.liftMute(flags))
).pipe(Command.withDescription("Ends a mute before its time"))

const mutes = Command.make(
  "mutes",
  {
    format,
    all: Flag.Boolean("all").pipe(Flag.withDescription("also those that are over"), Flag.withDefault(false))
  },
  (flags) => load(() => import("./commands/Mutes.ts"), (module) => module.mutes(flags))
).pipe(
  Command.withDescription("What nobody is told of for a while, who wanted it and why"),
  Command.withSubcommands([addMute, liftMute])
)

const scopes = Flag.String("scopes").pipe(
  Flag.withDescription("what it may do: read, write (which includes read) or admin (which includes both), by commas")
)
const prefix = Argument.String("prefix").pipe(Argument.withDescription("beginning of a key, see report keys list"))

const createKey = Command.make(
  "create",
  {
    format,
    name: Argument.String("name").pipe(Argument.withDescription("what the key is for")),
    scopes,
    expires: Flag.String("expires").pipe(
      Flag.withDescription("for how long it may be used: 4h, 90d, 52w; for ever unless given"),
      Flag.optional
    ),
    perMinute: Flag.String("per-minute").pipe(
      Flag.withDescription("requests a minute, or unlimited; as configured unless given"),
      Flag.optional
    )
  },
  (flags) => load(() => import("./commands/Keys.ts"), (module) => module.createKey(flags))
).pipe(Command.withDescription("Makes a key of the API, which is shown this once"))

const listKeys = Command.make(
  "list",
  { format },
  (flags) => load(() => import("./commands/Keys.ts"), (module) => module.listKeys(flags))
).pipe(Command.withDescription("Keys and signed-in pages, newest first"))

const revokeKey = Command.make(
  "revoke",
  { format, prefix },
  (flags) => load(() => import("./commands/Keys.ts"), (module) => module.revokeKey(flags))
).pipe(Command.withDescription("Withdraws a key, or signs a page out; a running API refuses it within 2 s"))

const linkPage = Command.make(
  "link",
  {
    scopes: scopes.pipe(Flag.withDefault("read,write")),
    url: Flag.String("url").pipe(
      Flag.withDescription("where the API is reached"),
      Flag.withDefault("http://127.0.0.1:8787")
    )
  },
  (flags) => load(() => import("./commands/Keys.ts"), (module) => module.linkPage(flags))
).pipe(Command.withDescription("A link that signs a browser in, once and within 10 minutes"))

const keys = Command.make(
  "keys",
  { format },
  (flags) => load(() => import("./commands/Keys.ts"), (module) => module.listKeys(flags))
).pipe(
  Command.withDescription("Keys of the API: who may use it, for what and until when"),
  Command.withSubcommands([createKey, listKeys, revokeKey, linkPage])
)

const performance = Command.make(
  "performance",
  { format: pageFormat, out, since },
  (flags) => load(() => import("./commands/Performance.ts"), (module) => module.performance(flags))
).pipe(
  Command.withDescription(
    "How long cycles and deliveries took, and whether the SLA was kept; ends with 3 when it was not"
  )
)

const calibration = Command.make(
  "calibration",
  { format: pageFormat, out, symbol, schedule, since, origin },
  (flags) => load(() => import("./commands/Calibration.ts"), (module) => module.calibration(flags))
).pipe(Command.withDescription("How often signals came good, by confidence and all else that is known of them"))

const edge = Command.make(
  "edge",
  { format: pageFormat, out, symbol, schedule, since, origin },
  (flags) => load(() => import("./commands/Edge.ts"), (module) => module.edge(flags))
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
  (flags) => load(() => import("./commands/Daily.ts"), (module) => module.daily(flags))
).pipe(
  Command.withDescription(
    "One day on a page: slots, signals, level events, deliveries; ends with 3 when the SLA was broken"
  )
)

const parity = Command.make(
  "parity",
  { format: pageFormat, out, since, schedule },
  (flags) => load(() => import("./commands/Parity.ts"), (module) => module.parity(flags))
).pipe(
  Command.withDescription(
    "Live runs computed again: what differs by logic, and what by data; ends with 1 when logic does"
  )
)

const load = <M, A, E, R>(module: () => Promise<M>, run: (module: M) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Effect.promise(module), run).pipe(failOutOfSpan)

runCli(
  Command.make("report").pipe(
    Command.withDescription("Reads what dgas stored, and analyses files of bars"),
    Command.withSubcommands([
      runs,
      slots,
      health,
      signals,
      outcomes,
      gates,
      why,
      replay,
      levels,
      events,
      deliveries,
      notify,
      mutes,
      keys,
      performance,
      calibration,
      edge,
      daily,
      parity,
      analyze,
      bars,
      backfill
    ])
  )
)
