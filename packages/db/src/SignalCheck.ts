/** What makes a signal fit to be stored: its Schema, and the rules of the table that no field shows alone. */
import { isEntry, Signal } from "@dgas/domain/Signal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isStorable } from "./StorableJson.ts"

/** A signal that was not stored, and why. */
export interface RejectedSignal {
  readonly id: string
  readonly reason: string
}

const decode = Schema.decodeUnknownResult(Signal)
const largestCount = 2 ** 31 - 1
const lastMs = Date.UTC(9999, 11, 31)

/** Why the table would refuse `signal`; null when it would not. */
export const refusalOf = (signal: Signal): string | null => {
  const decoded = decode(signal)
  if (Result.isFailure(decoded)) return decoded.failure.message.replaceAll(/\s*\n\s*/g, " ")
  const { closesSignalId, confluenceZonesCount, entryPrice, signalTimestamp, stopLoss, targetPrice, type } = signal
  const prices = `stop ${stopLoss}, entry ${entryPrice}, target ${targetPrice}`
  if (type === "LONG" && !(stopLoss < entryPrice && entryPrice < targetPrice)) {
    return `expected stop < entry < target of a LONG, found ${prices}`
  }
  if (type === "SHORT" && !(targetPrice < entryPrice && entryPrice < stopLoss)) {
    return `expected target < entry < stop of a SHORT, found ${prices}`
  }
  if (isEntry(type) && closesSignalId !== null) return `expected a ${type} to close nothing, found ${closesSignalId}`
  if (confluenceZonesCount > largestCount) return `expected fewer zones, found ${confluenceZonesCount}`
  if (signalTimestamp < 0 || signalTimestamp > lastMs) {
    return `expected an instant from 1970 to 9999, found ${signalTimestamp}`
  }
  return isStorable(signal) ? null : "expected text without NUL characters and half surrogate pairs"
}

/** Parts `signals` into those fit to be stored and those that are not. */
export const checkSignals = (signals: ReadonlyArray<Signal>) => {
  const fit: Array<Signal> = []
  const rejected: Array<RejectedSignal> = []
  for (const signal of signals) {
    const reason = refusalOf(signal)
    if (reason === null) fit.push(signal)
    else rejected.push({ id: String(signal.id), reason })
  }
  return { fit, rejected }
}
