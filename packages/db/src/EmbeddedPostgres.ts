/**
 * A real PostgreSQL in a folder, started when it is needed.
 *
 * Any number of processes may ask at once and share one server, which outlives the process that started it. A
 * killed process, a killed server and a machine that went down leave nothing that the next call does not put
 * right. It listens on loopback only, with SCRAM and a random password that only its owner can read.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync, realpathSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { type Account, chooseAccount, commandFor, giveTo, openFolder } from "./EmbeddedPostgres/Account.ts"
import { type Binaries, findBinaries, packageName } from "./EmbeddedPostgres/Binaries.ts"
import {
  environment,
  findRunning,
  forgetOther,
  initialise,
  isInitialised,
  lastWords,
  readSecret,
  type Running,
  userName,
  writeSecret
} from "./EmbeddedPostgres/Cluster.ts"
import { EmbeddedPostgresFailed, useAnother } from "./EmbeddedPostgres/Failure.ts"
import { isAlive } from "./EmbeddedPostgres/Processes.ts"
import { lockFile } from "./EmbeddedPostgres/StartLock.ts"
import { pause, waitFor } from "./Wait.ts"

export { EmbeddedPostgresFailed } from "./EmbeddedPostgres/Failure.ts"

export interface EmbeddedOptions {
  /** Folder of data, log and lock; made when it is not there. */
  readonly dir: string
}

/** How long a start may take, recovery after a crash included. */
const startWithinMs = 60_000
const stopWithinMs = 30_000
const pollMs = 25
const largestLog = 5_000_000

/** The URL of the server in `dir`, which is started when it does not run. `started` says that this call did it. */
export const ensure = Effect.fn("EmbeddedPostgres.ensure")(function*({ dir }: EmbeddedOptions) {
  const place = yield* openPlace(dir)
  const running = findRunning(place.data)
  if (running?.ready === true) return { url: yield* urlOf(place, running), started: false }
  return yield* Effect.scoped(underLock(place, ensureLocked(place)))
})

/** Stops the server in `dir` and waits until it has ended. False when it did not run. */
export const stop = Effect.fn("EmbeddedPostgres.stop")(function*({ dir }: EmbeddedOptions) {
  if (statSync(dir, { throwIfNoEntry: false }) === undefined) return false
  const place = yield* openPlace(dir)
  return yield* Effect.scoped(underLock(place, stopLocked(place)))
})

/** What runs in `dir` now. */
export const status = (options: EmbeddedOptions): Running | null => {
  const found = statSync(options.dir, { throwIfNoEntry: false })
  return found === undefined ? null : findRunning(join(realpathSync(options.dir), "pg"))
}

interface Place {
  readonly dir: string
  readonly data: string
  readonly log: string
  readonly lock: string
}

const failed = (place: { readonly dir: string }, reason: string, advice = useAnother) =>
  new EmbeddedPostgresFailed({ dir: place.dir, reason, advice })

/** Runs what touches files; whatever they say becomes one line. */
const attempt = <A>(place: { readonly dir: string }, touch: () => A) =>
  Effect.try({
    try: touch,
    catch: (error) =>
      failed(place, error instanceof Error ? error.message : String(error), "make it usable, or " + useAnother)
  })

const openPlace = (dir: string) =>
  attempt({ dir }, (): Place => {
    if (statSync(dir, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(dir, { recursive: true })
      openFolder(dir)
    }
    accessSync(dir, constants.W_OK | constants.X_OK)
    const real = realpathSync(dir)
    return { dir: real, data: join(real, "pg"), log: join(real, "postgres.log"), lock: join(real, "postgres.lock") }
  })

const underLock = Effect.fnUntraced(function*<A, E, R>(place: Place, work: Effect.Effect<A, E, R>) {
  const held = yield* lockFile(place.lock, startWithinMs)
  if (!held) {
    return yield* failed(
      place,
      `another process has held ${place.lock} for ${startWithinMs / 1000} s`,
      "end that process"
    )
  }
  return yield* work
})

const urlOf = (place: Place, { port }: Running) =>
  attempt(place, () => {
    const { password } = readSecret(place.data)
    return Redacted.make(`postgres://${userName}:${password}@127.0.0.1:${port}/postgres`)
  })

const ensureLocked = Effect.fnUntraced(function*(place: Place) {
  const found = yield* settled(place)
  if (found !== null) return { url: yield* urlOf(place, found), started: false }
  const binaries = yield* attempt(place, findBinaries)
  if (binaries === null) return yield* failed(place, `npm brought no ${packageName}`)
  const account = yield* attempt(place, () => chooseAccount(binaries, place.dir, place.data))
  if (!isInitialised(place.data)) {
    const said = yield* initialise(binaries, account, place.dir, place.data).pipe(
      Effect.catchDefect((error) => failed(place, error instanceof Error ? error.message : String(error)))
    )
    if (said !== null) return yield* failed(place, said)
  }
  const running = yield* start(place, binaries, account)
  return { url: yield* urlOf(place, running), started: true }
})

/** The server, once it has finished starting or stopping; null when there is none. */
const settled = (place: Place) =>
  waitFor(
    Effect.sync(() => {
      const running = findRunning(place.data)
      return running === null ? "none" as const : running.ready ? running : null
    }),
    { everyMs: pollMs, forMs: startWithinMs }
  ).pipe(
    Effect.flatMap((found) =>
      found === null
        ? Effect.fail(failed(place, `its server neither starts nor ends, see ${place.log}`, "end its process"))
        : Effect.succeed(found === "none" ? null : found)
    )
  )

/** Another program on the port, or processes that a killed server left, pass: so a start is tried more than once. */
const start = Effect.fnUntraced(function*(place: Place, binaries: Binaries, account: Account) {
  const secret = yield* attempt(place, () => {
    giveTo(account, place.data)
    return readSecret(place.data)
  })
  const until = performance.now() + startWithinMs
  let wanted = secret.port
  while (true) {
    const port = yield* freePort(wanted)
    const said = yield* tryStart(place, binaries, account, port)
    if (typeof said !== "string") {
      if (said.port !== secret.port) {
        yield* attempt(place, () => writeSecret(account, place.data, { ...secret, port: said.port }))
      }
      return said
    }
    const taken = /address already in use|could not bind/i.test(said)
    const passes = taken || /shared memory|another postmaster|still in use/i.test(said)
    if (!passes || performance.now() > until) {
      return yield* failed(place, lastWords(said), `see ${place.log}, or ${useAnother}`)
    }
    if (taken) wanted = 0
    yield* pause(10 * pollMs)
  }
})

const tryStart = Effect.fnUntraced(function*(place: Place, binaries: Binaries, account: Account, port: number) {
  const { from, pid } = yield* attempt(place, () => {
    forgetOther(place.data)
    const size = statSync(place.log, { throwIfNoEntry: false })?.size ?? 0
    const log = openSync(place.log, size > largestLog ? "w" : "a", 0o600)
    const [command, args] = commandFor(account, binaries.postgres, serverArguments(place.data, port))
    const child = spawn(command, args, {
      ...account.user,
      cwd: "/",
      detached: true,
      env: environment,
      stdio: ["ignore", log, log]
    })
    child.on("error", () => undefined)
    child.unref()
    closeSync(log)
    return { pid: child.pid ?? 0, from: size > largestLog ? 0 : size }
  })
  if (pid === 0) return `${account.namespace ? "unshare" : binaries.postgres} does not start`
  const ready = yield* waitFor(
    Effect.sync(() => {
      const running = findRunning(place.data)
      return running?.ready === true ? running : isAlive(pid) ? null : "ended" as const
    }),
    { everyMs: pollMs, forMs: startWithinMs }
  )
  if (ready !== null && ready !== "ended") return ready
  const said = yield* attempt(place, () => readFileSync(place.log).subarray(from).toString())
  return said.trim() === "" ? "its server ended without a word" : said
})

const serverArguments = (data: string, port: number) => [
  "-D",
  data,
  "-p",
  String(port),
  ...Object.entries({
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "100",
    shared_buffers: "64MB",
    max_wal_size: "512MB",
    max_parallel_workers_per_gather: "0",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC"
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`])
]

/** `wanted` when nothing listens there, else any port that is free now. 0 wants any. */
const freePort = (wanted: number): Effect.Effect<number> =>
  Effect.callback((resume) => {
    const server = createServer()
    server.once("error", () => resume(freePort(0)))
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      server.close(() => resume(Effect.succeed(port)))
    })
  })

const stopLocked = Effect.fnUntraced(function*(place: Place) {
  const running = findRunning(place.data)
  if (running === null) return false
  // SIGINT is PostgreSQL's fast shutdown: connections are closed, what was committed is written.
  yield* attempt(place, () => process.kill(running.pid, "SIGINT"))
  const gone = yield* waitFor(Effect.sync(() => isAlive(running.pid) ? null : true), {
    everyMs: pollMs,
    forMs: stopWithinMs
  })
  if (gone === null) {
    return yield* failed(place, `process ${running.pid} has not ended in ${stopWithinMs / 1000} s`, `see ${place.log}`)
  }
  return true
})
