import { type Config, type ConfigInvalid, decodeConfig, defineConfig } from "@dgas/domain/Config"
import { defaultRules } from "@dgas/domain/Rules"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"

const good = defineConfig({
  sources: { live: { kind: "binance" }, files: { kind: "csv", folder: "bars" } },
  universes: { crypto: { source: "live", calendar: "24/7", instruments: [{ symbol: "BTCUSDT" }] } },
  schedules: [{ name: "crypto-30m", universe: "crypto", trading: "30m", higher: "4h" }]
})

const chat = { kind: "telegram", chat: "42" } as const

const decoded = (value: unknown): Config => Effect.runSync(decodeConfig("dgas.config.ts", value))
const refused = (value: unknown): ConfigInvalid => Effect.runSync(Effect.flip(decodeConfig("dgas.config.ts", value)))
const lines = (value: unknown): ReadonlyArray<string> => refused(value).detail.split("\n")

describe("decodeConfig", () => {
  test("fills in what a configuration leaves out", () => {
    const config = decoded(good)
    expect(config.timeZone).toBe("UTC")
    expect(config.migrate).toBe(false)
    expect(config.sources["live"]).toEqual({
      kind: "binance",
      baseUrl: "https://data-api.binance.vision",
      settleMs: 3000
    })
    expect(config.universes["crypto"]).toEqual({
      source: "live",
      fallbacks: [],
      calendar: "24/7",
      grid: "session",
      basis: "raw",
      instruments: [{ symbol: "BTCUSDT", tick: null, costs: { spreadPct: 0, feePct: 0 } }],
      events: {}
    })
    expect(config.schedules[0]).toEqual({
      name: "crypto-30m",
      universe: "crypto",
      trading: "30m",
      higher: "4h",
      lower: null,
      filters: {
        minConfidence: 0,
        minAlignment: 0,
        minStrength: 0,
        patterns: [],
        types: ["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"],
        duplicateMinutes: 60,
        maxSignals: 50
      },
      alerts: [],
      settleMs: null,
      catchUp: "all",
      maxLatenessHours: 72,
      channels: ["console"]
    })
    expect(config.calendars).toEqual({})
    expect(config.rules).toEqual(defaultRules)
    expect(config.channels.console).toMatchObject({ minConfidence: 0, baseRates: false, alarms: "all" })
  })

  test("takes days off and other hours of a calendar, and fills in those it leaves out", () => {
    const calendars = { XNYS: { closed: ["2026-12-24"], early: { "2026-11-27": "13:00" } } }
    expect(decoded({ ...good, calendars }).calendars).toEqual({ XNYS: { ...calendars.XNYS, open: {} } })
  })

  test("fills in what a destination leaves out, by its kind", () => {
    const destinations = {
      mail: { kind: "email", from: "dgas <dgas@example.com>", to: ["a@example.com"] },
      phone: { ...chat, quietHours: { from: "22:00", until: "07:00" } },
      screen: { kind: "desktop" }
    }
    const config = decoded({ ...good, destinations, schedules: [{ ...good.schedules[0], channels: ["phone"] }] })
    expect(config.schedules[0].channels).toEqual(["phone"])
    expect(config.delivery).toEqual({ allowLoopback: false })
    expect(config.destinations["mail"]).toEqual({
      kind: "email",
      from: "dgas <dgas@example.com>",
      to: ["a@example.com"],
      keyVariable: "RESEND_API_KEY",
      baseUrl: "https://api.resend.com",
      minConfidence: 0.7,
      symbols: [],
      types: ["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"],
      tiers: [],
      levelEvents: true,
      outcomes: false,
      alarms: "all",
      transitionOnly: false,
      coolDownMinutes: 0,
      quietHours: null,
      maxPerRun: null,
      ratePerSecond: 2,
      baseRates: true
    })
    expect(config.destinations["phone"]).toMatchObject({
      tokenVariable: "TELEGRAM_BOT_TOKEN",
      minConfidence: 0.6,
      quietHours: { from: "22:00", until: "07:00", timeZone: null, urgentConfidence: 0.9, urgentExits: true }
    })
    expect(config.destinations["screen"]).toMatchObject({ minConfidence: 0.8, maxPerRun: 3 })
  })

  const schedule = good.schedules[0]
  const kinds = ["binance", "coinbase", "kraken", "yahoo", "eodhd", "csv", "parquet", "vega", "sim"]
    .map((kind) => `"${kind}"`).join(" | ")
  const cases: ReadonlyArray<readonly [name: string, value: unknown, line: string]> = [
    ["a value of the wrong type", { ...good, timeZone: 3 }, "timeZone: found 3, expected string"],
    [
      "a zone that does not exist",
      { ...good, timeZone: "Mars/Olympus" },
      "timeZone: found \"Mars/Olympus\", expected an IANA time zone such as UTC or Europe/Zurich"
    ],
    [
      "an unknown timeframe inside a list",
      { ...good, schedules: [{ ...schedule, higher: "3h" }] },
      "schedules[0].higher: found \"3h\", expected \"1m\" | \"5m\" | \"15m\" | \"30m\" | \"1h\" | \"4h\" | \"1d\" | \"1w\""
    ],
    [
      "a higher timeframe that is too near",
      { ...good, schedules: [{ ...schedule, higher: "1h" }] },
      "schedules[0].higher: found \"1h\", expected at least three times the trading timeframe 30m"
    ],
    [
      "a level of a timeframe that the schedule does not have",
      { ...good, schedules: [{ ...schedule, alerts: [{ level: "envelopeTop", timeframe: "1d", on: "touch" }] }] },
      "schedules[0].alerts[0].timeframe: found \"1d\", expected a timeframe of the schedule: 4h, 30m"
    ],
    [
      "a zone of another timeframe than the trading one",
      { ...good, schedules: [{ ...schedule, alerts: [{ level: "zone", timeframe: "4h", on: "enter" }] }] },
      "schedules[0].alerts[0].timeframe: found \"4h\", expected a timeframe of the schedule: 30m"
    ],
    [
      "a level of a symbol that the universe does not have",
      {
        ...good,
        schedules: [{
          ...schedule,
          alerts: [{ level: "envelope", timeframe: "4h", on: "exit", symbols: ["BTCUSDT", "XYZ"] }]
        }]
      },
      "schedules[0].alerts[0].symbols[1]: found \"XYZ\", expected a symbol of the universe crypto"
    ],
    [
      "a lower timeframe that is not below",
      { ...good, schedules: [{ ...schedule, lower: "30m" }] },
      "schedules[0].lower: found \"30m\", expected a timeframe below the trading timeframe 30m, or null"
    ],
    [
      "a lower timeframe of a wrong word",
      { ...good, schedules: [{ ...schedule, lower: "2m" }] },
      "schedules[0].lower: found \"2m\", expected \"1m\" | \"5m\" | \"15m\" | \"30m\" | \"1h\" | \"4h\" | \"1d\" | \"1w\""
    ],
    [
      "an unknown key",
      { ...good, schedule: [] },
      "schedule: found [], expected no such key, only timeZone, migrate, sources, universes, schedules, calendars, rules, channels, destinations, delivery, sla, retention, health, deadMan, api"
    ],
    [
      "a host of the API with its scheme",
      { ...good, api: { hosts: ["https://dgas.example.org"] } },
      "api.hosts[0]: found \"https://dgas.example.org\", expected a host name in lower case such as dgas.example.org, with its port where Origin has one"
    ],
    [
      "a proxy of the API that is no address",
      { ...good, api: { proxies: ["10.0.0.1", "10.0.0.0/33"] } },
      "api.proxies[1]: found \"10.0.0.0/33\", expected an address such as 10.0.0.1 or a network such as 172.18.0.0/16"
    ],
    [
      "an API without limits",
      { ...good, api: { limits: { perMinute: { anonymous: 0 } } } },
      "api.limits.perMinute.anonymous: found 0, expected a value between 1 and 1000000"
    ],
    [
      "overrides of an unknown calendar",
      { ...good, calendars: { XPAR: {} } },
      "calendars.XPAR: found {}, expected no such key, only 24/7, XNYS, 24-5, FX, CMES, XLON, XETR, XTKS"
    ],
    [
      "a closed day that is no date",
      { ...good, calendars: { XNYS: { closed: ["2026-12-24", "2026-02-30"] } } },
      "calendars.XNYS.closed[1]: found \"2026-02-30\", expected a date YYYY-MM-DD"
    ],
    [
      "an early close on no date",
      { ...good, calendars: { XNYS: { early: { "27 November": "13:00" } } } },
      "calendars.XNYS.early[\"27 November\"]: found \"13:00\", expected as key a date YYYY-MM-DD"
    ],
    [
      "a late open at no time",
      { ...good, calendars: { XNYS: { open: { "2026-11-27": "24:00" } } } },
      "calendars.XNYS.open[\"2026-11-27\"]: found \"24:00\", expected a time HH:MM"
    ],
    [
      "an unknown way to override a calendar",
      { ...good, calendars: { XNYS: { late: {} } } },
      "calendars.XNYS.late: found {}, expected no such key, only closed, early, open"
    ],
    [
      "an unknown rule",
      { ...good, rules: { geometry: { envelop: "atr" } } },
      "rules.geometry.envelop: found \"atr\", expected no such key, only dot, envelope"
    ],
    [
      "a missing key",
      { ...good, sources: { files: { kind: "csv" }, live: { kind: "sim" } } },
      "sources.files.folder: found nothing, expected string"
    ],
    [
      "a source of an unknown kind",
      { ...good, sources: { live: { kind: "binanc" } } },
      `sources.live.kind: found "binanc", expected ${kinds}`
    ],
    [
      "a source without a kind",
      { ...good, sources: { live: {} } },
      `sources.live.kind: found nothing, expected ${kinds}`
    ],
    [
      "a name that is none",
      { ...good, sources: { ...good.sources, "My Files": { kind: "sim" } } },
      "sources[\"My Files\"]: found {\"kind\":\"sim\"}, expected as key a name of a-z, 0-9 and -"
    ],
    [
      "a universe that names no source",
      { ...good, sources: { other: { kind: "sim" } } },
      "universes.crypto.source: found \"live\", expected a source: other"
    ],
    [
      "a universe that names an inherited property",
      { ...good, universes: { crypto: { ...good.universes["crypto"], source: "constructor" } } },
      "universes.crypto.source: found \"constructor\", expected a source: live, files"
    ],
    [
      "a schedule that names no universe",
      { ...good, schedules: [{ ...schedule, universe: "stocks" }] },
      "schedules[0].universe: found \"stocks\", expected a universe: crypto"
    ],
    [
      "a schedule named twice",
      { ...good, schedules: [schedule, schedule] },
      "schedules[1].name: found \"crypto-30m\", expected a name that no schedule before it has"
    ],
    [
      "a symbol named twice",
      {
        ...good,
        universes: { crypto: { ...good.universes["crypto"], instruments: [{ symbol: "A" }, { symbol: "A" }] } }
      },
      "universes.crypto.instruments[1].symbol: found \"A\", expected a symbol once in a universe"
    ],
    [
      "no instruments",
      { ...good, universes: { crypto: { ...good.universes["crypto"], instruments: [] } } },
      "universes.crypto.instruments: found [], expected a list of at least one"
    ],
    [
      "a tick that JSON cannot say",
      { ...good, universes: { crypto: { ...good.universes["crypto"], instruments: [{ symbol: "A", tick: NaN }] } } },
      "universes.crypto.instruments[0].tick: found NaN, expected a finite number and a value greater than 0"
    ],
    [
      "a channel of which nothing is known",
      { ...good, schedules: [{ ...schedule, channels: ["console", "desk"] }] },
      "schedules[0].channels[1]: found \"desk\", expected console or a destination: there is none"
    ],
    [
      "a channel that is another destination",
      { ...good, destinations: { phone: chat }, schedules: [{ ...schedule, channels: ["fone"] }] },
      "schedules[0].channels[0]: found \"fone\", expected console or a destination: phone"
    ],
    [
      "a channel that is an inherited property",
      { ...good, destinations: { phone: chat }, schedules: [{ ...schedule, channels: ["constructor"] }] },
      "schedules[0].channels[0]: found \"constructor\", expected console or a destination: phone"
    ],
    [
      "a destination named as the console",
      { ...good, destinations: { console: chat } },
      "destinations.console: found {\"kind\":\"telegram\",\"chat\":\"42\"}, expected another name, since the console is always there"
    ],
    [
      "a destination of an unknown kind",
      { ...good, destinations: { phone: { kind: "sms" } } },
      "destinations.phone.kind: found \"sms\", expected \"webhook\" | \"email\" | \"desktop\" | \"discord\" | \"slack\" | \"telegram\""
    ],
    [
      "a variable that no environment can have",
      { ...good, destinations: { desk: { kind: "discord", urlVariable: "https://example.com/hook" } } },
      "destinations.desk.urlVariable: found a secret, expected the name of an environment variable"
    ],
    [
      "a token where its variable should be named",
      { ...good, destinations: { phone: { ...chat, token: "42:abc" } } },
      "destinations.phone.token: found a secret, expected no such key, only kind, tokenVariable, chat, baseUrl, minConfidence, symbols, types, tiers, levelEvents, outcomes, alarms, transitionOnly, coolDownMinutes, quietHours, maxPerRun, ratePerSecond, baseRates"
    ],
    [
      "a webhook without a secret",
      { ...good, destinations: { desk: { kind: "webhook", urlVariable: "DESK_URL" } } },
      "destinations.desk.secretVariable: found nothing, expected string"
    ],
    [
      "a letter to nobody",
      { ...good, destinations: { mail: { kind: "email", from: "dgas@example.com", to: [] } } },
      "destinations.mail.to: found [], expected a list of at least one"
    ],
    [
      "quiet hours of no length",
      { ...good, destinations: { phone: { ...chat, quietHours: { from: "22:00", until: "22:00" } } } },
      "destinations.phone.quietHours.until: found \"22:00\", expected another time than from"
    ],
    [
      "quiet hours at no time of day",
      { ...good, destinations: { phone: { ...chat, quietHours: { from: "24:00", until: "07:30" } } } },
      "destinations.phone.quietHours.from: found \"24:00\", expected a time of day such as 22:00"
    ],
    [
      "quiet hours of a zone that does not exist",
      { ...good, channels: { console: { quietHours: { from: "22:00", until: "07:00", timeZone: "Mars/Olympus" } } } },
      "channels.console.quietHours.timeZone: found \"Mars/Olympus\", expected an IANA time zone such as UTC or Europe/Zurich"
    ],
    ["a value that is no configuration", 5, "the configuration: found 5, expected object"],
    ["a function", () => good, "the configuration: found a function, expected object"]
  ]
  for (const [name, value, line] of cases) {
    test(`names path, found and expected of ${name}`, () => {
      expect(lines(value)).toEqual([line])
    })
  }

  test("has one line for each mistake, each of which names the file", () => {
    const error = refused({
      ...good,
      timeZone: 3,
      rules: { pushBars: 0.5, waveBars: 0 },
      schedules: [{ ...schedule, name: "Crypto", colour: "red" }]
    })
    expect(error.message.split("\n").toSorted()).toEqual([
      "dgas.config.ts: rules.pushBars: found 0.5, expected an integer",
      "dgas.config.ts: rules.waveBars: found 0, expected a value greater than 0",
      "dgas.config.ts: schedules[0].colour: found \"red\", expected no such key, only name, universe, trading, higher, lower, filters, settleMs, catchUp, maxLatenessHours, channels, alerts",
      "dgas.config.ts: schedules[0].name: found \"Crypto\", expected a name of a-z, 0-9 and -",
      "dgas.config.ts: timeZone: found 3, expected string"
    ])
  })

  test("tells all references that lead nowhere at once", () => {
    expect(lines({
      ...good,
      sources: { other: { kind: "sim" } },
      schedules: [{ ...schedule, universe: "a" }, { ...schedule, universe: "b" }]
    })).toEqual([
      "schedules[0].universe: found \"a\", expected a universe: crypto",
      "schedules[1].name: found \"crypto-30m\", expected a name that no schedule before it has",
      "schedules[1].universe: found \"b\", expected a universe: crypto",
      "universes.crypto.source: found \"live\", expected a source: other"
    ])
  })

  test("cuts a long value and survives one that contains itself", () => {
    const loop: Record<string, unknown> = { kind: "vega" }
    loop["self"] = loop
    expect(lines({ ...good, sources: { ...good.sources, "Loop": loop } })[0]).toStartWith(
      "sources.Loop: found {\"kind\":\"vega\",\"self\":\"seen above\"}, expected"
    )
    expect(lines({ ...good, timeZone: ["x".repeat(200)] })).toEqual([
      `timeZone: found ["${"x".repeat(55)}..., expected string`
    ])
  })
})
