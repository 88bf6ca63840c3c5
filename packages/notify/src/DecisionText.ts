/** What a symbol came to at a bar close, in a line, with the prices that somebody may have traded on. */
import { isEntry, type Signal } from "@dgas/domain/Signal"
import type { Told } from "@dgas/engine/Explain"
import { priceText } from "./PriceText.ts"

type Prices = Pick<Signal, "type" | "entryPrice" | "stopLoss" | "targetPrice" | "confidence">

export const decisionText = ({ gate, signal }: Told<Prices>, tick: number | null): string => {
  if (gate !== null) return `no signal: ${gate.gate}, ${gate.detail}`
  if (signal === null) return "nothing"
  const price = (value: number) => priceText(value, tick)
  const { confidence, entryPrice, stopLoss, targetPrice, type } = signal
  return isEntry(type)
    ? `${type} entry ${price(entryPrice)} stop ${price(stopLoss)} target ${price(targetPrice)} confidence ${
      confidence.toFixed(2)
    }`
    : `${type} at ${price(entryPrice)} confidence ${confidence.toFixed(2)}`
}
