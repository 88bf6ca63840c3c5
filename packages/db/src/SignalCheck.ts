/** What makes a signal fit to be stored: its Schema, and the rules of the table that no field shows alone. */
import { isEntry, Signal } from "@dgas/domain/Signal"
import { instantRefusal, parted, schemaRefusal, textRefusal } from "./Rejection.ts"

/** Why the table would refuse `signal`; null when it would not. */
export const refusalOf = (signal: Signal): string | null =>
  fieldRefusal(signal) ?? ruleRefusal(signal) ?? instantRefusal(signal.signalTimestamp) ?? textRefusal(signal)

/** Parts `signals` into those fit to be stored and those that are not. */
export const checkSignals = (signals: ReadonlyArray<Signal>) => parted(signals, refusalOf)

const fieldRefusal = schemaRefusal(Signal)
const largestCount = 2 ** 31 - 1

const ruleRefusal = (signal: Signal): string | null => {
  const { closesSignalId, confluenceZonesCount, entryPrice, stopLoss, targetPrice, type } = signal
  const prices = `stop ${stopLoss}, entry ${entryPrice}, target ${targetPrice}`
  if (type === "LONG" && !(stopLoss < entryPrice && entryPrice < targetPrice)) {
    return `expected stop < entry < target of a LONG, found ${prices}`
  }
  if (type === "SHORT" && !(targetPrice < entryPrice && entryPrice < stopLoss)) {
    return `expected target < entry < stop of a SHORT, found ${prices}`
  }
  if (isEntry(type) && closesSignalId !== null) return `expected a ${type} to close nothing, found ${closesSignalId}`
  if (confluenceZonesCount > largestCount) return `expected fewer zones, found ${confluenceZonesCount}`
  return null
}
