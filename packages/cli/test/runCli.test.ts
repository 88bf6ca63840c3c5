import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { errorLine } from "../src/runCli.ts"

const program = join(import.meta.dir, "program.ts")

const run = async (...args: ReadonlyArray<string>) => {
  const child = Bun.spawn(["bun", program, ...args], { stdout: "pipe", stderr: "pipe" })
  const err = new Response(child.stderr).text()
  return { child, err }
}

describe("runCli", () => {
  test.each([
    ["fine", 0, ""],
    ["failed", 1, "error: the disk /dev/x is full\n"],
    ["usage", 2, "error: --since: found x, expected a date\n"]
  ])("ends %s with %d and at most one line", async (how, code, text) => {
    const { child, err } = await run("--how", how)
    expect(await child.exited).toBe(code)
    expect(await err).toBe(text)
  })

  test("keeps the stack of a defect, which is a bug to report", async () => {
    const { child, err } = await run("--how", "defect")
    expect(await child.exited).toBe(1)
    expect(await err).toContain("program.ts")
  })

  test("ends with 130 after its finalizers when it is told to stop", async () => {
    const { child, err } = await run("--how", "wait")
    const reader = child.stdout.getReader()
    const started = new TextDecoder().decode((await reader.read()).value)
    expect(started).toBe("waiting\n")
    child.kill("SIGTERM")
    expect(await child.exited).toBe(130)
    const rest = new TextDecoder().decode((await reader.read()).value)
    expect(rest).toBe("closed\n")
    expect(await err).toBe("")
  })

  test("makes one line of an error with several", () => {
    expect(errorLine(new Error("first\n  second\n\n"))).toBe("first; second")
  })
})
