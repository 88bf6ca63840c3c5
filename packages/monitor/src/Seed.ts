/** A seed that the data make: the same signals with the same results are drawn in the same way wherever it is done. */
import { createHash } from "node:crypto"
import type { JudgedSignal } from "./JudgedSignal.ts"

/** A whole number of 32 bits; the order of the signals has no part in it. */
export const seedOf = (signals: ReadonlyArray<Pick<JudgedSignal, "id" | "outcome" | "r">>): number => {
  const hash = createHash("sha256")
  for (const line of signals.map(({ id, outcome, r }) => `${id} ${outcome} ${r}\n`).toSorted()) hash.update(line)
  return hash.digest().readInt32LE(0)
}
