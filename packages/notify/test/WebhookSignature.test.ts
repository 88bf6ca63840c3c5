import { describe, expect, test } from "bun:test"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { Webhook } from "standardwebhooks"
import { readSecret, signatureHeaders, type SigningKeys } from "../src/WebhookSignature.ts"

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString("base64")}`
const keyOf = (secret: string) => Result.getOrThrow(readSecret(Redacted.make(secret)))

/** The library compares a timestamp with the clock of the machine. */
const now = Date.now()

const message = fc.record({
  id: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
  body: fc.oneof(fc.json(), fc.string({ unit: "grapheme" })),
  secret: fc.uint8Array({ minLength: 24, maxLength: 64 }),
  other: fc.uint8Array({ minLength: 24, maxLength: 64 })
})

const verified = (secret: string, body: string, headers: Record<string, string>): boolean => {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch (error) {
    // A body that was verified, and is not JSON.
    return error instanceof SyntaxError
  }
}

describe("signatureHeaders", () => {
  test("are verified by the library for 10,000 messages", () => {
    fc.assert(
      fc.property(message, ({ body, id, secret }) => {
        const text = secretOf(secret)
        const headers = signatureHeaders({ current: keyOf(text), rotation: null }, { id, body }, now)
        return verified(text, body, headers)
      }),
      { numRuns: 10_000, seed: 7 }
    )
  })

  const tampered: ReadonlyArray<
    (sent: { body: string; headers: Record<string, string>; secret: string; other: string }) => boolean
  > = [
    ({ body, headers, secret }) => verified(secret, `${body} `, headers),
    ({ body, headers, secret }) => verified(secret, body, { ...headers, "webhook-id": `${headers["webhook-id"]}x` }),
    ({ body, headers, secret }) =>
      verified(secret, body, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) + 1) }),
    ({ body, headers, secret }) => {
      const bytes = Buffer.from(headers["webhook-signature"]!.slice(3), "base64")
      bytes[body.length % 32]! ^= 1
      return verified(secret, body, { ...headers, "webhook-signature": `v1,${bytes.toString("base64")}` })
    },
    ({ body, headers, other }) => verified(other, body, headers)
  ]

  test("are refused by the library for 10,000 messages that were changed", () => {
    fc.assert(
      fc.property(
        message.filter(({ other, secret }) => Buffer.compare(other, secret) !== 0),
        fc.constantFrom(...tampered),
        ({ body, id, other, secret }, tamper) => {
          const text = secretOf(secret)
          const headers = signatureHeaders({ current: keyOf(text), rotation: null }, { id, body }, now)
          return !tamper({ body, headers, secret: text, other: secretOf(other) })
        }
      ),
      { numRuns: 10_000, seed: 8 }
    )
  })

  test("are those of the standard's own example", () => {
    const current = keyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    const body = "{\"test\": 2432232314}"
    expect(
      signatureHeaders({ current, rotation: null }, { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body }, 1_614_265_330_999)
    )
      .toEqual({
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
      })
  })

  test("keep the id of an outbox message as it is, and make a header of any other", () => {
    const keys = { current: keyOf(secretOf(new Uint8Array(24))), rotation: null }
    const headers = (id: string) => signatureHeaders(keys, { id, body: "" }, now)["webhook-id"]
    const id = "crypto-30m/2026-01-05T14:30:00.000Z/webhook/mine/signals@1"
    expect(headers(id)).toBe(id)
    expect(headers("Zürich büro\r\n\ud800")).toBe("Z%C3%BCrich%20b%C3%BCro%0D%0A%EF%BF%BD")
  })

  describe("while a secret changes", () => {
    const rotatedAt = now - 3_600_000
    const secret = secretOf(new Uint8Array(32).fill(1))
    const oldSecret = secretOf(new Uint8Array(32).fill(2))
    const keys: SigningKeys = { current: keyOf(secret), rotation: { old: keyOf(oldSecret), rotatedAt } }
    const at = (instant: number) => signatureHeaders(keys, { id: "a", body: "{}" }, instant)

    test("both are verified", () => {
      expect(verified(secret, "{}", at(now))).toBe(true)
      expect(verified(oldSecret, "{}", at(now))).toBe(true)
      expect(verified(secretOf(new Uint8Array(32)), "{}", at(now))).toBe(false)
    })

    test("the old one ends 24 hours later", () => {
      const signatures = (instant: number) => at(instant)["webhook-signature"]!.split(" ")
      expect(signatures(rotatedAt - 1)).toHaveLength(2)
      expect(signatures(rotatedAt + 86_399_999)).toHaveLength(2)
      expect(signatures(rotatedAt + 86_400_000)).toHaveLength(1)
      const last = rotatedAt + 86_400_000
      const alone = signatureHeaders({ current: keyOf(secret), rotation: null }, { id: "a", body: "{}" }, last)
      expect(at(last)).toEqual(alone)
    })
  })
})

describe("readSecret", () => {
  const table: ReadonlyArray<readonly [secret: string, mistake: string]> = [
    ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "it does not begin with whsec_"],
    ["", "it does not begin with whsec_"],
    ["whsec_", "it has 0 bytes, expected 24 to 64"],
    ["whsec_not base64 at all", "what follows whsec_ is not base64"],
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "what follows whsec_ is not base64"],
    [secretOf(new Uint8Array(23)), "it has 23 bytes, expected 24 to 64"],
    [secretOf(new Uint8Array(65)), "it has 65 bytes, expected 24 to 64"]
  ]
  for (const [secret, mistake] of table) {
    test(`${JSON.stringify(secret).slice(0, 24)}: ${mistake}`, () => {
      expect(Result.getOrThrow(Result.flip(readSecret(Redacted.make(secret))))).toBe(mistake)
    })
  }
  test("takes 24 to 64 bytes, padded or not", () => {
    for (const length of [24, 25, 26, 64]) {
      const secret = secretOf(new Uint8Array(length))
      expect(Redacted.value(keyOf(secret))).toHaveLength(length)
      expect(Redacted.value(keyOf(secret.replaceAll("=", "")))).toHaveLength(length)
    }
  })
})
