import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Config, decodeConfig } from "../src/Config.ts"

const base = {
  sources: { sim: { kind: "sim" } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "30m" }]
}

const decoded = (more: object): Config => Effect.runSync(decodeConfig("test", { ...base, ...more }))
const mistake = (more: object): string =>
  Effect.runSync(Effect.flip(decodeConfig("test", { ...base, ...more }))).message

describe("health and deadMan of a configuration", () => {
  test("are off unless told", () => {
    expect(decoded({})).toMatchObject({ health: { port: null, host: "127.0.0.1" }, deadMan: null })
  })

  test.each([
    "https://ping.example/planted-secret",
    "http://127.0.0.1:9/planted-secret",
    "http://[::1]/planted-secret",
    "http://localhost/planted-secret"
  ])("take %s, and show it to nobody", (url) => {
    const config = decoded({ deadMan: { url } })
    expect(Redacted.value(config.deadMan!.url)).toBe(url)
    expect(config.deadMan!.method).toBe("GET")
    expect(JSON.stringify(config) + Bun.inspect(config) + String(config.deadMan!.url)).not.toContain("planted-secret")
  })

  test.each([
    [{ deadMan: { url: "http://ping.example/planted-secret" } }, "deadMan.url: found a secret, expected an https URL"],
    [{ deadMan: { url: "ftp://127.0.0.1/planted-secret" } }, "deadMan.url: found a secret, expected an https URL"],
    [{ deadMan: "https://ping.example/planted-secret" }, "deadMan: found a secret, expected object"],
    [{ deadMan: { url: ["planted-secret"] } }, "deadMan.url: found a secret, expected string"],
    [{ deadMan: { url: "https://ping.example/planted-secret", method: "PUT" } }, "deadMan.method: found \"PUT\""],
    [{ deadman: { url: "https://ping.example/planted-secret" } }, "deadman: found a secret, expected no such key"],
    [{ health: { port: 70_000 } }, "health.port: found 70000"]
  ])("refuse %j in a line without what may be a secret", (more, expected) => {
    expect(mistake(more)).toContain(expected)
    expect(mistake(more)).not.toContain("planted-secret")
  })
})
