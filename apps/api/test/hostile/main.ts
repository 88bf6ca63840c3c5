/**
 * Whether the API stands what is thrown at it: `bun apps/api/test/hostile/main.ts [--requests N] [--sockets N] [--seed S]`.
 *
 * Malformed requests and broken sockets against an API over a real database, on loopback. It ends with 1 when one was
 * answered with 5xx or not at all, the process ended, its memory at rest grew by more than 64 MB after the warm-up, or valid traffic
 * had a 99th percentile above 100 ms meanwhile.
 */
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import { parseArgs } from "node:util"
import { attack } from "./Attack.ts"

const mostGrowthMb = 64
const mostP99Ms = 100

const { values } = parseArgs({
  options: { requests: { type: "string" }, sockets: { type: "string" }, seed: { type: "string" } }
})
const numberIn = (name: keyof typeof values, otherwise: number): number => {
  const found = values[name]
  if (found === undefined) return otherwise
  if (/^\d{1,9}$/.test(found)) return Number(found)
  console.error(`--${name}: found ${found}, expected a whole number`)
  process.exit(2)
}

const options = {
  requests: numberIn("requests", 100_000),
  sockets: numberIn("sockets", 10_000),
  seed: numberIn("seed", 1),
  quietSeconds: 15,
  alone: 100,
  tell: (line: string) => console.log(line)
}
const { exited, failures, memory, seconds, statuses, stderr, stillOpen, valid } = await Effect.runPromise(
  Effect.scoped(attack(options)).pipe(Effect.provide(TestDatabase.layer))
)

console.log(`
${options.requests} malformed requests and ${options.sockets} broken sockets, seed ${options.seed}, in ${
  seconds.toFixed(0)
} s
answers by status, 0 for none: ${Object.entries(statuses).map(([status, count]) => `${status}: ${count}`).join(", ")}
memory: ${memory.before} MB at rest before, ${memory.most} MB at most meanwhile, ${memory.after} MB at rest after (growth at most ${mostGrowthMb})
valid traffic: ${valid.count} requests, p50 ${valid.p50Ms.toFixed(1)} ms, p99 ${
  valid.p99Ms.toFixed(1)
} ms (at most ${mostP99Ms}; a timer was late by ${valid.timerP99Ms.toFixed(1)} ms), failures ${
  JSON.stringify(valid.failures)
}
half requests left alone: ${options.alone}, still open ${stillOpen}
ended: ${exited ? "yes" : "no"}`)
for (const failure of failures) console.log(`wrong: ${failure}`)
if (failures.length > 0) console.log(stderr.slice(-4000))

const stands = failures.length === 0 && !exited && memory.after - memory.before <= mostGrowthMb &&
  valid.p99Ms <= mostP99Ms && Object.keys(valid.failures).length === 0
console.log(stands ? "it stands" : "it does not stand")
process.exit(stands ? 0 : 1)
