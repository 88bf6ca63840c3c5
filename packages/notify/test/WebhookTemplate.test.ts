import { describe, expect, test } from "bun:test"
import * as Result from "effect/Result"
import { readTemplate } from "../src/WebhookTemplate.ts"
import { exitShort, long } from "./webhookAlerts.ts"

const read = (text: string) => Result.getOrThrow(readTemplate(text))

describe("readTemplate", () => {
  test("fills words of TradingView's alerts", () => {
    const { contentType, fill } = read(
      "{{ticker}} {{action}} {{position}} {{close}} {{entry}} {{stop}} {{target}} {{confidence}} {{interval}} {{time}} {{ reason }}"
    )
    expect(contentType).toBe("text/plain; charset=utf-8")
    expect(fill(long)).toBe(
      "BTCUSDT buy long 90000.50 90000.50 89000.00 92001.50 0.7 30m 2026-01-05T14:30:00.000Z PLDOT_PUSH with the higher TREND UP"
    )
  })

  test("leaves empty what an exit does not have", () => {
    expect(read("{{type}} {{action}} {{position}} [{{stop}}] [{{tier}}] {{closes}}").fill(exitShort)).toBe(
      `EXIT_SHORT buy flat [] [] ${exitShort.closesSignalId}`
    )
  })

  test("keeps JSON what is JSON", () => {
    const { contentType, fill } = read(
      "{\"text\": \"{{reason}} \\\"{{ticker}}\\\"\", \"stop\": {{stop}}, \"entry\": {{entry}}, \"tier\": {{tier}}, \"all\": [{{confidence}}]}"
    )
    expect(contentType).toBe("application/json")
    expect(JSON.parse(fill(exitShort))).toEqual({
      text: "ZONE_TOUCH against the SHORT that is \"filled\" \"ETHUSDT\"",
      stop: null,
      entry: 3000,
      tier: null,
      all: [0.65]
    })
    expect(JSON.parse(fill({ ...long, reason: "\"}],\\\n{{ticker}}" }))).toMatchObject({
      text: "\"}],\\\n{{ticker}} \"BTCUSDT\"",
      stop: 89_000,
      tier: "HIGH"
    })
  })

  test("takes a word alone for text", () => {
    expect(read("{{reason}}")).toMatchObject({ contentType: "text/plain; charset=utf-8" })
    expect(read("{{reason}}").fill(exitShort)).toBe(exitShort.reason)
  })

  test("refuses a text that would not fit", () => {
    const mistake = Result.getOrThrow(Result.flip(readTemplate("x".repeat(4001))))
    expect(mistake).toBe("it has 4001 characters, expected at most 4000")
    const many = Result.getOrThrow(Result.flip(readTemplate("{{reason}}".repeat(4))))
    expect(many).toBe("it has 4 placeholders, 4 of them {{reason}}, expected at most 40 and 3")
    const longest = `${"{{reason}}".repeat(3)}${"{{id}}".repeat(37)}`
    const { fill } = Result.getOrThrow(readTemplate(`["${longest}${"é".repeat(4000 - longest.length - 4)}"]`))
    expect(Buffer.byteLength(fill({ ...long, reason: "\u0001".repeat(9000) }))).toBeLessThan(20_000)
  })

  test("tells a word that it does not know, and those it knows", () => {
    for (const word of ["{{stopp}}", "{{ constructor }}", "{{}}", "{{plot_0}}"]) {
      const mistake = Result.getOrThrow(Result.flip(readTemplate(`{{ticker}} ${word}`)))
      expect(mistake).toStartWith(`${word} is no placeholder, expected one of ticker, symbol, action`)
    }
  })
})
