/** Runs one of the scripts beside this file in a process of its own. */
import * as Effect from "effect/Effect"
import { resolve } from "node:path"

/** Starts the script. */
export const startChild = (name: string, ...args: ReadonlyArray<string>) =>
  Bun.spawn([process.execPath, resolve(import.meta.dir, `${name}.ts`), ...args], { stdout: "pipe", stderr: "pipe" })

/** What the script printed, decoded; dies with what it said when it failed. */
export const runChild = (name: string, ...args: ReadonlyArray<string>): Effect.Effect<unknown> =>
  Effect.promise(async () => {
    const child = startChild(name, ...args)
    const [out, said, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited
    ])
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${said}`)
    return JSON.parse(out)
  })
