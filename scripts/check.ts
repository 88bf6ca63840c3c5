/**
 * What `bun run test` runs after installing: lint, format, types, every package's tests, whether these notice
 * mistakes, whether anything that a provider may send gets past validation, whether the promises hold while workers
 * are killed, and whether a stream is held.
 *
 * Each step runs even when one before it failed, so one run tells everything. Ends with the count of tests over all
 * packages and a non-zero exit code when anything failed.
 */
import { status, stop } from "@dgas/db/EmbeddedPostgres"
import { testServerFolder } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", FORCE_COLOR: "0", NO_COLOR: "1" }

interface Ended {
  readonly failed: boolean
  readonly output: string
}

/** Runs a command; what it says is printed as it comes or, `quietly`, when it has ended. */
const run = async (name: string, command: ReadonlyArray<string>, quietly = false): Promise<Ended> => {
  const heading = `\n# ${name}\n`
  if (!quietly) process.stdout.write(heading)
  const child = Bun.spawn([...command], {
    stdout: "pipe",
    stderr: quietly ? "pipe" : "inherit",
    stdin: "ignore",
    env
  })
  const errors = quietly ? new Response(child.stderr ?? null).text() : ""
  let output = ""
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (!quietly) process.stdout.write(chunk)
    output += chunk
  }
  const failed = (await child.exited) !== 0
  if (quietly) process.stdout.write(`${heading}${output}${await errors}`)
  return { failed, output }
}

const count = (output: string, word: string) =>
  [...output.matchAll(new RegExp(`^(?:\\S+:test: )?\\s*(\\d+) ${word}$`, "gm"))]
    .reduce((sum, [, found]) => sum + Number(found), 0)

const started = performance.now()
const runningBefore = status({ dir: testServerFolder }) !== null
process.chdir(new URL("..", import.meta.url).pathname)
const bin = (name: string) => ["bun", "x", "--no-install", name]
/** Of all packages as one program: each by itself would check those it stands on again. */
const types = (name: string, [first, ...command]: ReadonlyArray<string>) =>
  run(name, [...bin(first!), ...command], true)
const steps = [
  await run("lint", [...bin("oxlint"), "--deny-warnings"]),
  await run("format", [...bin("dprint"), "check"]),
  ...await Promise.all([
    types("types", ["tsc", "--noEmit"]),
    types("types of the page", ["tsc", "--noEmit", "-p", "apps/dashboard/page"]),
    types("mistakes with Effect", ["effect-tsgo", "diagnostics", "--project", "tsconfig.json", "--strict"])
  ]),
  await run("tests", [
    ...bin("turbo"),
    "run",
    "test",
    "--continue",
    "--concurrency=3",
    "--output-logs=full",
    "--no-update-notifier",
    ...process.argv.slice(2)
  ])
]
// Mistakes that the tests must notice; that they pass without one has just been seen. The faults wait for leases and
// retries most of their time, and run beside. They are the same for every change; others are drawn without a seed.
const noticing = async () => [
  await run("mutants", ["bun", "scripts/mutants.ts", "--short"]),
  await run("fuzz", ["bun", "packages/engine/test/fuzz/main.ts", "--series", "20000"])
]
const [noticed, idle, chaos] = await Promise.all([
  noticing(),
  run("a stream on which nothing happens", ["bun", "apps/api/test/idle.ts"], true),
  run("chaos", ["bun", "chaos/main.ts", "--kills", "20", "--seed", "1"], true)
])
// The tests of this machine share one PostgreSQL. Who found it running leaves it so.
if (!runningBefore) await Effect.runPromise(stop({ dir: testServerFolder }))

const { output } = steps.at(-1)!
const skipped = count(output, "skip")
const failed = [...steps, ...noticed, idle, chaos].some((step) => step.failed)
const seconds = Math.round((performance.now() - started) / 1000)

console.log(
  `\n${failed ? "FAILED" : "ok"} in ${seconds} s\n${count(output, "pass")} passed, ${count(output, "fail")} failed${
    skipped > 0 ? `, ${skipped} skipped` : ""
  }`
)
process.exit(failed ? 1 : 0)
