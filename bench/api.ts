/**
 * How fast signals are answered, over a million of them: a list of 50 and one with all that is known of it.
 *
 * API and generator are processes of their own on loopback. First a rate of 500 requests a second for ten seconds, whatever
 * the answers take, of which p99 counts; then as many as 16 connections get, against the same statement from a bare
 * `Bun.serve` with the same driver in the same run. The floor of a list over a million is the same list over 10,000, by every
 * filter that it has; of these the worst one counts.
 */
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Figure, figure } from "./Measure.ts"
import { crowd } from "./SignalCrowd.ts"

const few = 10_000
const many = 1_000_000
const perSecond = 500
const seconds = 10
const connections = 16

const quantile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!

const config = `export default {
  sources: { sim: { kind: "sim" } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "desk", universe: "sim", trading: "30m", higher: "4h" }]
}`

/** A process that says where it listens in a line, until the scope closes. */
const server = (command: ReadonlyArray<string>, cwd: string, url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const child = Bun.spawn([...command], {
        cwd,
        env: { ...process.env, DATABASE_URL: url },
        stdout: "pipe",
        stderr: "inherit"
      })
      let text = ""
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const found = /http:\/\/[\d.]+:\d+/.exec(text)
        if (found) return { child, url: found[0] }
      }
      throw new Error(`${command.join(" ")} ended without listening`)
    }),
    ({ child }) => Effect.promise(() => (child.kill(), child.exited))
  ).pipe(Effect.map(({ url }) => url))

/** A key without a limit, which the bare server does not look at. */
const headers: Record<string, string> = {}

const ask = async (url: string) => {
  const response = await fetch(url, { headers })
  if (!response.ok) throw new Error(`${response.status} of ${url}: ${await response.text()}`)
  await response.arrayBuffer()
}

/** Milliseconds of each request, begun at the rate whatever those before it do. */
const atRate = async (urlOf: (n: number) => string): Promise<ReadonlyArray<number>> => {
  const started = performance.now()
  const taken: Array<Promise<number>> = []
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = started + n * 1000 / perSecond
    const wait = due - performance.now()
    if (wait > 0) await Bun.sleep(wait)
    // From when it was due: a generator that is held up must not hide that.
    taken.push(ask(urlOf(n)).then(() => performance.now() - due))
  }
  return Promise.all(taken)
}

/** Requests a second. */
const flatOut = async (url: string, forMs = 4000): Promise<number> => {
  const until = performance.now() + forMs
  let count = 0
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < until) {
      await ask(url)
      count++
    }
  }))
  return count / forMs * 1000
}

const median = async (url: string, times = 200): Promise<number> => {
  const taken: Array<number> = []
  for (let n = 0; n < times; n++) {
    const begun = performance.now()
    await ask(url)
    taken.push(performance.now() - begun)
  }
  return quantile(taken.slice(times / 4), 0.5)
}

/** Of `count` signals: by every filter, and from the middle of them. */
const filtersOf = async (lists: string, count: number): Promise<ReadonlyArray<string>> => {
  const middle = Date.UTC(2020, 0, 1) + count / 200 * 300_000
  const before = await fetch(`${lists}?until=${new Date(middle).toISOString()}`, { headers })
  const cursor: unknown = (await before.json()).next
  const day = `since=${new Date(middle).toISOString()}&until=${new Date(middle + 86_400_000).toISOString()}`
  return [
    "origin=ALL",
    "schedule=desk3",
    // As many as there are among few.
    "limit=10&symbol=SYM7",
    "symbol=SYM7&schedule=desk3",
    "type=LONG",
    "outcome=PENDING",
    "tier=HIGH",
    "minConfidence=0.99",
    "tier=LOW&minConfidence=0.999",
    "origin=ALL&tier=LOW&minConfidence=0.999",
    day,
    `cursor=${cursor}`,
    `origin=ALL&cursor=${cursor}`
  ]
}

const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "dgas-bench-api-"))
    writeFileSync(join(folder, "dgas.config.ts"), config)
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export const run = (): Promise<ReadonlyArray<Figure>> =>
  Effect.gen(function*() {
    const url = Redacted.value((yield* TestDatabase).url)
    const root = join(import.meta.dir, "..")
    const cwd = yield* folder
    yield* crowd(few)
    const { key } = yield* (yield* ApiKeyStore).create({
      name: "bench",
      scopes: ["read"],
      perMinute: 0,
      expiresAt: null
    })
    headers["authorization"] = `Bearer ${Redacted.value(key)}`
    const api = yield* server(["bun", join(root, "apps/api/src/main.ts"), "--port", "0"], cwd, url)
    const bare = yield* server(["bun", join(root, "bench/bareSignals.ts")], cwd, url)
    const lists = `${api}/v1/signals`
    const list = `${lists}?limit=50`
    const measured = (count: number) =>
      Effect.promise(async () => {
        await median(list)
        const filtered: Array<number> = []
        for (const filter of await filtersOf(lists, count)) filtered.push(await median(`${lists}?${filter}`, 60))
        return { list: await median(list), filtered }
      })
    const small = yield* measured(few)
    yield* crowd(many)
    const large = yield* measured(many)
    const ratios = large.filtered.map((ms, index) => ms / small.filtered[index]!)
    const worst = ratios.indexOf(Math.max(...ratios))
    const oneOf = (n: number) =>
      `${api}/v1/signals/${encodeURIComponent(`desk${Math.floor(n / 100) % 10}/SYM${n % 997}/${n}`)}`
    const one = yield* Effect.promise(() => median(oneOf(777_777)))
    const taken = yield* Effect.promise(() => atRate((n) => n % 2 === 0 ? list : oneOf(n * 7919 % many)))
    const pages = taken.filter((_, n) => n % 2 === 0)
    const ones = taken.filter((_, n) => n % 2 === 1)
    const rounds = { api: [] as Array<number>, bare: [] as Array<number> }
    for (let round = 0; round < 3; round++) {
      rounds.bare.push(yield* Effect.promise(() => flatOut(`${bare}/?limit=50`)))
      rounds.api.push(yield* Effect.promise(() => flatOut(list)))
    }
    return [
      figure("signals: list of 50 at 500/s, p99", "ms", quantile(pages, 0.99), large.list, { most: 25 }),
      figure("signals: one at 500/s, p99", "ms", quantile(ones, 0.99), one, { most: 25 }),
      figure("signals: lists flat out", "/s", quantile(rounds.api, 0.5), quantile(rounds.bare, 0.5), {
        higherIsBetter: true,
        goal: 2
      }),
      figure("signals: list of 50 of 1,000,000 against 10,000", "ms", large.list, small.list, { goal: 2 }),
      figure("signals: by the worst of its filters, the same", "ms", large.filtered[worst]!, small.filtered[worst]!, {
        goal: 2
      })
    ]
  }).pipe(Effect.scoped, Effect.provide(TestDatabase.layerDurable()), Effect.runPromise)
