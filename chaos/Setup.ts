/** What a worker is told when it is started, and where it leaves what it did. */
import * as Schema from "effect/Schema"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export const Setup = Schema.Struct({
  folder: Schema.String,
  /** Which of the workers it is. */
  worker: Schema.String,
  /** How many times this worker was started, from 1. */
  life: Schema.Int,
  seed: Schema.Int,
  /** Of the database, through the proxy. */
  url: Schema.String,
  /** Folder of the server: a worker may have to start it, see `mayRevive`. */
  serverFolder: Schema.String,
  /** How much the worker's own clock is ahead of market time, milliseconds. */
  skewMs: Schema.Int,
  /** The process that started it: without that the worker ends. */
  parent: Schema.Int
})
export type Setup = typeof Setup.Type

const Text = Schema.fromJsonString(Setup)

/** Files of one life of one worker. */
export const lifeFiles = ({ folder, life, worker }: Pick<Setup, "folder" | "life" | "worker">) => {
  const path = (name: string) => join(folder, `${worker}-${life}.${name}`)
  return { setup: path("setup.json"), journal: path("journal.jsonl"), out: path("out.txt"), err: path("err.txt") }
}

export const writeSetup = (setup: Setup): string => {
  const { setup: path } = lifeFiles(setup)
  writeFileSync(path, Schema.encodeSync(Text)(setup), { mode: 0o600 })
  return path
}

export const readSetup = (path: string): Setup => Schema.decodeSync(Text)(readFileSync(path, "utf8"))

const reviveFile = (folder: string) => join(folder, "revive")

/** Whether a worker that cannot reach the server starts it, as with the embedded one, or waits for somebody who does. */
export const mayRevive = (folder: string): boolean => existsSync(reviveFile(folder))

export const letRevive = (folder: string, may: boolean): void =>
  may ? writeFileSync(reviveFile(folder), "") : rmSync(reviveFile(folder), { force: true })
