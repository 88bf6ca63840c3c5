/** What a run found, for eyes. */
import { left, render, right } from "@dgas/notify/Table"
import { isOk } from "./checks/Check.ts"
import type { Verdict } from "./Suite.ts"

export const failures = ({ checks }: Verdict): ReadonlyArray<string> =>
  checks.filter(({ ok }) => !ok).map(({ figure, name }) => `${name}: ${figure}`)

export const verdictText = (verdict: Verdict): string => {
  const { checks, evidence, faults, seconds, seed } = verdict
  const table = render(
    [left("check"), left("found"), left("expected"), left("")],
    checks.map(({ bound, figure, name, ok }) => [name, figure, bound, bound === "" ? "" : ok ? "ok" : "FAILED"])
  )
  const wrong = checks.filter(({ ok }) => !ok).map(({ examples, name }) =>
    [`\n${name}:`, ...examples.map((one) => `  ${one}`)].join("\n")
  )
  const happened = render(
    [left("what happened"), right("times")],
    Object.entries(faults).map(([what, times]) => [what, String(times)])
  )
  return [
    happened,
    "",
    table,
    ...wrong,
    ...evidence === null ? [] : ["", `logs, journals and the database: ${evidence}`],
    "",
    `${isOk(checks) ? "ok" : "FAILED"} in ${Math.round(seconds)} s, seed ${seed} (repeat it with --seed ${seed})`
  ].join("\n")
}
