/** The one table in which signals are shown to people, by the console channel and by reports alike. */
import type { Signal, SignalType } from "@dgas/domain/Signal"
import { timeText } from "@dgas/domain/TimeText"
import { priceText } from "./PriceText.ts"
import { left, right, type TableColumn } from "./Table.ts"

/** The line under every report and message. */
export const disclaimer = "Computed from past prices, no investment advice. Confidence is a score, not a probability."

export const signalColumns = (zone: string): ReadonlyArray<TableColumn> => [
  left(`bar close (${zone})`),
  left("symbol"),
  left("type"),
  right("entry"),
  right("stop"),
  right("target"),
  right("R:R"),
  right("confidence"),
  left("tier"),
  left("reason")
]

/** What the table needs of a signal. */
export type ShownSignal = Pick<
  Signal,
  | "symbol"
  | "type"
  | "signalTimestamp"
  | "entryPrice"
  | "stopLoss"
  | "targetPrice"
  | "riskRewardRatio"
  | "confidence"
  | "tier"
  | "patternContext"
>

const isExit = (type: SignalType) => type === "EXIT_LONG" || type === "EXIT_SHORT"

/** Why the signal was given, in one line. */
export const reasonOf = (signal: ShownSignal): string => {
  const reason = signal.patternContext["reason"]
  return typeof reason === "string" ? reason : ""
}

/** Of its instrument; null where that is not known. */
export const tickOf = (signal: ShownSignal): number | null => {
  const tick = signal.patternContext["tick"]
  return typeof tick === "number" ? tick : null
}

/** The cells of one signal. An exit is at the last close, so it has a price and neither stop nor target. */
export const signalCells = (signal: ShownSignal, zone: string): ReadonlyArray<string> => {
  const price = (value: number) => priceText(value, tickOf(signal))
  const exit = isExit(signal.type)
  return [
    timeText(signal.signalTimestamp, zone),
    signal.symbol,
    signal.type,
    price(signal.entryPrice),
    exit ? "" : price(signal.stopLoss),
    exit ? "" : price(signal.targetPrice),
    signal.riskRewardRatio === null ? "" : signal.riskRewardRatio.toFixed(2),
    signal.confidence.toFixed(2),
    signal.tier ?? "",
    reasonOf(signal)
  ]
}
