import { decodeConfig } from "@dgas/domain/Config"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Destinations } from "../src/Destinations.ts"
import { secretsOf } from "../src/DestinationSecrets.ts"

const it = effectTest(Layer.empty)

const configOf = (destinations: object, allowLoopback = false) =>
  decodeConfig("test", {
    sources: { sim: { kind: "sim" } },
    universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
    schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "30m" }],
    delivery: { allowLoopback },
    destinations
  })

const every = {
  hook: {
    kind: "webhook",
    urlVariable: "HOOK_URL",
    secretVariable: "HOOK_SECRET",
    rotation: { oldSecretVariable: "HOOK_OLD", rotatedAt: "2026-01-05T12:00Z" }
  },
  mail: { kind: "email", from: "a@example.com", to: ["b@example.com"], minConfidence: 0.9 },
  screen: { kind: "desktop" },
  server: { kind: "discord", urlVariable: "DISCORD_URL" },
  team: { kind: "slack", channel: "C1" },
  group: { kind: "telegram", chat: "1" }
}

const secret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`

const environment = {
  HOOK_URL: "https://hook.example/planted-path",
  HOOK_SECRET: secret("a"),
  HOOK_OLD: secret("b"),
  RESEND_API_KEY: " re_planted \n",
  DISCORD_URL: "https://discord.example/api/webhooks/1/planted",
  SLACK_BOT_TOKEN: "xoxb-planted",
  TELEGRAM_BOT_TOKEN: "123456:planted_token-1"
}

const provided = (env: Readonly<Record<string, string>>) => ConfigProvider.layer(ConfigProvider.fromUnknown(env))

const madeOf = (destinations: object, env: Readonly<Record<string, string>>, allowLoopback = false) =>
  Effect.flatMap(
    configOf(destinations, allowLoopback),
    (config) => Effect.provide(Destinations, Destinations.layer(config).pipe(Layer.provide(provided(env))))
  )

describe("destinations", () => {
  it.effect("have a channel each, in the order of the configuration, and what they want to hear", () =>
    Effect.gen(function*() {
      const { all } = yield* madeOf(every, environment)
      expect(all.map(({ channel, name }) => [name, channel.channel])).toEqual([
        ["hook", "webhook"],
        ["mail", "email"],
        ["screen", "desktop"],
        ["server", "discord"],
        ["team", "slack"],
        ["group", "telegram"]
      ])
      expect(all[1]!.wishes.minConfidence).toBe(0.9)
      expect(all.filter(({ channel }) => channel.threads).map(({ name }) => name)).toEqual(["mail", "team", "group"])
    }))

  it.effect("say all variables that are not set, a line each", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(madeOf(every, { HOOK_OLD: secret("b"), SLACK_BOT_TOKEN: "  " }))
      expect(error.message.split("\n")).toEqual([
        "destination hook: HOOK_URL was not set, expected the URL of the webhook",
        "destination hook: HOOK_SECRET was not set, expected whsec_ and 24 to 64 bytes in base64",
        "destination mail: RESEND_API_KEY was not set, expected a key of Resend",
        "destination server: DISCORD_URL was not set, expected the URL of a webhook of Discord",
        "destination team: SLACK_BOT_TOKEN was not set, expected the token of a bot of Slack",
        "destination group: TELEGRAM_BOT_TOKEN was not set, expected the token of a bot such as 123456:ABC-DEF"
      ])
    }))

  it.effect("say what cannot be used of what is set, and not its value", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(madeOf({
        ...every,
        mail: { ...every.mail, baseUrl: "http://mail.example" }
      }, {
        ...environment,
        HOOK_SECRET: "whsec_planted",
        RESEND_API_KEY: "planted\nplanted",
        DISCORD_URL: "http://planted.example/planted",
        TELEGRAM_BOT_TOKEN: "123456:planted/../x"
      }))
      expect("mistakes" in error ? error.mistakes.map(({ destination, variable }) => [destination, variable]) : [])
        .toEqual([
          ["hook", "HOOK_SECRET"],
          ["mail", "RESEND_API_KEY"],
          ["mail", "baseUrl"],
          ["server", "DISCORD_URL"],
          ["group", "TELEGRAM_BOT_TOKEN"]
        ])
      expect(error.message).not.toContain("planted")
      expect(error.message).toContain(
        "DISCORD_URL cannot be used: it is http, expected https; expected the URL of a webhook of Discord"
      )
    }))

  it.effect("may be on this machine where the configuration says so", () =>
    Effect.gen(function*() {
      const env = { DISCORD_URL: "http://127.0.0.1:9/x" }
      const error = yield* Effect.flip(madeOf({ server: every.server }, env))
      expect(error.message).toContain("DISCORD_URL")
      expect((yield* madeOf({ server: every.server }, env, true)).all).toHaveLength(1)
    }))

  it.effect("tell all their secrets that are set, each once", () =>
    Effect.gen(function*() {
      const config = yield* configOf({ ...every, other: { kind: "slack", channel: "C2" } })
      const secrets = yield* Effect.provide(secretsOf(config), provided({ ...environment, HOOK_OLD: "" }))
      expect(secrets.map(Redacted.value).toSorted()).toEqual(
        Object.entries(environment).filter(([name]) => name !== "HOOK_OLD").map(([, value]) => value.trim()).toSorted()
      )
    }))
})
