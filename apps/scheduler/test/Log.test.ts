import { decodeConfig } from "@dgas/domain/Config"
import { hiding } from "@dgas/notify/Secrets"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestConsole from "effect/testing/TestConsole"
import * as Log from "../src/Log.ts"

const it = effectTest(Layer.empty)

const words = Effect.gen(function*() {
  yield* Effect.logInfo("one")
  yield* Effect.logDebug("not told")
  yield* Effect.logWarning("two", { password: "x" }, 2)
  yield* Effect.logError("three", Cause.die(new Error("four")))
}).pipe(Effect.annotateLogs({ schedule: "pairs", ms: 12, password: "planted", text: { not: "plain" } }))

describe("a log for people", () => {
  it.effect("has plain lines, and warnings and errors on standard error", () =>
    Effect.gen(function*() {
      yield* Effect.provide(words, Log.layer("human", (text) => text))
      expect(yield* TestConsole.logLines).toEqual(["one"])
      const errors = yield* TestConsole.errorLines
      expect(errors[0]).toBe("warning: two 2")
      expect(errors[1]).toStartWith("error: three\nError: four")
    }))
})

describe("a log for programs", () => {
  it.effect("has one object a line, of which every field is meant to be there", () =>
    Effect.gen(function*() {
      yield* Effect.provide(words, Log.layer("json", (text) => text))
      expect(yield* TestConsole.errorLines).toEqual([])
      const lines = (yield* TestConsole.logLines).map(String)
      expect(lines.every((line) => !line.includes("\n"))).toBe(true)
      const [first, second, third] = lines.map((line): Record<string, unknown> => JSON.parse(line))
      expect(first).toEqual({
        time: "1970-01-01T00:00:00.000Z",
        level: "info",
        message: "one",
        schedule: "pairs",
        ms: 12
      })
      expect(second).toMatchObject({ level: "warn", message: "two 2" })
      expect(third).toMatchObject({ level: "error", error: expect.stringContaining("four") })
    }))
})

describe("secrets of a process", () => {
  const planted = {
    DATABASE_URL: "postgres://dgas:planted%2Fpassword@db.example/dgas",
    EODHD_API_TOKEN: "planted-token",
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://user:planted-collector@collector.example",
    OTEL_EXPORTER_OTLP_HEADERS: "x-api-key=planted-key,x-other=planted%20other",
    HOOK_URL: "https://hook.example/in/planted-path-of-a-hook?sig=planted-sign",
    HOOK_SECRET: "whsec_plantedplantedplanted",
    RESEND_API_KEY: "re_planted",
    DISCORD_URL: "https://discord.example/api/webhooks/123456789012345678/planted-discord-token",
    SLACK_BOT_TOKEN: "xoxb-planted",
    TELEGRAM_BOT_TOKEN: "123456:planted"
  }
  const config = Effect.runSync(decodeConfig("test", {
    sources: { sim: { kind: "sim" }, eodhd: { kind: "eodhd" } },
    universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
    schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "30m" }],
    destinations: {
      hook: { kind: "webhook", urlVariable: "HOOK_URL", secretVariable: "HOOK_SECRET" },
      mail: { kind: "email", from: "a@example.com", to: ["b@example.com"] },
      server: { kind: "discord", urlVariable: "DISCORD_URL" },
      team: { kind: "slack", channel: "C1" },
      group: { kind: "telegram", chat: "1" }
    },
    deadMan: { url: "https://ping.example/checks/0b1c2d3e-planted-address?key=planted-parameter" }
  }))

  it.effect("are taken out of whatever is printed, also in parts and escaped", () =>
    Effect.gen(function*() {
      const hide = yield* Effect.provide(hiding(config), ConfigProvider.layer(ConfigProvider.fromUnknown(planted)))
      const said = [
        "planted%2Fpassword",
        "planted/password",
        "planted-token",
        "planted-collector",
        "planted-key",
        "planted other",
        "0b1c2d3e-planted-address",
        "planted-parameter",
        "planted-path-of-a-hook",
        "/in/planted-path-of-a-hook?sig=planted-sign",
        "whsec_plantedplantedplanted",
        "plantedplantedplanted",
        "re_planted",
        "planted-discord-token",
        "xoxb-planted",
        "123456:planted",
        "https://ping.example/checks/0b1c2d3e-planted-address?key=planted-parameter"
      ]
      for (const one of said) expect(hide(`<${one}> "${one}"`)).toBe("<<secret>> \"<secret>\"")
      yield* Effect.logError(`said ${said.join(" ")}`, Cause.die(new Error(`threw ${said.join(" ")}`))).pipe(
        Effect.annotateLogs({ text: said.join(" ") }),
        Effect.provide(Log.layer("json", hide))
      )
      const [line] = yield* TestConsole.logLines
      expect(String(line)).not.toContain("planted")
    }))

  it.effect("are not found in words: what is short is no secret", () =>
    Effect.gen(function*() {
      const env = ConfigProvider.layer(
        ConfigProvider.fromUnknown({ DATABASE_URL: "postgres://dgas:dgas@localhost/dgas" })
      )
      const hide = yield* Effect.provide(hiding({ ...config, deadMan: null }), env)
      expect(hide("dgas and its checks")).toBe("dgas and its checks")
    }))
})
