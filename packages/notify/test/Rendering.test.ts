import { DiscordMessage } from "@dgas/testkit/DiscordServer"
import { SlackMessage } from "@dgas/testkit/SlackServer"
import { TelegramMessage } from "@dgas/testkit/TelegramServer"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as fc from "fast-check"
import type { Alert } from "../src/Alert.ts"
import type { Channel } from "../src/Channel.ts"
import { desktop } from "../src/Desktop.ts"
import { discord } from "../src/Discord.ts"
import { escapedForDiscord } from "../src/DiscordEmbeds.ts"
import { email } from "../src/Email.ts"
import { SafeHttp } from "../src/SafeHttp.ts"
import { sampleAlert } from "../src/SampleAlert.ts"
import { slack } from "../src/Slack.ts"
import { telegram } from "../src/Telegram.ts"
import * as alerts from "./alerts.ts"
import { expectGolden } from "./golden.ts"
import { slotAt } from "./signals.ts"

const secret = Redacted.make("none")
const baseUrl = "https://service.example"

/** Nothing is sent here, so nobody can be asked. */
const nobody = Layer.succeed(SafeHttp, SafeHttp.of({ post: () => Effect.die("sent") }))

const channels = Effect.runSync(Effect.provide(
  Effect.all({
    discord: discord(Redacted.make("https://discord.example/api/webhooks/1/x")),
    email: email({ from: "dgas@example.com", to: ["a@example.com"], baseUrl }, secret),
    slack: slack({ channel: "C1", baseUrl }, secret),
    telegram: telegram({ chat: "1", baseUrl }, secret)
  }),
  nobody
))
const all: Readonly<Record<string, Channel>> = { ...channels, desktop: desktop() }

/** Without what is known at delivery only. */
const SlackRendered = SlackMessage.mapFields(Struct.omit(["channel"]))
const TelegramRendered = TelegramMessage.mapFields(Struct.omit(["chat_id"]))

const limited = [["discord", DiscordMessage], ["slack", SlackRendered], ["telegram", TelegramRendered]] as const

const payload = (channel: Channel | undefined, alert: Alert) => channel!.render(alert)[0]!.payload

const Mail = Schema.Struct({ subject: Schema.String, html: Schema.String, text: Schema.String })
const mail = (alert: Alert) => Schema.decodeUnknownSync(Mail)(payload(all["email"], alert))

const shown: Readonly<Record<string, Alert>> = {
  ...alerts.all,
  sample: sampleAlert("mail", slotAt + 60_000, "Europe/Zurich")
}

describe("a message", () => {
  for (const [name, channel] of Object.entries(all)) {
    test(`of ${name} looks as it was found good`, () => {
      if (name !== "email") {
        const messages = Object.entries(shown).map(([kind, alert]) => [kind, payload(channel, alert)])
        return expectGolden(`${name}.json`, `${JSON.stringify(Object.fromEntries(messages), null, 2)}\n`)
      }
      for (const [kind, alert] of Object.entries(shown).filter(([one]) => one !== "tooMuch")) {
        const { html, subject, text } = mail(alert)
        expectGolden(`email-${kind}.html`, html)
        expectGolden(`email-${kind}.txt`, `Subject: ${subject}\n\n${text}`)
      }
    })

    test(`of ${name} is the same each time, and one, and names its signals`, () => {
      const [message, ...others] = channel.render(alerts.several)
      expect(others).toEqual([])
      expect(message).toEqual(channel.render(alerts.several)[0]!)
      expect(message).toMatchObject({ part: "", signalIds: alerts.several.signals.map(({ id }) => id) })
    })
  }
})

describe("what is too much for a message", () => {
  /** Exits first, and the rows that were left out counted. */
  const expectCut = (text: string) => {
    expect(text.indexOf("EXIT")).toBeGreaterThan(-1)
    expect(text.indexOf("ETHUSDT")).toBeLessThan(text.indexOf("COIN0USDT"))
    // Not by `toMatch`, which prints all of it.
    expect(/and \d+ more (signals|lines)/.test(text)).toBe(true)
  }

  test("is left out of a mail, which stays below what Gmail shows", () => {
    const { html, text } = mail(alerts.tooMuch)
    expectCut(html)
    expect(html.length).toBeLessThan(100_000)
    expectCut(text)
    expect(/and \d+ more level events/.test(text)).toBe(true)
  })

  for (const [name, shape] of limited) {
    test(`is left out of a message of ${name}, which stays within its limits`, () => {
      const message = payload(all[name], alerts.tooMuch)
      expect(Schema.is(shape)(message)).toBe(true)
      // The counts of what was left out stand in Discord's content, before the embeds.
      expectCut(JSON.stringify(message))
    })
  }

  test("is left out where rows are many and short", () => {
    const { events, signals } = alerts.tooMuch
    const brief = {
      ...alerts.tooMuch,
      lines: ["a"],
      signals: signals.map((one) => ({ ...one, reason: "", howOften: null, odds: null, tier: null })),
      events: events.map((one) => ({ ...one, howOften: null }))
    }
    for (const [name, shape] of limited) {
      expect([name, Schema.is(shape)(payload(all[name], brief))]).toEqual([name, true])
    }
  })

  for (const [name, channel] of Object.entries(all)) {
    test(`is told of by nobody, where ${name} has no room for it`, () => {
      const [message, ...others] = channel.render(alerts.tooMuch)
      const text = JSON.stringify(message?.payload)
      const told = new Set(message?.signalIds)
      expect(others).toEqual([])
      expect(told.size).toBeLessThan(alerts.tooMuch.signals.length)
      expect(text).toContain(`and ${alerts.tooMuch.signals.length - told.size} more signals, see report signals`)
      for (const { id, symbol } of alerts.tooMuch.signals) {
        expect([id, told.has(id)]).toEqual([id, new RegExp(`(LONG|SHORT)[^A-Z]*${symbol}\\b`).test(text)])
      }
    })
  }

  test("is counted as outcomes, and where these are all shown, when it is what became of signals", () => {
    const [one] = alerts.endCorrected.signals
    const many = {
      ...alerts.endedTogether,
      signals: Array.from({ length: 120 }, (_, at) => ({ ...one!, id: `${one!.id}/${at}`, symbol: `COIN${at}USDT` }))
    }
    for (const [name, shape] of limited) {
      expect([name, Schema.is(shape)(payload(all[name], many))]).toEqual([name, true])
    }
    for (const [name, channel] of Object.entries(all)) {
      const [message] = channel.render(many)
      const left = 120 - message!.signalIds.length
      expect([name, JSON.stringify(message).includes(`and ${left} more outcomes, see report outcomes`)]).toEqual([
        name,
        true
      ])
    }
  })

  test("is left out of a note of three lines", () => {
    const { body } = payload(all["desktop"], alerts.tooMuch)
    expectCut(String(body))
    expect(String(body).split("\n").length).toBe(4)
  })
})

test("the subject of a mail about one signal is that signal", () => {
  expect(mail(alerts.one).subject).toBe(
    "LONG BTCUSDT 30m at 90000.50, Stop 89000.00, Target 92001.50, R:R 2.00, Confidence 0.78 of 1"
  )
  expect(mail(alerts.corrected).subject).toBe(alerts.corrected.title)
  expect(mail(alerts.several).subject).toBe(alerts.several.title)
  expect(mail(alerts.alarm).subject).toBe(`CRITICAL: ${alerts.alarm.title}`)
})

describe("whatever a symbol, a reason or a title holds", () => {
  /** What means something somewhere: tags, entities, mentions, marks, line breaks, directions, halves of characters. */
  const pieces = [
    "<script>",
    "</td>",
    "&amp;",
    "\"",
    "'",
    "<!channel>",
    "<@U1>",
    "@everyone",
    "[x](https://x.example)",
    "`",
    "*",
    "_",
    "\r\nBcc: a@example.com",
    "\u0000",
    "\u2028",
    "\u202e",
    "\ud83d",
    "\ud83d\ude00",
    "-- ",
    "\\",
    "x".repeat(700)
  ]
  const hostile = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), {
    minLength: 1,
    maxLength: 12
  })
    .map((parts) => `A${parts.join("")}`)
  /** Fails by a short name of what is wrong. */
  const holds = (check: (alert: Alert) => ReadonlyArray<string>) => {
    const wrong: Array<string> = []
    fc.assert(
      fc.property(hostile, (text) => {
        const found = check({ ...alerts.hostile(text), footer: text.length % 2 === 0 ? "" : text })
        if (found.length > 0 && wrong.length === 0) wrong.push(...found, JSON.stringify(text).slice(0, 200))
        return found.length === 0
      }),
      { numRuns: 200, seed: 7, verbose: 0, reporter: () => {} }
    )
    expect(wrong).toEqual([])
  }
  const when = (name: string, isWrong: boolean) => isWrong ? [name] : []

  test("no tag of it is in a mail, and its subject is one line", () => {
    const tags = /<(?!\/?(?:html|head|meta|title|style|body|div|table|tr|td|th|span|br|strong)\b|!doctype html>)/
    holds((alert) => {
      const { html, subject, text } = mail(alert)
      return [
        ...when("tag", tags.test(html)),
        ...when("script", html.includes("<script")),
        ...when("cells", html.split("<td").length !== html.split("</td>").length),
        ...when("subject", /[\p{Cc}\u2028\u202e]/u.test(subject) || subject.length > 200),
        ...when("lines", /\r|^Bcc/m.test(text))
      ]
    })
  })

  for (const [name, shape] of limited) {
    test(`${name} takes it, and reads no mark or mention in it`, () => {
      const accepts = Schema.is(shape)
      holds((alert) => when(name, !accepts(payload(all[name], alert))))
    })
  }

  test("Discord's marks are escaped", () => {
    expect(escapedForDiscord("- a_b *c* [d](e) <@1> `f` \\ ||g|| # h")).toBe(
      "\\- a\\_b \\*c\\* \\[d\\]\\(e\\) \\<\\@1\\> \\`f\\` \\\\ \\|\\|g\\|\\| \\# h"
    )
  })
})
