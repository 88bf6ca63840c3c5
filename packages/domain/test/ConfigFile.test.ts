import { loadConfig } from "@dgas/domain/ConfigFile"
import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"

const text = `export default {
  timeZone: "Europe/Zurich",
  sources: { sim: { kind: "sim" } },
  universes: { demo: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-1" }] } },
  schedules: [{ name: "demo", universe: "demo", trading: "5m", higher: "30m" }]
}
`

describe("loadConfig", () => {
  let folder = ""
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "dgas config ")))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (name: string, content: string): string => {
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }
  const message = (file: string) => Effect.runPromise(Effect.flip(loadConfig(file))).then((error) => error.message)

  test("gives the decoded configuration, the file and its folder", async () => {
    const file = write("some config.ts", text)
    const loaded = await Effect.runPromise(loadConfig(file))
    expect(loaded.config.timeZone).toBe("Europe/Zurich")
    expect(loaded.file).toBe(file)
    expect(loaded.root).toBe(folder)
  })

  test("takes dgas.config.ts of the working directory by default", async () => {
    write("dgas.config.ts", text)
    const before = process.cwd()
    process.chdir(folder)
    const loaded = await Effect.runPromise(loadConfig()).finally(() => process.chdir(before))
    expect(loaded.file).toBe(join(folder, "dgas.config.ts"))
    expect(loaded.config.schedules[0].name).toBe("demo")
  })

  test("names a file that is missing, where it was looked for and what to do", async () => {
    const before = process.cwd()
    process.chdir(folder)
    const told = await Effect.runPromise(Effect.flip(loadConfig())).finally(() => process.chdir(before))
    expect(told.message).toBe(
      `dgas.config.ts: not found in ${folder}, expected a file with export default defineConfig({ ... }); `
        + "go to the folder of your configuration, or write one there"
    )
  })

  test("refuses a folder", async () => {
    const file = join(folder, "dgas.config.ts")
    mkdirSync(file)
    expect(await message(file)).toStartWith(`${file}: is a folder, expected a file with export default`)
  })

  test("tells in one line what a file threw", async () => {
    const file = write("throws.ts", "throw new Error(\"no such key\\nsecond line\")\n")
    expect(await message(file)).toBe(
      `${file}: could not be loaded: no such key; correct the file, which is run as a program`
    )
  })

  test("tells in one line that a file is not a program", async () => {
    const file = write("broken.ts", "export default {{\n")
    const told = await message(file)
    expect(told.split("\n")).toHaveLength(1)
    expect(told).toStartWith(`${file}: could not be loaded: `)
  })

  test("names a file without a default export", async () => {
    const file = write("none.ts", "export const config = {}\n")
    expect(await message(file)).toBe(
      `${file}: has no default export, expected export default defineConfig({ ... }); add it`
    )
  })

  test("tells the mistakes of a file, a line each", async () => {
    const file = write("mistakes.ts", text.replace("\"30m\"", "\"31m\"").replace("Europe", "Mars"))
    const told = await message(file)
    expect(told.split("\n")).toHaveLength(1)
    expect(told).toContain(`${basename(file)}: schedules[0].higher: found "31m", expected "1m" |`)
  })
})
