/**
 * The configuration: what is watched, when, from which source, and by which rules.
 *
 * `dgas.config.ts` at the top of the project exports `defineConfig({...})`; it is decoded here, so a mistake
 * names its path, what was found and what is expected, before anything else happens.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ApiConfig } from "./ApiConfig.ts"
import { CalendarOverrides } from "./CalendarOverrides.ts"
import { mistakeLines } from "./ConfigMistakes.ts"
import { ConsoleConfig, DeliveryConfig, DestinationConfig } from "./DestinationConfig.ts"
import { EventConfig, eventMistakes } from "./EventConfig.ts"
import { CalendarName, Grid, InstrumentSymbol, PriceBasis } from "./Instrument.ts"
import { LevelEventKind, LevelTarget } from "./Level.ts"
import { RetentionConfig } from "./RetentionConfig.ts"
import { Rules } from "./Rules.ts"
import { SignalType } from "./Signal.ts"
import { SlaConfig } from "./SlaConfig.ts"
import { FallbackConfig, SourceConfig, sourceMistakes } from "./SourceConfig.ts"
import { Timeframe, timeframeMs } from "./Timeframe.ts"
import { isTimeZone } from "./TimeZone.ts"
import { DeadManConfig, HealthConfig } from "./WorkerConfig.ts"

const Name = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,39}$/, { expected: "a name of a-z, 0-9 and -" })
)
const Unit = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400_000 }))

export const InstrumentConfig = Schema.Struct({
  symbol: InstrumentSymbol,
  tick: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThan(0))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(null))
  )
})

const Percent = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 })).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(0))
)

/** What a trade of an instrument costs, in percent of its price; nothing unless told. */
export const CostConfig = Schema.Struct({
  /** Between bid and ask, which a round trip pays once. */
  spreadPct: Percent,
  /** Of each of its two trades. */
  feePct: Percent
})
export type CostConfig = typeof CostConfig.Type

/** Of the round trip, in percent of the fill price. */
export const roundTripPct = ({ feePct, spreadPct }: CostConfig): number => spreadPct + 2 * feePct

const InstrumentWithCosts = Schema.Struct({
  ...InstrumentConfig.fields,
  costs: CostConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
})

/** What of a universe decides what its runs compute, and is kept with them. */
export const UniverseConfig = Schema.Struct({
  source: Name,
  /** In the order in which they are asked while the ones before are not available. */
  fallbacks: Schema.Array(FallbackConfig).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  calendar: CalendarName,
  grid: Grid.pipe(Schema.withDecodingDefaultKey(Effect.succeed("session" as const))),
  basis: PriceBasis.pipe(Schema.withDecodingDefaultKey(Effect.succeed("raw" as const))),
  instruments: Schema.NonEmptyArray(InstrumentConfig)
})
export type UniverseConfig = typeof UniverseConfig.Type

/**
 * Events and costs are not kept with the options of a run: a split of tomorrow is no other universe, and what a trade costs
 * decides about no signal.
 */
const UniverseWithEvents = Schema.Struct({
  ...UniverseConfig.fields,
  instruments: Schema.NonEmptyArray(InstrumentWithCosts),
  /** Splits, dividends and rolls by symbol, for a basis of `raw` or `split`, besides those that the source tells of. */
  events: Schema.Record(InstrumentSymbol, Schema.Array(EventConfig)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed({}))
  )
})

/** What is dropped after the generator. What is dropped is recorded as FILTERED and does not live. */
export const FilterConfig = Schema.Struct({
  minConfidence: Unit.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  minAlignment: Unit.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  minStrength: Unit.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  /** At least one of these patterns must support an entry; empty means any. */
  patterns: Schema.Array(Schema.NonEmptyString).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  types: Schema.Array(SignalType).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"] as const))
  ),
  duplicateMinutes: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(60))
  ),
  maxSignals: Count.pipe(Schema.withDecodingDefaultKey(Effect.succeed(50)))
})
export type FilterConfig = typeof FilterConfig.Type

/** What price may do at a level or zone to be told, besides signals. */
export const AlertConfig = Schema.Struct({
  level: LevelTarget,
  /** One of the schedule's timeframes; a zone is the trading timeframe's. */
  timeframe: Timeframe,
  on: LevelEventKind,
  /** Only these symbols of the universe; empty means all. */
  symbols: Schema.Array(InstrumentSymbol).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
})
export type AlertConfig = typeof AlertConfig.Type

export const ScheduleConfig = Schema.Struct({
  name: Name,
  universe: Name,
  trading: Timeframe,
  higher: Timeframe,
  lower: Schema.NullOr(Timeframe).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  filters: FilterConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** How long after a bar's close its slot is run; null for the source's own. */
  settleMs: Schema.NullOr(Milliseconds).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  /**
   * What is announced of slots that are run too late to be acted on as fresh: all of them in one digest, those of the
   * latest slot only, or none. All of them are run and stored.
   */
  catchUp: Schema.Literals(["all", "latest", "skip"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("all" as const))
  ),
  /** A slot that is later than this is kept as missed instead of being run. */
  maxLatenessHours: Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 24 * 31 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(72))
  ),
  /** Who is told: `console`, and names of `destinations`; empty keeps quiet. */
  channels: Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed(["console"]))),
  alerts: Schema.Array(AlertConfig).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
}).check(
  Schema.makeFilter((schedule) =>
    timeframeMs(schedule.higher) >= 3 * timeframeMs(schedule.trading) || {
      path: ["higher"],
      issue: `at least three times the trading timeframe ${schedule.trading}`
    }
  ),
  Schema.makeFilter((schedule) =>
    schedule.lower === null || timeframeMs(schedule.lower) < timeframeMs(schedule.trading) || {
      path: ["lower"],
      issue: `a timeframe below the trading timeframe ${schedule.trading}, or null`
    }
  ),
  Schema.makeFilter((schedule) => {
    const own = [schedule.higher, schedule.trading, ...schedule.lower === null ? [] : [schedule.lower]]
    return schedule.alerts.flatMap(({ level, timeframe }, index) => {
      const allowed = level === "zone" ? [schedule.trading] : own
      return allowed.includes(timeframe)
        ? []
        : [{ path: ["alerts", index, "timeframe"], issue: `a timeframe of the schedule: ${allowed.join(", ")}` }]
    })
  })
)
export type ScheduleConfig = typeof ScheduleConfig.Type

export const ChannelsConfig = Schema.Struct({
  console: ConsoleConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
})
export type ChannelsConfig = typeof ChannelsConfig.Type

const nameOf = (kind: string, known: object): string => {
  const names = Object.keys(known)
  return names.length === 0 ? `the name of a ${kind}, of which there is none` : `a ${kind}: ${names.join(", ")}`
}

export const Config = Schema.Struct({
  /** IANA zone in which times are shown to people. */
  timeZone: Schema.NonEmptyString.pipe(Schema.withDecodingDefaultKey(Effect.succeed("UTC"))),
  /** Whether any process may migrate the database that DATABASE_URL names; the embedded one always may. */
  migrate: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  sources: Schema.Record(Name, SourceConfig),
  universes: Schema.Record(Name, UniverseWithEvents),
  schedules: Schema.NonEmptyArray(ScheduleConfig),
  /** What is known better than the calendars: days without a session, early closes, late opens. */
  calendars: Schema.Record(CalendarName, Schema.optionalKey(CalendarOverrides)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed({}))
  ),
  rules: Rules.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  channels: ChannelsConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** By a name of yours; schedules tell those that their `channels` name, alarms go to all that want them. */
  destinations: Schema.Record(Name, DestinationConfig).pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  delivery: DeliveryConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** What `report performance` and an alarm hold the worker to. */
  sla: SlaConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  retention: RetentionConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  health: HealthConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** Asked after each cycle that had data, so that its silence is noticed elsewhere; null for nobody. */
  deadMan: Schema.NullOr(DeadManConfig).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  api: ApiConfig.pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
}).check(Schema.makeFilter((config) => {
  const mistakes: Array<{ path: ReadonlyArray<PropertyKey>; issue: string }> = []
  const names = new Set<string>()
  for (const [index, schedule] of config.schedules.entries()) {
    if (names.has(schedule.name)) {
      mistakes.push({ path: ["schedules", index, "name"], issue: "a name that no schedule before it has" })
    }
    names.add(schedule.name)
    const known = config.universes[schedule.universe]?.instruments.map(({ symbol }) => symbol) ?? []
    for (const [at, { symbols }] of schedule.alerts.entries()) {
      for (const [place, symbol] of symbols.entries()) {
        if (known.includes(symbol)) continue
        mistakes.push({
          path: ["schedules", index, "alerts", at, "symbols", place],
          issue: `a symbol of the universe ${schedule.universe}`
        })
      }
    }
    if (!Object.hasOwn(config.universes, schedule.universe)) {
      mistakes.push({ path: ["schedules", index, "universe"], issue: nameOf("universe", config.universes) })
    }
    for (const [at, channel] of schedule.channels.entries()) {
      if (channel === "console" || Object.hasOwn(config.destinations, channel)) continue
      mistakes.push({
        path: ["schedules", index, "channels", at],
        issue: `console or a destination: ${Object.keys(config.destinations).join(", ") || "there is none"}`
      })
    }
    const source = config.sources[config.universes[schedule.universe]?.source ?? ""]
    const base = schedule.lower === null ? "trading" : "lower"
    if (source?.kind === "sim" && timeframeMs(schedule[base] ?? schedule.trading) < timeframeMs("5m")) {
      mistakes.push({
        path: ["schedules", index, base],
        issue: "5m or longer, the shortest bars of a simulated market"
      })
    }
  }
  for (const [name, universe] of Object.entries(config.universes)) {
    for (const { issue, path } of [...sourceMistakes(config.sources, universe), ...eventMistakes(universe)]) {
      mistakes.push({ path: ["universes", name, ...path], issue })
    }
    const symbols = new Set<string>()
    for (const [index, { symbol }] of universe.instruments.entries()) {
      if (symbols.has(symbol)) {
        mistakes.push({
          path: ["universes", name, "instruments", index, "symbol"],
          issue: "a symbol once in a universe"
        })
      }
      symbols.add(symbol)
      if (config.sources[universe.source]?.kind === "sim" && !symbol.startsWith("SIM-")) {
        mistakes.push({
          path: ["universes", name, "instruments", index, "symbol"],
          issue: "a symbol that begins with SIM-, since its prices are simulated"
        })
      }
    }
  }
  if (Object.hasOwn(config.destinations, "console")) {
    mistakes.push({ path: ["destinations", "console"], issue: "another name, since the console is always there" })
  }
  if (!isTimeZone(config.timeZone)) {
    mistakes.push({ path: ["timeZone"], issue: "an IANA time zone such as UTC or Europe/Zurich" })
  }
  return mistakes
}))
export type Config = typeof Config.Type

/** Gives `dgas.config.ts` its types. The value is decoded when it is loaded. */
export const defineConfig = (config: typeof Config.Encoded): typeof Config.Encoded => config

/** The configuration was not usable; `detail` has a line a mistake, with its path, what was found and what is expected. */
export class ConfigInvalid extends Schema.TaggedError<ConfigInvalid>()("ConfigInvalid", {
  file: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return this.detail.split("\n").map((line) => `${this.file}: ${line}`).join("\n")
  }
}

/** Paths whose values no message shows, and what may be meant for one of them: a secret in place of its variable's name, too. */
const secrets = /^dead.?man\w*(\.url)?$|^destinations\b.*(variable|(?<!base)url|token|secret|key)$/i

const decode = Schema.decodeUnknownEffect(Config, { errors: "all", onExcessProperty: "error" })

/** Decodes the value that `file` exported. Unknown keys are mistakes too. Fails with every mistake, one a line. */
export const decodeConfig = (file: string, value: unknown): Effect.Effect<Config, ConfigInvalid> =>
  decode(value).pipe(
    Effect.mapError((error) =>
      new ConfigInvalid({ file, detail: mistakeLines(error.issue, value, secrets).join("\n") })
    )
  )
