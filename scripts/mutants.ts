/**
 * Whether the tests notice a mistake: `bun run mutants [--short] [NAME...]`.
 *
 * Each mutant of the table is one wrong line in one source file. The tests named for it run with that line, which a
 * preloaded plugin puts in place, so the work tree stays as it is; at least one of them must fail. They must all pass
 * without a mutant, else nothing would be told; `--short` takes that as seen, leaves out the table at the end, and of the
 * mutants whose tests need a database runs every third. Exits with 1 when a mutant survives, or when its line is not there.
 */
import { resolve } from "node:path"
import { type Mutant, mutants } from "./mutantTable.ts"

interface Found {
  readonly name: string
  /** The first test that failed; null when none did. */
  readonly caught: string | null
  readonly seconds: number
  readonly output: string
}

const packages = new URL("../packages/", import.meta.url).pathname
const mutate = new URL("mutate.ts", import.meta.url).pathname

const text = (file: string) => Bun.file(`${packages}${file}`).text()

/** Why a mutant is none, or null. */
const mistakeIn = async ({ file, find, name }: Mutant): Promise<string | null> => {
  const times = (await text(file)).split(find).length - 1
  return times === 1 ? null : `${name}: found ${JSON.stringify(find)} ${times} times in ${file}, expected once`
}

const runTests = async (tests: ReadonlyArray<string>, mutant: Mutant | null) => {
  const child = Bun.spawn(
    [
      process.execPath,
      "test",
      ...mutant === null ? [] : ["--bail", "--preload", mutate],
      "--timeout",
      "60000",
      ...tests.map((test) => `${packages}${test}`)
    ],
    {
      cwd: `${packages}engine`,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: {
        ...process.env,
        NO_COLOR: "1",
        ...mutant === null ? {} : { DGAS_MUTANT: JSON.stringify({ ...mutant, file: resolve(packages, mutant.file) }) }
      }
    }
  )
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited
  ])
  return { failed: code !== 0, output: `${out}${error}` }
}

const run = async (mutant: Mutant): Promise<Found> => {
  const started = performance.now()
  const { failed, output } = await runTests(mutant.tests, mutant)
  // A mutant that does not even load fails no test: it is a mistake in the table, and counts as not caught.
  const caught = failed ? /^\(fail\) (.+?)(?: \[[\d.]+ms\])?$/m.exec(output)?.[1] ?? null : null
  return { name: mutant.name, caught, seconds: (performance.now() - started) / 1000, output }
}

const short = process.argv.includes("--short")
const wanted = process.argv.slice(2).filter((word) => word !== "--short")
const chosen = mutants.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
if (chosen.length === 0) {
  console.error(
    `no mutant is named ${wanted.join(" ")}, expected a part of one of:\n${mutants.map(({ name }) => name).join("\n")}`
  )
  process.exit(1)
}
const mistakes = (await Promise.all(chosen.map(mistakeIn))).filter((mistake) => mistake !== null)
if (mistakes.length > 0) {
  console.error(mistakes.join("\n"))
  process.exit(1)
}

const started = performance.now()
const intact = short ? null : await runTests([...new Set(chosen.flatMap(({ tests }) => tests))], null)
if (intact?.failed) {
  console.error(`${intact.output}\nthe tests fail without any mutant, so they can tell nothing of one`)
  process.exit(1)
}

const needDatabase = chosen.filter(({ tests }) => tests.some((test) => test.includes(".integration.")))
const leftOut = new Set(short && wanted.length === 0 ? needDatabase.filter((_, index) => index % 3 !== 0) : [])
const running = chosen.filter((mutant) => !leftOut.has(mutant))
if (leftOut.size > 0) console.log(`${leftOut.size} whose tests need a database are left to: bun run mutants`)

const found: Array<Found> = []
const waiting = [...running]
// Two at a time: the tests of one mutant keep one processor busy.
await Promise.all([0, 1].map(async () => {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const result = await run(mutant)
    found.push(result)
    console.log(`${found.length}/${running.length} ${result.caught === null ? "SURVIVED" : "caught"} ${mutant.name}`)
  }
}))

const survivors = found.filter(({ caught }) => caught === null)
if (!short) {
  const wide = Math.max(...found.map(({ name }) => name.length))
  console.log("")
  for (const { caught, name, seconds } of found.toSorted((a, b) => a.name.localeCompare(b.name))) {
    console.log(`${name.padEnd(wide)}  ${seconds.toFixed(1).padStart(4)} s  ${caught ?? "SURVIVED"}`)
  }
}
for (const { name, output } of survivors) console.log(`\n# ${name}\n${output.split("\n").slice(-12).join("\n")}`)
console.log(
  `\n${found.length - survivors.length} of ${found.length} mutants caught in ${
    Math.round((performance.now() - started) / 1000)
  } s`
)
process.exit(survivors.length > 0 ? 1 : 0)
