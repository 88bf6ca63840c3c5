import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import type { Alert } from "../src/Alert.ts"
import { longestBody, WebhookBody, webhookJsonSchema, webhookParts } from "../src/WebhookBody.ts"
import { alertOf, alerts, exitShort, long, touch } from "./webhookAlerts.ts"

const here = new URL(".", import.meta.url).pathname

/** A file that is not there is written, and has to be looked at. */
const expectGolden = (name: string, text: string) => {
  const path = `${here}goldens/${name}`
  const missing = !existsSync(path)
  if (missing) writeFileSync(path, text)
  expect(missing ? `${name} was missing` : readFileSync(path, "utf8")).toBe(text)
}

/** There is always one. */
const partsOf = (alert: Alert) => {
  const [first, ...others] = webhookParts(alert)
  return [first!, ...others] as const
}

const bytes = (body: WebhookBody) => Buffer.byteLength(JSON.stringify(body))

describe("webhookParts", () => {
  const ofSchema = Schema.decodeUnknownSync(WebhookBody, { onExcessProperty: "error" })
  for (const [kind, alert] of Object.entries(alerts)) {
    test(`of ${kind} is as it was`, () => {
      const [{ body, name }, ...others] = partsOf(alert)
      expect(others).toEqual([])
      expect(name).toBe("")
      expectGolden(`webhook.${kind}.json`, `${JSON.stringify(body, null, 2)}\n`)
      expect(ofSchema(JSON.parse(JSON.stringify(body)))).toEqual(body)
    })
  }

  test("leaves out nothing: what does not fit comes in further messages, cut between rows", () => {
    const signals = Array.from({ length: 200 }, (_, n) => ({ ...long, id: `s${n}`, reason: `büro ${n}` }))
    const alert = alertOf("signals", { signals, events: [touch] })
    const parts = partsOf(alert)
    expect(parts.length).toBeGreaterThan(3)
    for (const [at, { body, name }] of parts.entries()) {
      expect(ofSchema(body)).toEqual(body)
      expect(bytes(body)).toBeLessThanOrEqual(longestBody)
      if (at < parts.length - 1) expect(bytes(body)).toBeGreaterThan(longestBody - 700)
      expect(name).toBe(`${at + 1}-of-${parts.length}`)
      expect(body.data).toMatchObject({ id: `${alert.id}/${name}`, part: at + 1, parts: parts.length })
    }
    expect(parts.flatMap(({ body }) => body.data.signals.map(({ id }) => id))).toEqual(signals.map(({ id }) => id))
    expect(parts.map(({ body }) => body.data.events.length)).toEqual([...parts.slice(1).map(() => 0), 1])
  })

  test("tells exits before anything else, in the places that rows have among their own", () => {
    const entries = Array.from({ length: 60 }, (_, n) => ({ ...long, id: `s${n}` }))
    const exits = [0, 1, 2].map((n) => ({ ...exitShort, id: `x${n}` }))
    const signals = [...entries.slice(0, 5), exits[0]!, ...entries.slice(5), exits[1]!, exits[2]!]
    const [first, ...others] = partsOf(alertOf("signals", { signals, lines: ["a"], events: [touch] }))
    const ids = first.body.data.signals.map(({ id }) => id)
    expect(ids.slice(0, 7)).toEqual(["s0", "s1", "s2", "s3", "s4", "x0", "s5"])
    expect(ids.slice(-2)).toEqual(["x1", "x2"])
    expect(first.body.data.lines).toEqual(["a"])
    for (const { body } of others) expect(body.data.lines).toEqual([])
  })

  test("has room for a row whatever its texts are", () => {
    for (
      const endless of [
        "é".repeat(30_000),
        "\u0000".repeat(30_000),
        "\ud83d\ude00".repeat(30_000),
        "\ud83d".repeat(30_000)
      ]
    ) {
      const signal = { ...exitShort, reason: endless, howOften: endless, odds: endless }
      const parts = partsOf(
        alertOf("signals", {
          title: endless,
          footer: endless,
          lines: Array.from({ length: 20 }, () => endless),
          signals: [signal, { ...signal, id: "another" }]
        })
      )
      for (const { body } of parts) expect(bytes(body)).toBeLessThanOrEqual(longestBody)
      expect(parts.flatMap(({ body }) => body.data.signals)).toHaveLength(2)
      expect(parts.flatMap(({ body }) => body.data.lines)).toHaveLength(20)
    }
  })
})

describe("docs/webhook.schema.json", () => {
  test("is the schema of the code", () => {
    const published: unknown = JSON.parse(readFileSync(`${here}../../../docs/webhook.schema.json`, "utf8"))
    expect(published).toEqual(JSON.parse(JSON.stringify(webhookJsonSchema())))
  })
})
