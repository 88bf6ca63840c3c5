/**
 * Whether anything that a provider may send gets past validation, or stops a cycle: `bun run fuzz [--series N] [--seed S]
 * [--only NUMBER]`.
 *
 * Each series goes through adapter, validation and engine, and every hundredth also through a refresh into a PostgreSQL;
 * the oracle says of each row what should become of it. At the first series with which something is wrong it ends with 1,
 * and keeps the series with as few rows as still show it.
 */
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { Case } from "./Case.ts"
import { text, wrongIn } from "./Check.ts"
import { caseOf } from "./Generate.ts"
import { answering, isStorable, notFiniteStored, wrongInStore } from "./Store.ts"

const storedEach = 100
const toldEachMs = 10_000

const { values } = parseArgs({
  options: { series: { type: "string" }, seed: { type: "string" }, only: { type: "string" } }
})
const numberIn = (name: keyof typeof values, otherwise: number): number => {
  const found = values[name]
  if (found === undefined) return otherwise
  if (/^\d{1,9}$/.test(found)) return Number(found)
  console.error(`--${name}: found ${found}, expected a whole number`)
  process.exit(2)
}
const seed = numberIn("seed", 1)
const only = values.only === undefined ? null : numberIn("only", 0)
const series = only === null ? numberIn("series", 20_000) : 1

/** The case with as few rows as show something wrong. */
const smallest = Effect.fnUntraced(
  function*<E, R>(one: Case, wrong: (less: Case) => Effect.Effect<string | null, E, R>) {
    let found = one
    for (let at = 0; at < found.rows.length;) {
      const less = {
        ...found,
        name: `${one.name}, without ${at} of ${found.rows.length}`,
        rows: found.rows.toSpliced(at, 1)
      }
      if ((yield* wrong(less)) === null) at++
      else found = less
    }
    return found
  }
)

const program = Effect.gen(function*() {
  const server = yield* answering
  const counts = new Map<string, number>()
  const throughStore = (one: Case) =>
    Effect.exit(wrongInStore(one, server)).pipe(
      Effect.map((exit) => Exit.isSuccess(exit) ? exit.value : `the store: ${Cause.pretty(exit.cause)}`)
    )
  const started = performance.now()
  let told = started
  console.log(`seed ${seed}, ${series} series`)
  for (let place = 0; place < series; place++) {
    const number = only ?? place
    const one = caseOf(seed, number)
    const inMemory = wrongIn(one, counts)
    const stored = inMemory === null && (only !== null || number % storedEach === 0) && isStorable(one)
    const wrong = stored ? yield* throughStore(one) : inMemory
    if (stored) counts.set("series stored", (counts.get("series stored") ?? 0) + 1)
    if (wrong !== null) {
      const least = yield* smallest(one, stored ? throughStore : (less) => Effect.sync(() => wrongIn(less, new Map())))
      const why = stored ? yield* throughStore({ ...least, name: `${one.name}, least` }) : wrongIn(least, new Map())
      const file = join(tmpdir(), `dgas-fuzz-${seed}-${number}.json`)
      yield* Effect.promise(() => Bun.write(file, text({ ...least, name: one.name, why })))
      console.log(`${one.name}: ${(why ?? wrong).slice(0, 1000)}\nkept with ${least.rows.length} rows in ${file}`)
      console.log(`again: bun run fuzz --seed ${seed} --only ${number}`)
      return 1
    }
    const now = performance.now()
    if (now - told > toldEachMs) {
      told = now
      console.log(`${place + 1} of ${series} series, ${Math.round((now - started) / 1000)} s`)
    }
  }
  for (const [what, rows] of [...counts].toSorted(([, a], [, b]) => b - a)) {
    console.log(`${String(rows).padStart(10)} ${what}`)
  }
  const notFinite = yield* notFiniteStored
  if (notFinite > 0) {
    console.log(`${notFinite} stored bars are not finite`)
    return 1
  }
  console.log(`nothing wrong in ${series} series, ${Math.round((performance.now() - started) / 1000)} s`)
  return 0
})

process.exit(await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(TestDatabase.layer))))
