/**
 * Who is told, by which channel, and of what: the destinations of a configuration.
 *
 * Addresses, keys and tokens are not in the configuration: it names the environment variables that hold them.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { InstrumentSymbol } from "./Instrument.ts"
import { SignalType, Tier } from "./Signal.ts"
import { isTimeZone } from "./TimeZone.ts"

/** Ways to tell somebody. */
export const ChannelName = Schema.Literals([
  "console",
  "email",
  "webhook",
  "desktop",
  "discord",
  "slack",
  "telegram"
])
export type ChannelName = typeof ChannelName.Type

const Unit = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Variable = Schema.String.check(
  Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_]*$/, { expected: "the name of an environment variable" })
)
const WallTime = Schema.String.check(
  Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$/, { expected: "a time of day such as 22:00" })
)
const Zone = Schema.String.check(
  Schema.makeFilter((zone) => isTimeZone(zone) || "an IANA time zone such as UTC or Europe/Zurich")
)

/** When a destination wants to rest: what comes then waits until `until`, unless it is urgent. Both by the zone's clock. */
export const QuietHours = Schema.Struct({
  from: WallTime,
  until: WallTime,
  /** Null for the zone of the configuration. */
  timeZone: Schema.NullOr(Zone).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  /** What is told all the same: entries of at least this confidence (null for none), and exits, and critical alarms. */
  urgentConfidence: Schema.NullOr(Unit).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.9))),
  urgentExits: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(true)))
}).check(Schema.makeFilter(({ from, until }) => from !== until || { path: ["until"], issue: "another time than from" }))
export type QuietHours = typeof QuietHours.Type

/** What a destination wants to hear. */
const wishes = (
  usual: { readonly minConfidence: number; readonly maxPerRun?: number; readonly ratePerSecond: number }
) => ({
  /** An entry below it is not for this destination. An exit is told whatever its score: somebody may hold the position. */
  minConfidence: Unit.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual.minConfidence))),
  /** Only these symbols; empty means all. */
  symbols: Schema.Array(InstrumentSymbol).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  types: Schema.Array(SignalType).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"] as const))
  ),
  /** Only entries of these tiers; empty means all. */
  tiers: Schema.Array(Tier).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** Whether level events are told. */
  levelEvents: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
  /** Whether it is told what became of the signals that it was told of. */
  outcomes: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** Which alarms about the system itself are told. */
  alarms: Schema.Literals(["all", "critical", "none"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("all" as const))
  ),
  /** An entry that repeats the direction last told of its symbol is kept as suppressed. */
  transitionOnly: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  /** After an entry of a symbol and direction, others of both are kept as suppressed for so long. */
  coolDownMinutes: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_080 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(0))
  ),
  quietHours: Schema.NullOr(QuietHours).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  /** Of a run no more entries than these, the ones of highest confidence; null for all. */
  maxPerRun: Schema.NullOr(Count).pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual.maxPerRun ?? null))),
  /** Messages a second at most, in the long run. */
  ratePerSecond: Schema.Finite.check(Schema.isBetween({ minimum: 0.01, maximum: 100 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(usual.ratePerSecond))
  ),
  /** Whether messages tell how often the next bar reached such a level, over the stored history. */
  baseRates: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(true)))
})

const isWeb = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

/** The service itself unless told; http only to this machine, and only where `delivery.allowLoopback` says so. */
const service = (url: string) =>
  Schema.String.check(Schema.makeFilter((text) => isWeb(text) || "an http or https URL")).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(url))
  )

const Mailbox = Schema.String.check(
  Schema.isPattern(/^([^<>@]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
    expected: "an address such as a@example.com or Name <a@example.com>"
  })
)

export const WebhookConfig = Schema.Struct({
  kind: Schema.Literal("webhook"),
  /** Holds the URL. */
  urlVariable: Variable,
  /** Holds the secret, `whsec_` and base64, by which bodies are signed. */
  secretVariable: Variable,
  /** The secret before, while receivers change over: both sign until 24 hours after `rotatedAt`. */
  rotation: Schema.NullOr(Schema.Struct({
    oldSecretVariable: Variable,
    rotatedAt: Schema.String.check(
      Schema.makeFilter((text) => !Number.isNaN(Date.parse(text)) || "an ISO instant such as 2026-01-31T12:00Z")
    )
  })).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  /** A text body with `{{placeholders}}`, one message a signal, instead of JSON; null for JSON. */
  body: Schema.NullOr(Schema.NonEmptyString).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  ...wishes({ minConfidence: 0.6, ratePerSecond: 5 })
})

export const EmailConfig = Schema.Struct({
  kind: Schema.Literal("email"),
  from: Mailbox,
  to: Schema.NonEmptyArray(Mailbox).check(Schema.isMaxLength(50)),
  /** Holds the key of Resend. */
  keyVariable: Variable.pipe(Schema.withDecodingDefaultKey(Effect.succeed("RESEND_API_KEY"))),
  baseUrl: service("https://api.resend.com"),
  ...wishes({ minConfidence: 0.7, ratePerSecond: 2 })
})

export const DesktopConfig = Schema.Struct({
  kind: Schema.Literal("desktop"),
  ...wishes({ minConfidence: 0.8, maxPerRun: 3, ratePerSecond: 1 })
})

export const DiscordConfig = Schema.Struct({
  kind: Schema.Literal("discord"),
  /** Holds the webhook's URL, which is a secret as a whole. */
  urlVariable: Variable,
  ...wishes({ minConfidence: 0.6, ratePerSecond: 1 })
})

export const SlackConfig = Schema.Struct({
  kind: Schema.Literal("slack"),
  /** Holds the token of a bot that may write to the channel. */
  tokenVariable: Variable.pipe(Schema.withDecodingDefaultKey(Effect.succeed("SLACK_BOT_TOKEN"))),
  /** The channel's id, such as C0123456789. */
  channel: Schema.NonEmptyString,
  baseUrl: service("https://slack.com/api"),
  ...wishes({ minConfidence: 0.6, ratePerSecond: 1 })
})

export const TelegramConfig = Schema.Struct({
  kind: Schema.Literal("telegram"),
  tokenVariable: Variable.pipe(Schema.withDecodingDefaultKey(Effect.succeed("TELEGRAM_BOT_TOKEN"))),
  /** Number of a chat, or @name of a channel. */
  chat: Schema.NonEmptyString,
  baseUrl: service("https://api.telegram.org"),
  ...wishes({ minConfidence: 0.6, ratePerSecond: 1 })
})

export const DestinationConfig = Schema.Union([
  WebhookConfig,
  EmailConfig,
  DesktopConfig,
  DiscordConfig,
  SlackConfig,
  TelegramConfig
])
export type DestinationConfig = typeof DestinationConfig.Type

/** The console of a worker: a destination that is always there. */
export const ConsoleConfig = Schema.Struct({
  ...wishes({ minConfidence: 0, ratePerSecond: 100 }),
  baseRates: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})
export type ConsoleConfig = typeof ConsoleConfig.Type

/** What every destination says of what it wants to hear. */
export type Wishes = Pick<ConsoleConfig, keyof ReturnType<typeof wishes>>

export const DeliveryConfig = Schema.Struct({
  /** Whether destinations may be on this machine, by http too. All other addresses of networks of one's own stay refused. */
  allowLoopback: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})
export type DeliveryConfig = typeof DeliveryConfig.Type
