/** Runs the real command line in its own process, in a folder of its own. */
import { join } from "node:path"

const main = join(import.meta.dir, "../src/main.ts")

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export const runReport = async (
  args: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}
): Promise<Ran> => {
  const child = Bun.spawn(["bun", main, ...args], {
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...options.env, NO_COLOR: "1" },
    ...options.cwd === undefined ? {} : { cwd: options.cwd }
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited
  ])
  return { code, out, err }
}
