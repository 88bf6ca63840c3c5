/** Whether what is shown is up to date, in words; why not, where the API said so. */
import { computed } from "@preact/signals"
import { callerFailure, isRefused } from "./caller.ts"
import { connectionNow } from "./live.ts"

const refusalTexts: Readonly<Record<number, string>> = {
  401: "not signed in",
  403: "not allowed",
  429: "not live: too many requests"
}

export const connectionText = computed((): string => {
  if (isRefused(callerFailure.value)) return "not signed in"
  const { refusal, state } = connectionNow.value
  if (refusal !== null) return refusalTexts[refusal.status] ?? `not live: the API answered ${refusal.status}`
  return state === "live" ? "up to date" : state === "lost" ? "connection lost, trying again" : "connecting"
})
