/** The attack on an API that runs as a process of its own over a real database, and what came of it. */
import { type RouteName, routes } from "@dgas/contract/Routes"
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { aRun, aSignal, monday } from "../../../../packages/db/test/rows.ts"
import { storeRun } from "../../../../packages/db/test/storeRun.ts"
import { configInput } from "../apiWorld.ts"
import { breakSocket, leftAlone, socketKinds } from "./BrokenSockets.ts"
import { malformed } from "./Malformed.ts"
import { Random } from "./Random.ts"
import { RawClient } from "./RawClient.ts"

export interface AttackOptions {
  readonly requests: number
  readonly sockets: number
  readonly seed: number
  /** How long its memory is looked at before and after, in seconds: the least of it counts. */
  readonly quietSeconds: number
  /** Half requests that are left alone all the while. */
  readonly alone: number
  /** Told as it goes on. */
  readonly tell: (line: string) => void
}

export interface Damage {
  /** Answers by status; 0 for none. */
  readonly statuses: Readonly<Record<string, number>>
  /** What was answered with 500 or more, or not at all in time. */
  readonly failures: ReadonlyArray<string>
  /** Whether the process ended. */
  readonly exited: boolean
  /** What it wrote to standard error. */
  readonly stderr: string
  /** Resident memory, in MB: at rest after the warm-up, the most while it went on, and at rest after it. */
  readonly memory: { readonly before: number; readonly most: number; readonly after: number }
  /** Of traffic that is as it should be, while it went on. */
  readonly valid: {
    readonly count: number
    readonly p50Ms: number
    readonly p99Ms: number
    /** How late a timer was beside it, of 100 the latest but one. */
    readonly timerP99Ms: number
    readonly failures: Readonly<Record<string, number>>
  }
  /** Half requests that the API has not closed. */
  readonly stillOpen: number
  readonly seconds: number
}

const here = import.meta.dir
const main = resolve(here, "../../src/main.ts")
const connections = 8
const brokenAtOnce = 16
const mostFailures = 20

const child = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const cwd = mkdtempSync(join(tmpdir(), "dgas-hostile-"))
      await Bun.write(join(cwd, "dgas.config.ts"), `export default ${JSON.stringify(configInput)}`)
      const started = Bun.spawn(["bun", main, "--port", "0"], {
        cwd,
        stdout: "pipe",
        stderr: "pipe",
        env: { ...process.env, DATABASE_URL: url, NO_COLOR: "1" }
      })
      const stderr = new Response(started.stderr).text()
      let out = ""
      for await (const chunk of started.stdout.pipeThrough(new TextDecoderStream())) {
        out += chunk
        const address = /http:\/\/\S+/.exec(out)?.[0]
        if (address !== undefined) return { started, stderr, address, cwd }
      }
      throw new Error(`the API ended before it listened: ${await stderr}`)
    }),
    ({ cwd, started }) =>
      Effect.promise(async () => {
        started.kill("SIGTERM")
        await started.exited
        rmSync(cwd, { recursive: true, force: true })
      })
  )

const residentMb = async (pid: number): Promise<number> => {
  const text = await new Response(Bun.spawn(["ps", "-o", "rss=", "-p", String(pid)], { stdout: "pipe" }).stdout).text()
  return Math.round(Number(text.trim()) / 1024)
}

/** Garbage is collected at rest too, some seconds after it was made. */
const restingMb = async (pid: number, seconds: number): Promise<number> => {
  let least = await residentMb(pid)
  for (let second = 0; second < seconds; second++) {
    await Bun.sleep(1000)
    least = Math.min(least, await residentMb(pid))
  }
  return least
}

const prepared = Effect.gen(function*() {
  yield* storeRun()
  const signals = Array.from(
    { length: 500 },
    (_, at) => aSignal({ id: `s${at}`, signalTimestamp: monday + at * 60_000 })
  )
  yield* (yield* SignalStore).insertMany(aRun().id, signals)
  const keys = yield* ApiKeyStore
  const make = (name: string, scopes: ReadonlyArray<"read" | "admin">) =>
    Effect.map(keys.create({ name, scopes, perMinute: 0, expiresAt: null }), ({ key }) => Redacted.value(key))
  return { attacker: yield* make("attacker", ["admin"]), reader: yield* make("reader", ["read"]) }
})

export const attack = Effect.fnUntraced(function*(options: AttackOptions) {
  const { url } = yield* TestDatabase
  const { attacker, reader } = yield* prepared
  const { address, started, stderr } = yield* child(Redacted.value(url))
  return yield* Effect.promise(() => fight(options, { attacker, reader, address, started, stderr }))
})

interface Field {
  readonly attacker: string
  readonly reader: string
  readonly address: string
  readonly started: Bun.Subprocess<"ignore", "pipe", "pipe">
  readonly stderr: Promise<string>
}

const fight = async (options: AttackOptions, field: Field): Promise<Damage> => {
  const { address, attacker, started } = field
  const at = { host: new URL(address).hostname, port: Number(new URL(address).port) }
  const random = new Random(options.seed)
  const table = (Object.keys(routes) as ReadonlyArray<RouteName>).map((name) => routes[name])
  const statuses: Record<string, number> = {}
  const failures: Array<string> = []
  const fail = (text: string) => {
    if (failures.length < mostFailures) failures.push(text)
  }

  const requests = async (count: number) => {
    let left = count
    const client = async () => {
      const raw = new RawClient(at.host, at.port)
      while (left-- > 0 && started.exitCode === null) {
        const { bytes, head, kind, what } = malformed(random, table, attacker)
        const { status, text } = await raw.ask(bytes, head).catch((error: unknown) => ({
          status: 0,
          text: String(error)
        }))
        statuses[status] = (statuses[status] ?? 0) + 1
        if (status >= 500 || status < 0) fail(`${kind}: ${what}: ${text.replaceAll(/\s+/g, " ")}`)
      }
      raw.close()
    }
    await Promise.all(Array.from({ length: connections }, client))
  }

  const sockets = async (count: number) => {
    let left = count
    const one = async () => {
      while (left-- > 0 && started.exitCode === null) {
        const kind = random.pick(socketKinds)
        const told = await breakSocket(at, kind, attacker, random)
        // 505 is what Bun itself says to what has no known version of HTTP.
        if (/^HTTP\/1\.1 5(?!05)/.test(told)) fail(`socket, ${kind}: ${told.slice(0, 200)}`)
      }
    }
    await Promise.all(Array.from({ length: brokenAtOnce }, one))
  }

  await Promise.all([requests(Math.ceil(options.requests / 10)), sockets(Math.ceil(options.sockets / 10))])
  const before = await restingMb(started.pid, options.quietSeconds)
  options.tell(`warm: ${before} MB`)

  const begun = performance.now()
  const valid = Bun.spawn(["bun", join(here, "valid.ts"), address, field.reader], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit"
  })
  const stillOpen = await leftAlone(at, options.alone)
  let most = before
  const watch = setInterval(() => {
    void residentMb(started.pid).then((now) => {
      most = Math.max(most, now)
      options.tell(`${Object.values(statuses).reduce((sum, count) => sum + count, 0)} requests, ${now} MB`)
    })
  }, 5000)
  await Promise.all([requests(options.requests), sockets(options.sockets)])
  clearInterval(watch)
  await valid.stdin.end()
  const measured = JSON.parse(await new Response(valid.stdout).text()) as {
    times: Array<number>
    delays: Array<number>
    failures: Record<string, number>
  }
  const seconds = (performance.now() - begun) / 1000

  const alive = await fetch(`${address}/v1/me`, { headers: { authorization: `Bearer ${field.reader}` } }).catch(() =>
    null
  )
  if (alive?.status !== 200) fail(`the API does not answer any more: ${alive?.status}`)
  const after = await restingMb(started.pid, options.quietSeconds)
  const exited = started.exitCode !== null
  const open = stillOpen()
  started.kill("SIGTERM")
  const { delays, times } = measured
  return {
    statuses,
    failures,
    exited,
    stderr: await field.stderr,
    memory: { before, most: Math.max(most, after), after },
    valid: {
      count: times.length,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      timerP99Ms: quantile(delays, 0.99),
      failures: measured.failures
    },
    stillOpen: open,
    seconds
  }
}

const quantile = (numbers: ReadonlyArray<number>, share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? NaN
