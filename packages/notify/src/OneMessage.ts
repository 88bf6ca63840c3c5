/** How a channel renders that tells all of an alert in one message. */
import type { Alert } from "./Alert.ts"
import type { Payload, Rendered } from "./Channel.ts"

/** Signals that had no room in it are counted in it, so they are told of as well. */
export const oneMessage = (payloadOf: (alert: Alert) => Payload) => (alert: Alert): ReadonlyArray<Rendered> => [{
  part: "",
  signalIds: alert.signals.map(({ id }) => id),
  payload: payloadOf(alert)
}]
