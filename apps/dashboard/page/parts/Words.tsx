/** The words of the field, each with its sign and colour: types, directions, outcomes, states. */
import type { SignalItem } from "@dgas/contract/Signals"
import type { AnswerOf } from "../client.ts"
import { signedText, words } from "../texts.ts"
import { Tag, type Tone } from "./Tag.tsx"

const types: Readonly<Record<SignalItem["type"], readonly [Tone, string]>> = {
  LONG: ["up", "▲ LONG"],
  SHORT: ["down", "▼ SHORT"],
  EXIT_LONG: ["plain", "△ EXIT LONG"],
  EXIT_SHORT: ["plain", "▽ EXIT SHORT"]
}

export const TypeTag = ({ type }: { readonly type: SignalItem["type"] }) => {
  const [tone, text] = types[type]
  return <Tag tone={tone}>{text}</Tag>
}

const directions = { UP: "↑ up", DOWN: "↓ down", NEUTRAL: "→ neutral" } as const

export const directionText = (direction: keyof typeof directions): string => directions[direction]

const outcomes: Readonly<Record<NonNullable<SignalItem["outcome"]>, readonly [Tone, string]>> = {
  WIN: ["up", "✓ win"],
  LOSS: ["down", "✕ loss"],
  NEUTRAL: ["plain", "○ neutral"],
  PENDING: ["plain", "… pending"]
}

type Judged = Pick<AnswerOf<"getSignal">, "outcome" | "exitReason" | "r" | "correctedAt" | "filled" | "type">

/** What became of it, with its result in R. An exit has no outcome of its own. */
export const OutcomeTag = ({ signal }: { readonly signal: Judged }) => {
  if (signal.type.startsWith("EXIT")) return <span class="soft">closes an entry</span>
  if (signal.outcome === null) return <span class="soft">not judged yet</span>
  const [tone, text] = outcomes[signal.outcome]
  const open = signal.outcome === "PENDING" ? (signal.filled === true ? " · filled" : "") : ""
  const reason = signal.exitReason === null ? "" : ` · ${words(signal.exitReason)}`
  const result = signal.r === null || signal.exitReason === "UNFILLED" ? "" : ` · ${signedText(signal.r)} R`
  return (
    <Tag tone={tone} title={signal.correctedAt === null ? undefined : "a person said so"}>
      {text}
      {open}
      {reason}
      {result}
      {signal.correctedAt === null ? "" : " · corrected"}
    </Tag>
  )
}

const states: Readonly<Record<string, readonly [Tone, string]>> = {
  SUCCESS: ["good", "✓ success"],
  PARTIAL: ["warn", "! partial"],
  FAILED: ["bad", "✕ failed"],
  done: ["good", "✓ done"],
  running: ["plain", "… running"],
  late: ["warn", "! late"],
  missed: ["bad", "✕ missed"],
  failed: ["bad", "✕ failed"],
  pending: ["plain", "… pending"],
  leased: ["plain", "… being sent"],
  held: ["warn", "! held"],
  dead: ["bad", "✕ dead"],
  expired: ["warn", "! expired"],
  suppressed: ["plain", "○ suppressed"],
  well: ["good", "✓ well"],
  failing: ["bad", "✕ failing"],
  disabled: ["bad", "✕ disabled"],
  unused: ["plain", "○ not used yet"],
  idle: ["good", "✓ idle"],
  stopped: ["warn", "! stopped"],
  none: ["warn", "! never ran"],
  error: ["bad", "✕ error"],
  silent: ["bad", "✕ silent"],
  died: ["bad", "✕ died"]
}

/** Of runs, slots, messages, destinations and the worker. */
export const StateTag = ({ state }: { readonly state: string }) => {
  const [tone, text] = states[state] ?? ["plain", words(state)]
  return <Tag tone={tone}>{text}</Tag>
}
