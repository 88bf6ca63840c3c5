import { readSecret, signatureHeaders } from "@dgas/notify/WebhookSignature"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type ReceiverName, receiverNames } from "../Destinations.ts"
import { diceOf } from "../Dice.ts"
import { treatment } from "../Manners.ts"
import { makeReceivers } from "../Receivers.ts"

const it = effectTest(Layer.empty)

describe("a receiver", () => {
  it.live("keeps what arrived, and knows whether it was signed by its own secret", () =>
    Effect.gen(function*() {
      const { addresses, arrivals } = yield* makeReceivers(1)
      const to = (name: ReceiverName) => addresses.find((one) => one.name === name)!
      const post = (secret: string, signed: string, body: string) =>
        Effect.promise(() => {
          const current = Result.getOrThrow(readSecret(Redacted.make(secret)))
          const headers = signatureHeaders({ current, rotation: null }, { id: "m1", body: signed }, Date.now())
          return fetch(to("well").url, { method: "POST", headers, body }).then(({ status }) => status)
        })
      expect(yield* post(to("well").secret, "text", "text")).toBe(200)
      yield* post(to("well").secret, "text", "another")
      yield* post(to("slow").secret, "text", "text")
      expect(arrivals).toMatchObject([
        { receiver: "well", id: "m1", body: "text", isSigned: true, became: "taken", open: 1 },
        { isSigned: false },
        { isSigned: false }
      ])
    }))
})

describe("the manners of receivers", () => {
  const kinds = (name: ReceiverName, isOver: boolean) => {
    const dice = diceOf(1)
    const all = Array.from({ length: 600 }, (_, second) => treatment(name, dice, second * 100, isOver))
    return new Set(all.map((one) => one.kind === "status" ? one.status : one.kind))
  }

  test("go wrong in ways of their own within a minute", () => {
    expect(receiverNames.map((name) => [name, kinds(name, false)])).toEqual([
      ["well", new Set([200])],
      ["failing", new Set([200, 503, 500])],
      ["slow", new Set([200])],
      ["silent", new Set([200, "silence", "reset"])],
      ["forgetful", new Set([200, "forgets"])]
    ])
  })

  test("are good once it is over", () => {
    for (const name of receiverNames) expect([name, kinds(name, true)]).toEqual([name, new Set([200])])
  })
})
