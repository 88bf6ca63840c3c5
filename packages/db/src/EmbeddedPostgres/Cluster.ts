/**
 * The data folder of the embedded PostgreSQL: how it comes to be, and what it says about its server.
 *
 * A cluster is made beside its place and comes there by one rename, together with its password, so a process that is
 * killed at any point leaves a whole cluster or none.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { type Account, commandFor, giveTo } from "./Account.ts"
import type { Binaries } from "./Binaries.ts"
import { commandOf, isAlive } from "./Processes.ts"

/** Environment of the programs: nothing of the user's PG variables or locale. */
export const environment = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" }

export const userName = "dgas"

const Secret = Schema.fromJsonString(Schema.Struct({ password: Schema.NonEmptyString, port: Schema.Int }))
export type Secret = typeof Secret.Type

const secretFile = (data: string) => join(data, "dgas.json")

/** Password and the port of the last start. Throws when the file is not there, not ours to read, or not JSON. */
export const readSecret = (data: string): Secret => Schema.decodeSync(Secret)(readFileSync(secretFile(data), "utf8"))

export const writeSecret = (account: Account, data: string, secret: Secret): void => {
  const draft = `${secretFile(data)}.${process.pid}`
  writeFileSync(draft, JSON.stringify(secret), { mode: 0o600 })
  giveTo(account, draft)
  renameSync(draft, secretFile(data))
}

export const isInitialised = (data: string): boolean => existsSync(join(data, "PG_VERSION"))

/** A server on `data`. `ready` once it takes connections. */
export interface Running {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

/** What postmaster.pid says; null when it is not there or the process that it names is gone or something else. */
export const findRunning = (data: string): Running | null => {
  const lines = readLines(join(data, "postmaster.pid"))
  const pid = Number(lines[0])
  if (!(pid > 0) || !isAlive(pid) || !isServerOf(pid, data)) return null
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === "ready" }
}

/** Process numbers are used again: after a restart of the machine another program may have the old one. */
const isServerOf = (pid: number, data: string): boolean => {
  const command = commandOf(pid)
  return /postgres/.test(command) && (command.includes(data) || folderOf(pid) === data)
}

/**
 * Removes a postmaster.pid that names a process which is something else by now: PostgreSQL would take it for a server.
 * One that names a dead process, or a server that is only starting, is PostgreSQL's own to judge.
 */
export const forgetOther = (data: string): void => {
  const file = join(data, "postmaster.pid")
  const pid = Number(readLines(file)[0])
  if (isAlive(pid) && !isServerOf(pid, data)) rmSync(file, { force: true })
}

const folderOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ""
  }
}

const readLines = (path: string): ReadonlyArray<string> => {
  try {
    return readFileSync(path, "utf8").split("\n")
  } catch {
    return []
  }
}

/** Makes a cluster at `data`. Fails with what initdb said. */
export const initialise = Effect.fnUntraced(
  function*(binaries: Binaries, account: Account, home: string, data: string) {
    removeDrafts(home)
    const password = randomBytes(24).toString("base64url")
    const name = `pg.new-${process.pid}-${randomBytes(4).toString("hex")}`
    const draft = join(home, name)
    const passwordFile = join(home, `${name}.password`)
    mkdirSync(draft, { mode: 0o700 })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    giveTo(account, draft)
    giveTo(account, passwordFile)
    const said = yield* run(account, binaries.initdb, [
      `--pgdata=${draft}`,
      `--username=${userName}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--no-locale",
      "--no-instructions"
    ]).pipe(Effect.ensuring(Effect.sync(() => rmSync(passwordFile, { force: true }))))
    if (said !== null) {
      rmSync(draft, { recursive: true, force: true })
      return said
    }
    writeSecret(account, draft, { password, port: 0 })
    renameSync(draft, data)
    return null
  }
)

/** What starts left that were killed. Their initdb may still write there, and then it stays for the next time. */
const removeDrafts = (home: string): void => {
  for (const name of readdirSync(home)) {
    if (!name.startsWith("pg.new-")) continue
    try {
      rmSync(join(home, name), { recursive: true, force: true })
    } catch {
      continue
    }
  }
}

/** Runs a program to its end. Null when it was fine, else what it said. */
const run = (account: Account, program: string, args: ReadonlyArray<string>): Effect.Effect<string | null> =>
  Effect.callback((resume) => {
    const [command, rest] = commandFor(account, program, args)
    const child = spawn(command, rest, {
      ...account.user,
      cwd: "/",
      env: environment,
      stdio: ["ignore", "ignore", "pipe"]
    })
    let said = ""
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.on("error", (error) => resume(Effect.succeed(error.message)))
    child.on(
      "close",
      (code) => resume(Effect.succeed(code === 0 ? null : lastWords(said) || `initdb ended with ${code}`))
    )
  })

/** The line of a log that says why: the last that names an error, else the last. */
export const lastWords = (log: string): string => {
  const lines = log.trim().split("\n")
  return lines.findLast((line) => /FATAL|PANIC|error|denied|not permitted/i.test(line)) ?? lines.at(-1) ?? ""
}
