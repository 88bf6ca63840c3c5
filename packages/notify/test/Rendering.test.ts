import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Alert } from "../src/Alert.ts"
import type { Channel } from "../src/Channel.ts"
import { desktop } from "../src/Desktop.ts"
import { discord } from "../src/Discord.ts"
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

const payload = (channel: Channel, alert: Alert): any => channel.render(alert)[0]!.payload

const shown: Readonly<Record<string, Alert>> = {
  ...alerts.all,
  sample: sampleAlert("mail", slotAt + 60_000, "Europe/Zurich")
}

describe("a message", () => {
  for (const [name, channel] of Object.entries(all)) {
    test(`of ${name} looks as it was found good`, () => {
      const messages = Object.entries(shown)
        .filter(([kind]) => name !== "email" || kind !== "tooMuch")
        .map(([kind, alert]) => [kind, payload(channel, alert)])
      if (name !== "email") return expectGolden(`${name}.json`, `${JSON.stringify(Object.fromEntries(messages), null, 2)}\n`)
      for (const [kind, { html, subject, text }] of messages) {
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
    const { html, text } = payload(all["email"]!, alerts.tooMuch)
    expectCut(html)
    expect(html.length).toBeLessThan(100_000)
    expect(/and \d+ more level events/.test(text)).toBe(true)
  })

  test("is left out of Discord's 10 embeds and 6,000 characters", () => {
    const message = payload(all["discord"]!, alerts.tooMuch)
    expectCut(JSON.stringify(message.embeds) + message.content)
    expect(message.embeds.length).toBeLessThanOrEqual(10)
    expect(discordSize(message)).toBeLessThanOrEqual(6000)
    expect(message.content.length).toBeLessThanOrEqual(2000)
  })

  test("is left out of Slack's 50 blocks of 3,000 characters", () => {
    const { blocks } = payload(all["slack"]!, alerts.tooMuch)
    expectCut(JSON.stringify(blocks))
    expect(blocks.length).toBeLessThanOrEqual(50)
    for (const { text } of blocks) expect(text?.text.length ?? 0).toBeLessThanOrEqual(3000)
  })

  test("is left out of Telegram's 4,096 characters, and every tag is closed", () => {
    const { text } = payload(all["telegram"]!, alerts.tooMuch)
    expectCut(text)
    expect(text.length).toBeLessThanOrEqual(4096)
    expect(text.match(/<b>/g).length).toBe(text.match(/<\/b>/g).length)
  })

  test("is left out of a note of three lines", () => {
    const { body } = payload(all["desktop"]!, alerts.tooMuch)
    expectCut(body)
    expect(body.split("\n").length).toBe(4)
  })
})

test("the subject of a mail about one signal is that signal", () => {
  expect(payload(all["email"]!, alerts.one).subject).toBe(
    "LONG BTCUSDT 30m at 90000.50, Stop 89000.00, Target 92001.50, R:R 2.00, Confidence 0.78 of 1"
  )
  expect(payload(all["email"]!, alerts.corrected).subject).toBe(alerts.corrected.title)
  expect(payload(all["email"]!, alerts.several).subject).toBe(alerts.several.title)
})

const discordSize = ({ embeds }: any): number =>
  embeds.flatMap((embed: any) => [
    embed.title ?? "",
    embed.description,
    embed.footer?.text ?? "",
    ...(embed.fields ?? []).flatMap(({ name, value }: any) => [name, value])
  ]).join("").length
