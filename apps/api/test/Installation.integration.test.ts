/** Health and the configuration. */
import { DbClock } from "@dgas/db/DbClock"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { describe, expect } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { configInput, get, it, listening, listeningBy } from "./apiWorld.ts"

interface Check {
  readonly check: string
  readonly ok: boolean
  readonly found: string
}

describe("health", () => {
  it.live("tells what is wrong on an empty database, a line a check", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const { json, status } = yield* get(`${url}/v1/health`)
      expect(status).toBe(200)
      expect(json.ok).toBe(false)
      const checks = new Map((json.items as ReadonlyArray<Check>).map((one) => [one.check, one]))
      expect(checks.get("database")).toMatchObject({ ok: true })
      expect(checks.get("worker")).toMatchObject({ ok: false, found: "no worker has run on this database yet" })
      expect(checks.get("bars")).toMatchObject({ ok: false, subject: "sim 30m" })
      expect(checks.get("runs")).toMatchObject({ ok: true, subject: "desk" })
      expect(checks.get("messages")).toMatchObject({ ok: true, value: 0, unit: "messages" })
      const now = yield* (yield* DbClock).now
      yield* (yield* SchedulerStateStore).update({ status: "IDLE", nextScheduledRun: now })
      const after = yield* get(`${url}/v1/health`)
      expect(after.json.items.find(({ check }: Check) => check === "worker")).toMatchObject({ ok: true })
    }))
})

const planted = {
  EODHD_API_TOKEN: "pl4nted.eodhd.token",
  HOOK_URL: "https://example.com/pl4nted-hook-path/of-it",
  HOOK_SECRET: `whsec_${Buffer.from("pl4nted-secret-of-the-hook-itself").toString("base64")}`,
  SLACK_BOT_TOKEN: "xoxb-pl4nted-slack",
  DATABASE_URL: "postgres://user:pl4nted-password@example.com/db"
}

describe("the configuration", () => {
  it.live("is shown as it is in force", () =>
    Effect.gen(function*() {
      const { json, status } = yield* get(`${yield* listening}/v1/config`)
      expect(status).toBe(200)
      expect(json).toMatchObject({
        timeZone: "America/New_York",
        schedules: [{ name: "desk", higher: "4h", catchUp: "all" }],
        retention: { runsLive: null }
      })
    }))

  it.live("has no secret of this process, also where one was put into it", () =>
    Effect.gen(function*() {
      const hook = { kind: "webhook", urlVariable: "HOOK_URL", secretVariable: "HOOK_SECRET" }
      const url = yield* listeningBy({
        ...configInput,
        sources: { ...configInput.sources, eodhd: { kind: "eodhd", tokenVariable: "EODHD_API_TOKEN" } },
        destinations: {
          hook,
          told: { ...hook, body: `{"passphrase": "${planted.HOOK_SECRET}"}` },
          slack: { kind: "slack", channel: planted.SLACK_BOT_TOKEN },
          mail: { kind: "email", from: "a@example.com", to: ["b@example.com"] }
        },
        deadMan: { url: "https://example.com/pl4nted-dead-man-path" }
      })
      const { json, text } = yield* get(`${url}/v1/config`)
      expect(text).not.toContain("pl4nted")
      for (const secret of Object.values(planted)) expect(text).not.toContain(secret)
      expect(json.deadMan).toEqual({ url: "hidden", method: "GET" })
      expect(json.destinations).toMatchObject({
        hook: { urlVariable: "HOOK_URL", secretVariable: "HOOK_SECRET" },
        mail: { from: "a@example.com" }
      })
    }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: planted })))))
})
