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
import { recompute, type Recomputed, type SymbolChange } from "./Recompute.ts"

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

/** What is wrong with one run never hides the others; only the database's own failures end it. */
export const runParity = Effect.fn("runParity")(function*(run: PredictionRun) {
  return yield* recompute(run).pipe(
    Effect.map((found): RunParity => ({
      run,
      parity: parityOf(found),
      symbols: found.symbols,
      differences: found.logic !== null && found.logic.length > 0 ? found.logic : found.differences,
      changes: found.changes,
      failure: null
    })),
    Effect.catchTag(
      "InputsUnknown",
      ({ message }) => Effect.succeed<RunParity>({ run, parity: "unkept", ...none, failure: message })
    ),
    Effect.catchCauseIf(Cause.hasDies, (cause) =>
      Effect.succeed<RunParity>({
        run,
        parity: "broken",
        ...none,
        failure: String(Cause.squash(cause)).replaceAll(/\s+/g, " ")
      }))
  )
})
