/** How a channel renders that tells an alert in one message, as far as it has room. */
import type { Alert, AlertSignal } from "./Alert.ts"
import { exitsFirst } from "./AlertWords.ts"
import type { Payload, Rendered } from "./Channel.ts"

export interface Shape {
  readonly payload: Payload
  /** How many of the signals it shows, exits first. The others it only counts, so nobody is told of them by it. */
  readonly signals: number
}

export const oneMessage = (shapeOf: (alert: Alert) => Shape) => (alert: Alert): ReadonlyArray<Rendered> => {
  const { payload, signals } = shapeOf(alert)
  const shown = new Set<AlertSignal>(exitsFirst(alert.signals).slice(0, signals))
  return [{
    part: "",
    signalIds: alert.signals.filter((signal) => shown.has(signal)).map(({ id }) => id),
    payload
  }]
}
