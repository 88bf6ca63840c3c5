/** Whether what is shown is up to date, in words; why not, where the API said so. */
import { computed } from "@preact/signals"
import { callerFailure, isRefused } from "./caller.ts"
import { connectionNow } from "./live.ts"
import { origin, place } from "./Place.ts"

const refusalTexts: Readonly<Record<number, string>> = {
  401: "not signed in",
  403: "not allowed",
  429: "not live: too many requests"
}

/** Whether replays are shown, which the stream does not tell of. Messages and settings are of no origin. */
export const hasReplays = computed((): boolean => {
  const { view } = place.value
  return origin.value !== "LIVE" && origin.value !== "DEMO" && view !== "deliveries" && view !== "settings"
})

/** What of the stream is shown in colour: that it is there says nothing of replays. */
export const connectionTone = computed(() =>
  connectionNow.value.state === "live" && hasReplays.value ? "connecting" : connectionNow.value.state
)

export const connectionText = computed((): string => {
  if (isRefused(callerFailure.value)) return "not signed in"
  const { refusal, state } = connectionNow.value
  if (refusal !== null) return refusalTexts[refusal.status] ?? `not live: the API answered ${refusal.status}`
  if (state === "live" && hasReplays.value) {
    return origin.value === "REPLAY" ? "not live: replays are not streamed" : "up to date, but for replays"
  }
  return state === "live" ? "up to date" : state === "lost" ? "connection lost, trying again" : "connecting"
})
