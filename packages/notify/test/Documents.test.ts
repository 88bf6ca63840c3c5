/** The documents for users, as far as they can be tried: each configuration in them, and what they say of webhooks. */
import { type Config, decodeConfig } from "@dgas/domain/Config"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { retryDelays } from "../src/RetryDelays.ts"
import { WebhookBody } from "../src/WebhookBody.ts"
import { readSecret, signatureHeaders } from "../src/WebhookSignature.ts"
import { readTemplate } from "../src/WebhookTemplate.ts"

const root = join(import.meta.dir, "../../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")
const documents = ["README.md", "docs/alerts.md", "docs/channels.md"]

/** The text of each block of a kind, such as `ts`. */
const blocks = (file: string, kind: string): ReadonlyArray<string> =>
  [...read(file).matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text)

const base = {
  sources: { binance: { kind: "binance" }, coinbase: { kind: "coinbase" }, files: { kind: "csv", folder: "bars" } },
  universes: { crypto: { source: "binance", calendar: "24/7", instruments: [{ symbol: "BTCUSDT" }] } },
  schedules: [{ name: "crypto-30m", universe: "crypto", trading: "30m", higher: "4h" }]
}

/** A part of a configuration, as it stands between the braces of `defineConfig({ })`. */
const configOf = (text: string): Promise<Config> => {
  const part: Record<string, unknown> = new Function(`return ({${text}})`)()
  return Effect.runPromise(decodeConfig("a document", { ...base, ...part }))
}

const withDestinations = (file: string) => blocks(file, "ts").filter((text) => text.startsWith("destinations:"))

describe("the documents for users", () => {
  test("show configurations that are decoded", async () => {
    const counts = documents.map((file) => withDestinations(file).length)
    expect(counts).toEqual([1, 2, 8])
    for (const text of documents.flatMap(withDestinations)) await configOf(text)
  })

  test("tell every placeholder of a text body, and no other", () => {
    const told = [...read("docs/channels.md").matchAll(/^\| `\{\{.*?\|/gm)].flatMap(([row]) =>
      [...row.matchAll(/\{\{(\w+)\}\}/g)].map(([, word = ""]) => word)
    )
    const refused = Result.getOrThrow(Result.flip(readTemplate("{{none}}")))
    expect(told.toSorted()).toEqual(refused.split("expected one of ")[1]!.split(", ").toSorted())
    const bodies = withDestinations("docs/channels.md").join().match(/`\{.*\}`/g) ?? []
    expect(bodies.map((body) => Result.getOrThrow(readTemplate(body.slice(1, -1))).contentType)).toEqual([
      "application/json"
    ])
  })

  test("show JSON that a webhook may send", () => {
    const [body = ""] = blocks("docs/channels.md", "json")
    const decode = Schema.decodeUnknownSync(Schema.fromJsonString(WebhookBody), { onExcessProperty: "error" })
    expect(decode(body).data.signals).toHaveLength(1)
  })

  test("tell how often each channel tries", () => {
    const unit = { s: 1000, m: 60_000, h: 3_600_000 }
    const rows = [...read("docs/alerts.md").matchAll(/^\| (`\w+`(?:, `\w+`)*) +\| (\d+ [smh](?:, \d+ [smh])*) /gm)]
    const told = rows.flatMap(([, channels = "", waits = ""]) =>
      channels.replaceAll("`", "").split(", ").map((channel) =>
        [channel, waits.split(", ").map((wait) => Number(wait.split(" ")[0]) * unit[wait.at(-1) as "s"])] as const
      )
    )
    const { console: _console, desktop: _desktop, ...tried } = retryDelays
    expect<Readonly<Record<string, ReadonlyArray<number>>>>(Object.fromEntries(told)).toEqual(tried)
  })

  test("show how a receiver checks a signature", async () => {
    const file = join(import.meta.dir, `document-${process.pid}.ts`)
    await Bun.write(file, blocks("docs/channels.md", "ts verify")[0]!)
    try {
      const { read: verified }: { read: (request: Request, secret: string) => Promise<unknown> } = await import(file)
      const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`
      const current = Result.getOrThrow(readSecret(Redacted.make(secret)))
      const body = JSON.stringify({ type: "dgas.sample.v1" })
      const headers = signatureHeaders({ current, rotation: null }, { id: "one", body }, Date.now())
      const request = (text: string) => new Request("http://127.0.0.1/", { method: "POST", headers, body: text })
      expect(await verified(request(body), secret)).toEqual({ type: "dgas.sample.v1" })
      expect(verified(request(`${body} `), secret)).rejects.toThrow("signature")
    } finally {
      await Bun.file(file).delete()
    }
  })
})
