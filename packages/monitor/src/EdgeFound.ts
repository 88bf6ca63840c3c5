/** Whether the signals earn anything: expectancy after costs, beside random entries, and what the fills add up to. */
import { defaultResampling } from "./Bootstrap.ts"
import { type Edge, edgeOf } from "./Edge.ts"
import { type Equity, equityOf, faultsOf } from "./Equity.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { countsOf, denominatorText } from "./OutcomeCounts.ts"
import type { AgainstRandom } from "./RandomEntries.ts"
import { seedOf } from "./Seed.ts"

export interface EdgeFound {
  readonly edge: Edge
  readonly random: AgainstRandom
  readonly equity: Equity | null
  /** Where the curve is not what its fills say: none, or a bug. */
  readonly faults: ReadonlyArray<string>
  readonly denominator: string
}

export const edgeFound = (signals: ReadonlyArray<JudgedSignal>, random: AgainstRandom): EdgeFound => {
  const equity = equityOf(signals)
  return {
    edge: edgeOf(signals, { ...defaultResampling, seed: seedOf(signals) }),
    random,
    equity,
    faults: equity === null ? [] : faultsOf(equity, signals),
    denominator: denominatorText(countsOf(signals))
  }
}
