/** `bun run api`, as its user starts it. */
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { configInput } from "./played.ts"

const main = join(import.meta.dir, "../../src/main.ts")

export interface Served {
  readonly url: string
  readonly port: number
  /** Signs a browser in, once. */
  readonly link: string
  readonly stop: () => Promise<void>
}

/** What it says of where it listens, and how to sign in. */
const saidBy = async (output: ReadableStream<Uint8Array>) => {
  const decoder = new TextDecoder()
  let said = ""
  for await (const chunk of output) {
    said += decoder.decode(chunk, { stream: true })
    const url = /dgas api: (http:\S+)/.exec(said)?.[1]
    const link = /minutes: (http:\S+)/.exec(said)?.[1]
    if (url !== undefined && link !== undefined) return { url, link }
  }
  throw new Error(`the API ended before it listened: ${said}`)
}

/** `bun run api` in a folder of its own, over the database at `database`. */
export const served = async (database: Redacted.Redacted<string>, folder: string, port = 0): Promise<Served> => {
  writeFileSync(join(folder, "dgas.config.ts"), `export default ${JSON.stringify(configInput)}\n`)
  const child = Bun.spawn(["bun", main, "--port", String(port), "--link"], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: Redacted.value(database) },
    stdout: "pipe",
    stderr: "inherit"
  })
  const { link, url } = await saidBy(child.stdout)
  const stop = async () => {
    child.kill("SIGTERM")
    await child.exited
  }
  return { url, link, port: Number(new URL(url).port), stop }
}
