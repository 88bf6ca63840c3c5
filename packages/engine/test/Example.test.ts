/** The package as others use it: the README's example, without a database. */
import { describe, expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { seededBars } from "./bars.ts"

const root = join(import.meta.dir, "..")
const example = join(root, "examples/decide.ts")

describe("the example", () => {
  test("is the one that the README shows", () => {
    const block = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1]
    expect(block).toBe(readFileSync(example, "utf8"))
  })

  test("turns half-hour bars into signals and a snapshot", async () => {
    const bars = seededBars(3, 6000, 30)
    const child = Bun.spawn(["bun", example], {
      stdin: new Blob([JSON.stringify(bars)]),
      stdout: "pipe",
      stderr: "pipe"
    })
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    expect(err).toBe("")
    const lines = out.trim().split("\n")
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^\d{4}-.{19} (EXIT_)?(LONG|SHORT) [\d.]+ [01]\.\d\d /)
    expect(lines.at(-1)).toMatch(/^next bar: [\d.]+ to go on: \d+ bytes$/)
  })

  test("needs neither the database's package nor a driver", async () => {
    const { metafile, success } = await Bun.build({ entrypoints: [example], target: "bun", metafile: true })
    expect(success).toBe(true)
    const inputs = Object.keys(metafile!.inputs)
    expect(inputs.some((file) => file.includes("signals/SymbolAnalyzer.ts"))).toBe(true)
    expect(inputs.filter((file) => /packages\/db\/|\/postgres\/|PredictionEngine/.test(file))).toEqual([])
  })
})
