/** Cold start of `report --help`, from source and compiled, against an empty Bun script. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Figure, figure, medians } from "./Measure.ts"

const rounds = 25
const root = join(import.meta.dir, "..")

const timed = (command: ReadonlyArray<string>) => async () => {
  const child = Bun.spawn([...command], { cwd: root, stdout: "ignore", stderr: "ignore" })
  if (await child.exited !== 0) throw new Error(`${command.join(" ")} failed`)
}

export const run = async (): Promise<ReadonlyArray<Figure>> => {
  const folder = await mkdtemp(join(tmpdir(), "dgas-bench-"))
  try {
    const empty = join(folder, "empty.ts")
    await Bun.write(empty, "")
    const entry = join(root, "apps/report/src/main.ts")
    const binary = join(folder, "report")
    const build = ["bun", "build", "--compile", "--minify", "--bytecode", "--format=esm", entry, "--outfile", binary]
    await timed(build)()
    const commands = { empty: ["bun", empty], source: ["bun", entry, "--help"], compiled: [binary, "--help"] }
    const [floor, source, compiled] = await medians(rounds, Object.values(commands).map(timed))
    return [
      figure("report --help from source", "ms", source!, floor!, { goal: 25 }),
      figure("report --help compiled", "ms", compiled!, floor!, { goal: 6 })
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
