/** `bun run api` as a process. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import { configInput, get } from "./apiWorld.ts"

const it = effectTest(TestDatabase.layer)
const main = join(import.meta.dir, "../src/main.ts")

const start = (...args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { url } = yield* TestDatabase
    const cwd = temporaryFolder("api")
    yield* Effect.promise(() => Bun.write(join(cwd, "dgas.config.ts"), `export default ${JSON.stringify(configInput)}`))
    return yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn(["bun", main, "--port", "0", ...args], {
          cwd,
          stdout: "pipe",
          stderr: "pipe",
          env: { ...process.env, DATABASE_URL: Redacted.value(url), NO_COLOR: "1" }
        })
      ),
      (child) => Effect.promise(() => (child.kill("SIGTERM"), child.exited))
    )
  })

/** What it prints until `pattern` is there, or it ends. */
const saidBy = (child: Bun.Subprocess<"ignore", "pipe", "pipe">, pattern: RegExp) =>
  Effect.promise(async () => {
    let out = ""
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      out += chunk
      if (pattern.test(out)) break
    }
    return out
  })

describe("bun run api", () => {
  it.live("says where it listens, and with --link how a browser signs in", () =>
    Effect.gen(function*() {
      const out = yield* saidBy(yield* start("--link"), /keys create/)
      const url = /^dgas api: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(out)![1]!
      const [, address, link] = /(http:\S+)\/sign-in#([\w-]{43})$/m.exec(out)!
      expect(address).toBe(url)
      const signedIn = yield* get(`${url}/v1/sign-in`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url },
        body: JSON.stringify({ link })
      })
      expect(signedIn.json).toMatchObject({ kind: "page", scopes: ["read", "write"] })
    }), 60_000)

  it.live("tells no link where its output is kept, and ends on SIGTERM", () =>
    Effect.gen(function*() {
      const child = yield* start()
      const url = /http:\S+/.exec(yield* saidBy(child, /http:\S+\n/))![0]
      expect((yield* get(`${url}/readyz`)).json).toEqual({ ready: true, problems: [] })
      child.kill("SIGTERM")
      expect(yield* Effect.promise(() => child.exited)).toBe(130)
    }), 60_000)

  it.live("listens where other machines may ask only with a key", () =>
    Effect.gen(function*() {
      const refused = yield* start("--host", "0.0.0.0")
      expect(yield* Effect.promise(() => refused.exited)).toBe(1)
      expect((yield* Effect.promise(() => new Response(refused.stderr).text())).trim()).toBe(
        "error: the API cannot listen at 0.0.0.0, which other machines reach: found no valid key, make one by: bun run report keys create NAME --scopes read"
      )
    }), 60_000)
})
