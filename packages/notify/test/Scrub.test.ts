import { describe, expect, test } from "bun:test"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { scrub } from "../src/Scrub.ts"

const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYob7oD/8"
const plain = secret.slice("whsec_".length)
const url = "https://hooks.example.com/api/webhooks/998877665544/t0k%2Fen-XYZ?token=va%20lue9&v=1#frag-ment"
const secrets = [Redacted.make(secret), Redacted.make(url), Redacted.make("pa\"ss&wö<rd>/x")]

const json = (text: string) => JSON.stringify(text).slice(1, -1)
const base64 = (text: string) => Buffer.from(text).toString("base64")

describe("scrub", () => {
  const sayings: ReadonlyArray<readonly [how: string, said: string, rest: ReadonlyArray<string>]> = [
    ["as it is", secret, [secret, plain]],
    ["without its prefix", plain, [plain]],
    ["in lower case", secret.toLowerCase(), [plain.toLowerCase()]],
    ["escaped for a URL", encodeURIComponent(secret), [encodeURIComponent(plain)]],
    ["escaped for a form", new URLSearchParams({ a: secret }).toString(), [encodeURIComponent(plain)]],
    ["escaped twice for a URL", encodeURIComponent(encodeURIComponent(secret)), ["C2FVsBQIhrscChlQIMV"]],
    ["in base64", base64(secret), [base64(secret), base64(plain)]],
    ["in base64 for URLs", Buffer.from(secret).toString("base64url"), ["QzJGVnNCUUlocnNj"]],
    ["in base64 behind a user", base64(`me:${plain}`), [base64(`me:${plain}`).slice(8, -4)]],
    ["in base64 behind a letter", base64(`x${plain}yz`), [base64(`x${plain}yz`).slice(4, -8)]],
    ["in hex", Buffer.from(plain).toString("hex").toUpperCase(), [Buffer.from(plain).toString("hex").toUpperCase()]],
    ["in JSON", JSON.stringify({ a: "pa\"ss&wö<rd>/x" }), ["ss&w", "rd>"]],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ a: "pa\"ss&wö<rd>/x" })), ["ss&w", "rd>"]],
    ["in JSON of PHP", json("pa\"ss&wö<rd>/x").replaceAll("/", "\\/"), ["ss&w", "rd>"]],
    ["in JSON of ASCII", "pa\\\"ss\\u0026w\\u00f6\\u003crd\\u003e\\u002fx", ["ss\\u0026w", "rd\\u003e"]],
    ["in HTML", "pa&quot;ss&amp;wö&lt;rd&gt;/x", ["ss&amp;w", "rd&gt;"]],
    ["a URL as it is", url, ["998877665544", "t0k", "va%20lue9", "frag-ment"]],
    ["the path of a URL", "Cannot POST /api/webhooks/998877665544/t0k%2Fen-XYZ", ["998877665544", "t0k"]],
    ["a part of the path, read", "no webhook t0k/en-XYZ", ["t0k"]],
    ["a value of the query, read", "{\"token\":\"va lue9\"}", ["va lue9"]],
    ["a value of the query, as a form", "token=va+lue9", ["va+lue9"]],
    ["with a character that goes", `whsec_C2FVsBQIhrscChl\0QIMV+b5sSYob7oD/8`, ["C2FVsBQIhrscChl", "QIMV"]]
  ]
  for (const [how, said, rest] of sayings) {
    test(`removes a secret that is said back ${how}`, () => {
      const kept = scrub(`before ${said} after`, secrets)
      for (const part of rest) expect(kept.toLowerCase()).not.toContain(part.toLowerCase())
      expect(kept).toStartWith("before ")
      expect(kept).toEndWith(" after")
      expect(kept).toContain("[secret]")
    })
  }

  test("leaves no part of a secret at any place of the cut", () => {
    for (let before = 1024 - secret.length - 10; before <= 1030; before++) {
      const kept = scrub(`${"x".repeat(before)}${secret} and more`, secrets)
      expect(kept.length).toBeLessThanOrEqual(1024)
      expect(kept).not.toContain("whsec_")
      expect(kept).not.toContain("C2FV")
    }
  })

  test("leaves no part of a secret that was cut before", () => {
    const long = Redacted.make("0123456789abcdef".repeat(200))
    const said = Redacted.value(long).repeat(21).slice(0, 65_536)
    expect(scrub(said, [long])).not.toContain("0123")
    for (let length = 4; length < secret.length; length++) {
      expect(scrub(`is ${secret.slice(0, length)}`, secrets)).toBe("is [secret]")
    }
  })

  test("keeps what PostgreSQL takes, and nothing that moves a terminal", () => {
    expect(scrub("a\0b\x1b[2Jc\r\n\td\x7f\x9b", [])).toBe("ab[2Jc\n\td")
    expect(scrub("\ud800x\udc00", [])).toBe("\ufffdx\ufffd")
    const kept = scrub(`${"x".repeat(1023)}😀`, [])
    expect([kept.length, kept.isWellFormed()]).toEqual([1024, true])
  })

  test("keeps a text without secrets", () => {
    expect(scrub("invalid symbol BTCUSDT at api", secrets)).toBe("invalid symbol BTCUSDT at api")
    expect(scrub("empty", [Redacted.make("")])).toBe("empty")
  })

  test("removes any secret from any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 }).filter((text) =>
          !/\p{Cc}/u.test(text) && !"[secret]".includes(text.toLowerCase())
        ),
        fc.string({ maxLength: 1100 }),
        fc.constantFrom<(text: string) => string>((text) => text, encodeURIComponent, json, (text) => json(json(text))),
        (text, around, said) => {
          const kept = scrub(`${around}${said(text)}${around}`, [Redacted.make(text)])
          return !kept.includes(text) && !kept.includes(said(text)) && kept.length <= 1024
        }
      ),
      { numRuns: 300, seed: 1 }
    )
  })
})
