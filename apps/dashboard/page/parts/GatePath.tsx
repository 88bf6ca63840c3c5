/** The gates from a bar to a signal as a path: those that were open, the one that was closed, those not tried. */
import type { GateStep } from "../behind.ts"
import { dash } from "../texts.ts"
import { Tag } from "./Tag.tsx"

/** What each gate asks, in the order in which they are tried. */
const questions: Readonly<Record<string, string>> = {
  NO_DATA: "Is the bar there?",
  WARMING_UP: "Are there enough bars?",
  LIVE_SIGNAL: "Is no other signal live?",
  HIGHER_NEUTRAL: "Has the higher timeframe a direction?",
  NOT_PERMITTED: "Is a trade in that direction permitted?",
  HIGHER_IN_CONGESTION: "Is the higher timeframe out of congestion?",
  NO_PATTERN: "Does a pattern support it?",
  NO_ZONE_NEAR: "Is a zone near?",
  WEAK: "Is it strong enough?",
  BAD_PRICES: "Do entry, stop and target fit?",
  FILTERED: "Do the filters keep it?"
}

const factText = (fact: number | string | null): string =>
  fact === null ? dash : typeof fact === "number" ? String(Number(fact.toFixed(4))) : fact

export const gateQuestion = (gate: string): string => questions[gate] ?? gate

export const GatePath = ({ steps }: { readonly steps: ReadonlyArray<GateStep> }) => {
  const tried = new Set(steps.map(({ gate }) => gate))
  const stopped = steps.some(({ passed }) => !passed)
  const left = stopped ? Object.keys(questions).filter((gate) => !tried.has(gate)) : []
  return (
    <ol class="gates">
      {steps.map(({ detail, found, gate, needed, passed }) => (
        <li key={gate} class={passed ? "open" : "closed"}>
          <div>
            <strong>{gateQuestion(gate)}</strong>{" "}
            <Tag tone={passed ? "good" : "bad"}>{passed ? "✓ open" : "✕ closed"}</Tag>
          </div>
          <p>{detail}</p>
          {(found !== null || needed !== null) && <p class="soft">found {factText(found)}, needed {factText(needed)}
          </p>}
          <code>{gate}</code>
        </li>
      ))}
      {left.length > 0 && (
        <li class="untried">
          <p class="soft">Not tried after that: {left.map((gate) => gateQuestion(gate)).join(" ")}</p>
        </li>
      )}
    </ol>
  )
}
