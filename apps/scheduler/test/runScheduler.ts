/** Runs the real command line in its own process, in the folder of a configuration of its own. */
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { join } from "node:path"

const main = join(import.meta.dir, "../src/main.ts")

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A folder with `dgas.config.ts` in it. */
export const projectOf = async (config: string): Promise<string> => {
  const folder = temporaryFolder("project")
  await Bun.write(join(folder, "dgas.config.ts"), config)
  return folder
}

export const startScheduler = (cwd: string, env: Readonly<Record<string, string>>, args: ReadonlyArray<string>) =>
  Bun.spawn(["bun", main, ...args], {
    cwd,
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env, NO_COLOR: "1" }
  })

export const runScheduler = async (
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: ReadonlyArray<string>
): Promise<Ran> => {
  const child = startScheduler(cwd, env, args)
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited
  ])
  return { code, out, err }
}
