import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { longestBody, WebhookBody, webhookBody, webhookJsonSchema } from "../src/WebhookBody.ts"
import { alertOf, alerts, exitShort, long, touch } from "./webhookAlerts.ts"

const here = new URL(".", import.meta.url).pathname

/** A file that is not there is written, and has to be looked at. */
const expectGolden = (name: string, text: string) => {
  const path = `${here}goldens/${name}`
  const missing = !existsSync(path)
  if (missing) writeFileSync(path, text)
  expect(missing ? `${name} was missing` : readFileSync(path, "utf8")).toBe(text)
}

const bytes = (body: WebhookBody) => Buffer.byteLength(JSON.stringify(body))

describe("webhookBody", () => {
  const ofSchema = Schema.decodeUnknownSync(WebhookBody, { onExcessProperty: "error" })
  for (const [kind, alert] of Object.entries(alerts)) {
    test(`of ${kind} is as it was`, () => {
      const { body, signalIds } = webhookBody(alert)
      expectGolden(`webhook.${kind}.json`, `${JSON.stringify(body, null, 2)}\n`)
      expect(ofSchema(JSON.parse(JSON.stringify(body)))).toEqual(body)
      expect(signalIds).toEqual(alert.signals.map(({ id }) => id))
    })
  }

  test("leaves out whole rows that do not fit, and counts them", () => {
    const signals = Array.from({ length: 200 }, (_, n) => ({ ...long, id: `s${n}`, reason: `büro ${n}` }))
    const { body, signalIds } = webhookBody(alertOf("signals", { signals, events: [touch] }))
    const { data } = body
    expect(bytes(body)).toBeLessThanOrEqual(longestBody)
    expect(bytes(body)).toBeGreaterThan(longestBody - 700)
    expect(data.signals.map(({ id }) => id)).toEqual(signals.slice(0, data.signals.length).map(({ id }) => id))
    expect(data.omitted).toBe(201 - data.signals.length)
    expect(data.events).toEqual([])
    expect(signalIds).toEqual(data.signals.map(({ id }) => id))
  })

  test("keeps exits before anything else, in their places", () => {
    const entries = Array.from({ length: 60 }, (_, n) => ({ ...long, id: `s${n}` }))
    const exits = [0, 1, 2].map((n) => ({ ...exitShort, id: `x${n}` }))
    const signals = [...entries.slice(0, 5), exits[0]!, ...entries.slice(5), exits[1]!, exits[2]!]
    const { data } = webhookBody(alertOf("signals", { signals, lines: ["a"], events: [touch] })).body
    const ids = data.signals.map(({ id }) => id)
    expect(ids.slice(0, 7)).toEqual(["s0", "s1", "s2", "s3", "s4", "x0", "s5"])
    expect(ids.slice(-2)).toEqual(["x1", "x2"])
    expect(data.lines).toEqual(["a"])
    expect(data.omitted).toBe(64 - ids.length)
  })

  test("has room for a row whatever its texts are", () => {
    const endless = "é".repeat(30_000)
    const { body } = webhookBody(
      alertOf("signals", {
        title: endless,
        footer: endless,
        lines: Array.from({ length: 20 }, () => endless),
        signals: [{ ...exitShort, reason: endless, howOften: endless, odds: endless }]
      })
    )
    expect(bytes(body)).toBeLessThanOrEqual(longestBody)
    expect(body.data.signals).toHaveLength(1)
    expect(body.data.lines.length).toBeGreaterThan(1)
  })
})

describe("docs/webhook.schema.json", () => {
  test("is the schema of the code", () => {
    const published: unknown = JSON.parse(readFileSync(`${here}../../../docs/webhook.schema.json`, "utf8"))
    expect(published).toEqual(JSON.parse(JSON.stringify(webhookJsonSchema())))
  })
})
