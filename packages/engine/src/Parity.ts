/**
 * Live runs computed again, and whether what differs is a difference of logic or of data.
 *
 * `logic`: with the bars that the run saw it comes out otherwise now. `data`: only the bars are others since. `unknown`: the
 * bars that it saw are not known any more, so it cannot be told. `unkept`: its version did not keep what it was computed
 * from. `broken`: computing it failed, which is a bug.
 */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { Difference } from "./Difference.ts"
import { followRun } from "./FollowRun.ts"
import { type Footing, type Recomputed, recomputed, type SymbolChange } from "./Recompute.ts"

export const parities = ["same", "data", "logic", "unknown", "unkept", "broken"] as const
export type Parity = typeof parities[number]

export interface RunParity {
  readonly run: PredictionRun
  readonly parity: Parity
  readonly symbols: number
  /** The first difference of each symbol: of logic where the logic differs, else of what is stored. */
  readonly differences: ReadonlyArray<Difference>
  /** Bars added or revised since, whether or not that changed anything. */
  readonly changes: ReadonlyArray<SymbolChange>
  /** Why it could not be computed; null when it could. */
  readonly failure: string | null
}

export const parityOf = ({ differences, known, logic, sameBars }: Recomputed): Parity =>
  differences.length === 0
    ? "same"
    : sameBars || (logic !== null && logic.length > 0)
    ? "logic"
    : known
    ? "data"
    : "unknown"

const none = { symbols: 0, differences: [], changes: [] }

/** Of runs of one schedule, oldest first. What is wrong with one run never hides the others; only the database's own failures end it. */
export const runParities = Effect.fn("runParities")(function*(runs: ReadonlyArray<PredictionRun>) {
  const all: Array<RunParity> = []
  let footing: Footing | null = null
  for (const run of runs) {
    const next: Standing = yield* runParity(run, footing)
    all.push(next.parity)
    footing = next.footing
  }
  return all
})

interface Standing {
  readonly parity: RunParity
  readonly footing: Footing | null
}

/** From where the run before it left the symbols, where that is known and it fits; else from its beginning. */
const runParity = Effect.fnUntraced(function*(run: PredictionRun, before: Footing | null) {
  const followed = before === null
    ? null
    : yield* Effect.catchDefect(followRun(before, run), () => Effect.succeed(null))
  const computing = followed === null ? recomputed(run) : Effect.succeed(followed)
  const failed = (parity: Parity, failure: string) =>
    Effect.succeed<Standing>({ parity: { run, parity, ...none, failure }, footing: null })
  return yield* computing.pipe(
    Effect.map(({ footing, found }): Standing => ({
      parity: {
        run,
        parity: parityOf(found),
        symbols: found.symbols,
        differences: found.logic !== null && found.logic.length > 0 ? found.logic : found.differences,
        changes: found.changes,
        failure: null
      },
      footing
    })),
    Effect.catchTag("InputsUnknown", ({ message }) => failed("unkept", message)),
    Effect.catchCauseIf(
      Cause.hasDies,
      (cause) => failed("broken", String(Cause.squash(cause)).replaceAll(/\s+/g, " "))
    )
  )
})
