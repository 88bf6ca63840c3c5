#!/usr/bin/env bun
/**
 * `bun run chaos [--kills N] [--seed N] [--format json] [--mutant NAME | --mutants]`: what the system promises while it is
 * killed, frozen and cut off. Exits with 1 when a promise does not hold, or, with mutants, when one is not noticed.
 */
import { runCli } from "@dgas/cli/runCli"
import { WrongUsage } from "@dgas/cli/WrongUsage"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { isOk } from "./checks/Check.ts"
import { mistakeIn, type Mutant, mutants } from "./Mutants.ts"
import { failures, verdictText } from "./Report.ts"
import { runSuite } from "./Suite.ts"
import { makeTell } from "./Tell.ts"

class ChaosFailed extends Schema.TaggedError<ChaosFailed>()("ChaosFailed", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

const countable = (flag: Flag.Flag<number>) =>
  Flag.filter(flag, (n) => n > 0, (n) => `found ${n}, expected a number above 0`)

const chosen = Effect.fnUntraced(function*(name: string) {
  const found = mutants.find((one) => one.name === name)
  if (found !== undefined) return found
  return yield* new WrongUsage({ flag: "mutant", found: name, expected: mutants.map((one) => one.name).join(", ") })
})

const whole = Effect.fnUntraced(function*(mutant: Mutant) {
  const mistake = yield* Effect.promise(() => mistakeIn(mutant))
  if (mistake !== null) return yield* new ChaosFailed({ detail: mistake })
})

const all = Effect.fnUntraced(function*(options: { readonly kills: number; readonly seed: number; json: boolean }) {
  const results: Array<
    { readonly mutant: string; readonly isNoticed: boolean; readonly noticed: ReadonlyArray<string> }
  > = []
  for (const mutant of mutants) yield* whole(mutant)
  for (const mutant of mutants) {
    const tell = makeTell(mutant.name)
    const verdict = yield* runSuite({ ...options, mutant, tell: tell.line })
    tell.end()
    const noticed = failures(verdict)
    const isNoticed = noticed.some((line) => line.startsWith(`${mutant.noticedBy}:`))
    results.push({ mutant: mutant.name, isNoticed, noticed })
    if (options.json) continue
    const others = noticed.length === 0 ? "" : `, failed: ${noticed.join("; ")}`
    const seen = isNoticed ? `noticed by ${noticed.join("; ")}` : `SURVIVED "${mutant.noticedBy}"${others}`
    yield* Console.log(`${mutant.name} (${mutant.what}): ${seen}`)
  }
  if (options.json) yield* Console.log(JSON.stringify({ seed: options.seed, mutants: results }, null, 2))
  const survivors = results.filter(({ isNoticed }) => !isNoticed)
  if (survivors.length > 0) {
    return yield* new ChaosFailed({ detail: `not noticed: ${survivors.map(({ mutant }) => mutant).join(", ")}` })
  }
})

const chaos = Command.make(
  "chaos",
  {
    kills: countable(Flag.Int("kills")).pipe(
      Flag.withDescription("how often a worker is killed; the other faults grow with it"),
      Flag.withDefault(20)
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("repeats the faults of a run; drawn unless given"), Flag.optional),
    format: Flag.Literals("format", ["table", "json"]).pipe(
      Flag.withDescription("table for eyes, json for programs"),
      Flag.withDefault("table")
    ),
    mutant: Flag.String("mutant").pipe(
      Flag.withDescription(
        `with a mistake in the workers, which the suite must notice: ${mutants.map((one) => one.name).join(", ")}`
      ),
      Flag.optional
    ),
    mutants: Flag.Boolean("mutants").pipe(
      Flag.withDescription("with each of these mistakes, one after the other"),
      Flag.withDefault(false)
    )
  },
  (flags) =>
    Effect.gen(function*() {
      const seed = Option.getOrElse(flags.seed, () => -1)
      const drawn = seed >= 0 ? seed : yield* Random.nextIntBetween(1, 1_000_000)
      const json = flags.format === "json"
      if (flags.mutants) return yield* all({ kills: flags.kills, seed: drawn, json })
      const mutant = Option.isSome(flags.mutant) ? yield* chosen(flags.mutant.value) : null
      if (mutant !== null) yield* whole(mutant)
      const tell = makeTell(`seed ${drawn}`)
      const verdict = yield* runSuite({ kills: flags.kills, seed: drawn, mutant, tell: tell.line })
      tell.end()
      yield* Console.log(
        json ? JSON.stringify({ ...verdict, ok: isOk(verdict.checks) }, null, 2) : verdictText(verdict)
      )
      if (!isOk(verdict.checks)) {
        return yield* new ChaosFailed({ detail: `seed ${drawn}: ${failures(verdict).length} checks failed` })
      }
    })
).pipe(
  Command.withDescription(
    "Kills, freezes and cuts off two workers and their database, and looks whether a promise was broken"
  )
)

runCli(chaos)
