/** `report deliveries`, `report notify` and `report mutes` as processes, over messages that a worker would have left. */
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { receiverServer } from "@dgas/testkit/ReceiverServer"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import { runReport } from "./runReport.ts"

const it = effectTest(TestDatabase.layer)

const config = `export default {
  delivery: { allowLoopback: true },
  sources: { s: { kind: "sim" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "pairs", universe: "u", trading: "30m", higher: "4h", channels: ["console", "desk"] }],
  destinations: {
    desk: { kind: "webhook", urlVariable: "DESK_URL", secretVariable: "DESK_SECRET" },
    spare: { kind: "webhook", urlVariable: "SPARE_URL", secretVariable: "DESK_SECRET", minConfidence: 0.9 }
  }
}`

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`

/** `report ARGS` in the folder of a project with two webhooks. */
const project = Effect.gen(function*() {
  const { url } = yield* TestDatabase
  const desk = yield* receiverServer()
  const cwd = temporaryFolder("report-deliveries")
  yield* Effect.promise(() => Bun.write(join(cwd, "dgas.config.ts"), config))
  const env = {
    DATABASE_URL: Redacted.value(url),
    USER: "ada",
    DESK_URL: `${desk.url}/hook/planted-token`,
    SPARE_URL: `${desk.url}/spare`,
    DESK_SECRET: secret
  }
  const run = (...args: ReadonlyArray<string>) => Effect.promise(() => runReport(args, { cwd, env }))
  return { desk, run }
})

const rows = (text: string): ReadonlyArray<Record<string, unknown>> => JSON.parse(text)

/** Of a destination that was disabled: a message that arrived, one that was refused, one that waits and one that was muted. */
const stored = Effect.gen(function*() {
  const { run } = yield* Sql
  yield* run("destination", (sql) =>
    sql`
      insert into destinations (name, channel, state, reason, failing_since, disabled_at)
      values ('desk', 'webhook', 'disabled', '410 gone', now() - interval '2 days', now() - interval '1 day')`)
  yield* run("messages", (sql) =>
    sql`
      insert into outbox (id, channel, destination, kind, payload, state, attempts, reason, finished_at) values
        ('m/arrived', 'webhook', 'desk', 'signals', '{}', 'done', 1, null, now()),
        ('m/dead', 'webhook', 'desk', 'signals', '{}', 'dead', 2, '400 no such field', now()),
        ('m/held', 'webhook', 'desk', 'signals', '{}', 'held', 1, 'the destination is disabled: 410 gone', null),
        ('m/muted', 'webhook', 'desk', 'signals', '{}', 'suppressed', 0, 'muted by ada: night', now())`)
  yield* run("tries", (sql) =>
    sql`
      insert into delivery_attempts (message_id, attempt, status, duration_ms, answer) values
        ('m/dead', 1, 500, 12, 'oops'), ('m/dead', 2, 400, 8, 'no such field'), ('m/held', 1, 410, 3, 'gone')`)
})

describe("report deliveries", () => {
  it.live(
    "tells what became of messages, of each try of one, and lets those go that did not arrive",
    () =>
      Effect.gen(function*() {
        const { run } = yield* project
        yield* stored
        const failed = yield* run("deliveries", "--failed", "--format", "json")
        expect(rows(failed.out).map(({ id, state, status }) => ({ id, state, status }))).toEqual(
          expect.arrayContaining([
            { id: "m/dead", state: "dead", status: 400 },
            { id: "m/held", state: "held", status: 410 }
          ])
        )
        expect(rows(failed.out).length).toBe(2)
        const table = (yield* run("deliveries", "--destination", "desk")).out
        expect(table).toContain("muted by ada: night")
        const one = (yield* run("deliveries", "show", "m/dead")).out
        expect(one).toContain("no such field")
        expect(one).toContain("oops")
        expect(yield* run("deliveries", "show", "m/none")).toMatchObject({ code: 1, out: "" })

        const arrived = yield* run("deliveries", "replay", "m/arrived")
        expect(arrived.code).toBe(1)
        expect(arrived.err).toContain("message m/arrived has arrived, and is not sent twice")
        expect((yield* run("deliveries", "replay")).code).toBe(2)
        expect((yield* run("deliveries", "replay", "m/dead")).code).toBe(0)
        const all = yield* run("deliveries", "replay", "--destination", "desk")
        expect(all.out).toContain("1 message goes out to desk")
        const waiting = rows((yield* run("deliveries", "--state", "pending", "--format", "json")).out)
        expect(waiting.map(({ id }) => id)).toEqual(expect.arrayContaining(["m/dead", "m/held"]))
        // A replay is meant: whoever was disabled is asked again.
        expect((yield* run("notify", "list")).out).toMatch(/desk +webhook +pairs +0\.60 +well/)
      }),
    60_000
  )
})

describe("report notify", () => {
  it.live(
    "lists every destination with its health, enables one, and sends a sample that tells its answer",
    () =>
      Effect.gen(function*() {
        const { desk, run } = yield* project
        yield* stored
        const list = rows((yield* run("notify", "list", "--format", "json")).out)
        expect(list).toMatchObject([
          {
            name: "desk",
            channel: "webhook",
            schedules: "pairs",
            state: "disabled",
            reason: "410 gone",
            waiting: 1,
            dead24h: 1
          },
          { name: "spare", channel: "webhook", schedules: "", state: "unknown", minConfidence: 0.9, waiting: 0 }
        ])
        expect((yield* run("notify", "enable", "spare")).code).toBe(1)
        expect((yield* run("notify", "enable", "desk")).out).toContain("desk is asked again")

        const sent = yield* run("notify", "test", "--channel", "desk")
        expect(sent).toMatchObject({ code: 0, err: "" })
        expect(sent.out).toContain("webhook desk took the sample in")
        expect(desk.received.length).toBe(1)
        expect(desk.received[0]!.body).toContain("SIM-SAMPLE")
        desk.answerAlways({ kind: "status", status: 401, body: "who are you, planted-token?" })
        const refused = yield* run("notify", "test", "--channel", "desk")
        expect(refused.code).toBe(1)
        expect(refused.err).toContain("webhook desk did not take the sample (unusable): status 401")
        expect(refused.err).not.toContain("planted-token")
        expect(yield* run("notify", "test", "--channel", "nobody")).toMatchObject({ code: 2 })
      }),
    60_000
  )
})

describe("report mutes", () => {
  it.live("adds one with its author and reason, lists it, and lifts it", () =>
    Effect.gen(function*() {
      const { run } = yield* project
      const added = yield* run(
        "mutes",
        "add",
        "--symbol",
        "SIM-A",
        "--for",
        "4h",
        "--reason",
        "roll week",
        "--format",
        "json"
      )
      expect(added).toMatchObject({ code: 0, err: "" })
      const [mute] = rows(added.out)
      expect(mute).toMatchObject({
        symbol: "SIM-A",
        schedule: null,
        author: "ada",
        reason: "roll week",
        liftedAt: null
      })
      expect((yield* run("mutes")).out).toContain("symbol SIM-A")
      const unknown = yield* run("mutes", "add", "--symbol", "SIM-B", "--for", "4h", "--reason", "x")
      expect(unknown).toMatchObject({ code: 2 })
      expect(unknown.err).toContain("--symbol: found SIM-B, expected one of the configuration: SIM-A")
      expect((yield* run("mutes", "add", "--reason", "x")).code).toBe(2)
      expect((yield* run("mutes", "lift", String(mute!["id"]))).out).toContain("is lifted: symbol SIM-A is told again")
      expect((yield* run("mutes", "lift", String(mute!["id"]))).code).toBe(1)
      expect((yield* run("mutes")).out).toContain("Nothing is muted.")
    }), 60_000)
})
