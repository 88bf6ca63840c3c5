/** No secret that a process was given is printed or stored, whatever receivers say back. */
import { rowsOf, Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { type Received, receiverServer, type Reply } from "@dgas/testkit/ReceiverServer"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { found, waysToSay } from "./everyWayToSay.ts"
import { projectOf, startScheduler } from "./runScheduler.ts"
import { workerChild } from "./workerChild.ts"

const it = effectTest(TestDatabase.layer)

const whsec = (byte: number) =>
  `whsec_${Buffer.from(Array.from({ length: 32 }, (_, at) => at * byte)).toString("base64")}`

/** What no one may find. Of addresses the part that is secret, as it stands in them. */
const planted = {
  eodhdToken: "pl4nted.eodhd.token",
  deadManPath: "pl4nted-dead-man-path",
  deadManQuery: "pl4nted~dead~man~query",
  otlpHeader: "pl4nted-otlp-header",
  otlpOther: "pl4nted-otlp-other",
  hookPath: "pl4nted-hook+path%20of_it",
  hookQuery: "pl4nted.hook.query",
  hookSecret: whsec(7),
  hookOldSecret: whsec(11),
  downPath: "pl4nted-down-path",
  downQuery: "pl4nted-down:query",
  downSecret: whsec(13),
  refusesPath: "pl4nted-refuses-path",
  refusesSecret: whsec(17),
  gonePath: "pl4nted-gone-path",
  goneSecret: whsec(19),
  resendKey: "re_pl4nted/key+of=mail",
  resendDownKey: "re_pl4nted<down>&\"mail\"",
  discordPath: "pl4nted-discord-path",
  discordDownPath: "pl4nted-discord-down-path",
  slackToken: "xoxb-pl4nted-slack",
  slackDownToken: "xoxb-pl4nted/down+slack",
  telegramToken: "123456:pl4nted-telegram_bot",
  telegramDownToken: "654321:pl4nted-down_bot"
}

/** What a receiver has of ours and may say back: where it was asked, by which key, and the secrets by which we sign. */
const knownTo = ({ headers, path }: Received): ReadonlyArray<string> => [
  ...path.startsWith("/denies/eodhd") ? [planted.eodhdToken] : [],
  path,
  ...headers.get("authorization") === null ? [] : [headers.get("authorization")!.replace("Bearer ", "")],
  ...path.startsWith("/ok/hook") ? [planted.hookSecret, planted.hookOldSecret] : [],
  ...path.startsWith("/down/hook") ? [planted.downSecret] : [],
  ...path.startsWith("/refuses/hook") ? [planted.refusesSecret] : [],
  ...path.startsWith("/gone/hook") ? [planted.goneSecret] : []
]

const statuses: Readonly<Record<string, number>> = { ok: 200, down: 500, refuses: 400, gone: 410, denies: 403 }

/**
 * Says back all that it knows, the n-th time beginning with the n-th way to say it, in an answer of a shape that each
 * service has. What begins it comes first, since only the beginning is kept.
 */
const sayingBack = () => {
  let asked = 0
  return (received: Received): Reply => {
    const first = asked++ % waysToSay.length
    // A source's answer is searched for its key as it is and as a URL has it.
    const ways = received.path.startsWith("/denies/eodhd")
      ? waysToSay.slice(0, 2)
      : [...waysToSay.slice(first), ...waysToSay.slice(0, first)]
    const said = ways.flatMap((way) => knownTo(received).map(way)).join(" ")
    const status = statuses[received.path.split("/")[1]!] ?? 500
    const shape = { ok: true, ts: "1.2", id: "1", result: { message_id: 1 } }
    return status === 200
      ? { kind: "status", status, body: JSON.stringify({ said, ...shape }) }
      : { kind: "status", status, body: said }
  }
}

const environment = (url: string): Record<string, string> => ({
  EODHD_API_TOKEN: planted.eodhdToken,
  OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/down/otlp`,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=${planted.otlpHeader},x-other=${planted.otlpOther}`,
  HOOK_URL: `${url}/ok/hook/${planted.hookPath}?token=${planted.hookQuery}`,
  HOOK_SECRET: planted.hookSecret,
  HOOK_OLD_SECRET: planted.hookOldSecret,
  DOWN_URL: `${url}/down/hook/${planted.downPath}?key=${planted.downQuery}`,
  DOWN_SECRET: planted.downSecret,
  REFUSES_URL: `${url}/refuses/hook/${planted.refusesPath}`,
  REFUSES_SECRET: planted.refusesSecret,
  GONE_URL: `${url}/gone/hook/${planted.gonePath}`,
  GONE_SECRET: planted.goneSecret,
  RESEND_API_KEY: planted.resendKey,
  RESEND_DOWN_KEY: planted.resendDownKey,
  DISCORD_URL: `${url}/ok/discord/${planted.discordPath}`,
  DISCORD_DOWN_URL: `${url}/down/discord/${planted.discordDownPath}`,
  SLACK_BOT_TOKEN: planted.slackToken,
  SLACK_DOWN_TOKEN: planted.slackDownToken,
  TELEGRAM_BOT_TOKEN: planted.telegramToken,
  TELEGRAM_DOWN_TOKEN: planted.telegramDownToken
})

const hook = (name: string) => ({ kind: "webhook", urlVariable: `${name}_URL`, secretVariable: `${name}_SECRET` })

const destinations = (url: string) => {
  const mail = { kind: "email", from: "dgas@example.com", to: ["a@example.com"] }
  return {
    hook: {
      ...hook("HOOK"),
      rotation: { oldSecretVariable: "HOOK_OLD_SECRET", rotatedAt: new Date().toISOString() }
    },
    "hook-down": hook("DOWN"),
    "hook-refuses": hook("REFUSES"),
    "hook-gone": hook("GONE"),
    mail: { ...mail, baseUrl: `${url}/ok/resend` },
    "mail-down": { ...mail, baseUrl: `${url}/down/resend`, keyVariable: "RESEND_DOWN_KEY" },
    discord: { kind: "discord", urlVariable: "DISCORD_URL" },
    "discord-down": { kind: "discord", urlVariable: "DISCORD_DOWN_URL" },
    slack: { kind: "slack", channel: "C01", baseUrl: `${url}/ok/slack` },
    "slack-down": { kind: "slack", channel: "C01", baseUrl: `${url}/down/slack`, tokenVariable: "SLACK_DOWN_TOKEN" },
    telegram: { kind: "telegram", chat: "1", baseUrl: `${url}/ok/telegram` },
    "telegram-down": {
      kind: "telegram",
      chat: "1",
      baseUrl: `${url}/down/telegram`,
      tokenVariable: "TELEGRAM_DOWN_TOKEN"
    },
    desk: { kind: "desktop" }
  }
}

const configOf = (url: string) => ({
  sources: { sim: { kind: "sim", seed: 3 }, eodhd: { kind: "eodhd", baseUrl: `${url}/denies/eodhd`, settleMs: 0 } },
  universes: {
    sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] },
    stocks: { source: "eodhd", calendar: "24/7", instruments: [{ symbol: "SPY.US" }] }
  },
  schedules: [
    {
      name: "sim",
      universe: "sim",
      trading: "5m",
      higher: "30m",
      channels: ["console", ...Object.keys(destinations(url))]
    },
    { name: "stocks", universe: "stocks", trading: "5m", higher: "30m" }
  ],
  delivery: { allowLoopback: true },
  destinations: destinations(url),
  deadMan: { url: `${url}/down/${planted.deadManPath}?key=${planted.deadManQuery}` }
})

/** Ends by an error that says every secret, once there is a file `now` beside it. */
const crashing = (config: unknown) => {
  const names = JSON.stringify(["DATABASE_URL", ...Object.keys(environment(""))])
  return `import { existsSync } from "node:fs"
  setInterval(() => {
    if (!existsSync(import.meta.dir + "/now")) return
    throw new Error("thrown with " + ${names}.map((name) => process.env[name]).join("\\n"))
  }, 20).unref()
  export default ${JSON.stringify(config)}`
}

const reportMain = join(import.meta.dir, "../../report/src/main.ts")

/** All that `report ARGS` says. */
const report = (cwd: string, env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const child = Bun.spawn(["bun", reportMain, ...args], {
      cwd,
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, ...env, NO_COLOR: "1" }
    })
    const said = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited])
    return said.join("\n")
  })

const Text = rowsOf(Schema.Struct({ text: Schema.String }))
const asked = (what: string, query: string) =>
  Effect.flatMap(Sql, ({ run }) => Effect.flatMap(run(what, (sql) => sql.unsafe(query)), Text))

/** Every row of every table of the database, as text. */
const wholeDatabase = Effect.gen(function*() {
  const tables = yield* asked(
    "tables",
    "select quote_ident(table_name) as text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
  )
  const rows = yield* Effect.forEach(tables, ({ text }) => asked("rows", `select t::text as text from ${text} as t`))
  return rows.flat().map(({ text }) => text).join("\n")
})

/** Asks the database until it says so; how messages stand when it does not. */
const until = (query: string) =>
  asked("state", query).pipe(
    Effect.repeat({ until: ([row]) => row?.text === "true", schedule: Schedule.spaced("50 millis") }),
    Effect.timeoutOrElse({
      duration: "20 seconds",
      orElse: () =>
        Effect.flatMap(
          asked("stand", "select format('%s %s %s %s', destination, kind, state, attempts) as text from outbox"),
          (rows) => Effect.die(new Error(rows.map(({ text }) => text).join("\n")))
        )
    })
  )

const write = (names: ReadonlyArray<string>, round: number) => {
  const kinds: Readonly<Record<string, string>> = { hook: "webhook", mail: "email", desk: "desktop" }
  const rows = names.map((name) => {
    const kind = name.split("-")[0]!
    return `('${round}/${name}', '${
      kinds[kind] ?? kind
    }', '${name}', 'signals', '{"title": "t", "body": "b", "urgent": false}')`
  })
  return Effect.flatMap(
    Sql,
    ({ run }) =>
      run(
        "write",
        (sql) => sql.unsafe(`insert into outbox (id, channel, destination, kind, payload) values ${rows.join(", ")}`)
      )
  )
}

describe("somebody who reads", () => {
  test("finds what was said in any of the ways", () => {
    for (const [name, secret] of Object.entries(planted)) {
      for (const say of waysToSay) {
        expect([name, say(secret), found(`it is ${say(secret)}.`, { [name]: secret })]).toEqual([name, say(secret), [
          name
        ]])
      }
    }
  })
})

describe("the secrets of a worker", () => {
  it.live(
    "are in nothing that it prints, stores or reports, whatever receivers say back",
    () =>
      Effect.gen(function*() {
        const server = yield* receiverServer()
        server.answerAlways(sayingBack())
        const database = Redacted.value((yield* TestDatabase).url)
        const env = { ...environment(server.url), DATABASE_URL: database }
        const secrets = { ...planted, databasePassword: new URL(database).password }
        const names = Object.keys(destinations(server.url))
        const config = configOf(server.url)
        yield* write(names, 1)

        const worker = yield* workerChild(crashing(config), env, "--log-format", "human")
        yield* worker.line("SUCCESS")
        yield* worker.line("FAILED")
        yield* until(
          "select (count(*) = 0)::text as text from outbox where state in ('pending', 'leased')"
        )
        worker.kill("SIGTERM")
        expect(yield* worker.exited).toBe(130)

        const ends = yield* asked(
          "ends",
          "select destination || ' ' || state as text from outbox where id like '1/%' order by position"
        )
        expect(ends.map((row) => row.text)).toEqual([
          "hook done",
          "hook-down held",
          "hook-refuses dead",
          "hook-gone held",
          "mail done",
          "mail-down held",
          "discord done",
          "discord-down held",
          "slack done",
          "slack-down held",
          "telegram done",
          "telegram-down held",
          "desk expired"
        ])

        // So alarms about it quote what was answered.
        yield* Effect.flatMap(Sql, ({ run }) =>
          run(
            "an hour later",
            (sql) => sql`update destinations set failing_since = failing_since - interval '2 hours'`
          ))
        const only = yield* workerChild(crashing(config), env, "--deliver-only")
        yield* until(
          `select (count(*) >= 8)::text as text from outbox
          where kind = 'alarm' and destination = 'hook' and state = 'done' and payload::text like '%its last answer: %'`
        )
        writeFileSync(join(only.folder, "now"), "")
        expect(yield* only.exited).toBe(70)
        expect(only.out()).toContain("thrown with")

        const folder = yield* Effect.promise(() => projectOf(`export default ${JSON.stringify(config)}`))
        const reports = yield* Effect.forEach(
          [
            ["notify", "list"],
            ["deliveries", "--format", "json"],
            ["deliveries", "show", "1/hook-down"],
            ["deliveries", "show", "1/hook", "--format", "json"],
            ...["hook", "hook-down", "mail-down", "discord-down", "slack-down", "telegram-down"].map((
              name
            ) => ["notify", "test", "--channel", name, "--format", "json"])
          ],
          (args) => report(folder, env, ...args),
          { concurrency: 3 }
        )
        expect(reports.join("\n")).toContain("hook-refuses")

        const read = {
          worker: worker.out() + worker.err(),
          deliverOnly: only.out() + only.err(),
          reports: reports.join("\n"),
          database: yield* wholeDatabase,
          alarms: server.received.filter(({ body }) => body.includes("its last answer")).map(({ body }) => body).join(
            "\n"
          )
        }
        expect(Object.values(read).map((one) => one.length).filter((length) => length < 500)).toEqual([])
        const leaks = Object.entries(read).flatMap(([where, one]) =>
          found(one, secrets).map((name) => `${where}: ${name}`)
        )
        expect(leaks).toEqual([])
        // Each was used: what nobody had could not be said back.
        const got = server.received.map(({ headers, path }) => path + [...headers.values()].join()).join("\n")
        const signing = Object.keys(planted).filter((name) => name.endsWith("Secret"))
        expect(found(got, planted).toSorted()).toEqual(
          Object.keys(planted).filter((name) => !signing.includes(name)).toSorted()
        )
      }),
    60_000
  )

  it.live("are in nothing that is said of one that cannot be used", () =>
    Effect.gen(function*() {
      const wrong = Object.fromEntries(
        Object.entries(planted).map(([name, secret]) => [name, `${secret} with a blank`])
      )
      const variables = [
        "HOOK_URL",
        "HOOK_SECRET",
        "RESEND_API_KEY",
        "DISCORD_URL",
        "SLACK_BOT_TOKEN",
        "TELEGRAM_BOT_TOKEN"
      ]
      const env = Object.fromEntries(variables.map((name, at) => [name, Object.values(wrong)[at + 5]!]))
      const { discord, hook: webhook, mail, slack, telegram } = destinations("http://127.0.0.1:9")
      const used = {
        ...configOf("http://127.0.0.1:9"),
        destinations: { discord, hook: webhook, mail, slack, telegram }
      }
      const inPlace = {
        ...used,
        destinations: { discord: { kind: "discord", urlVariable: `https://a/${planted.discordPath}` } }
      }
      const { url } = yield* TestDatabase
      const ran = yield* Effect.forEach([used, inPlace], (config) =>
        Effect.promise(async () => {
          const schedules = config.schedules.map((schedule) => ({ ...schedule, channels: ["console"] }))
          const folder = await projectOf(`export default ${JSON.stringify({ ...config, schedules })}`)
          const child = startScheduler(folder, { ...env, DATABASE_URL: Redacted.value(url) }, ["--deliver-only"])
          const [out, err, code] = await Promise.all([
            new Response(child.stdout).text(),
            new Response(child.stderr).text(),
            child.exited
          ])
          return { code, said: out + err }
        }), { concurrency: 2 })
      expect(ran.map(({ code }) => code)).toEqual([1, 1])
      expect(ran[0]!.said).toContain("destination telegram: TELEGRAM_BOT_TOKEN")
      expect(ran.flatMap(({ said }) => found(said, planted))).toEqual([])
    }))
})
