/** What a person says to a signal: that it was seen, and what became of it. */
import { useSignal } from "@preact/signals"
import { refresh } from "../../answers.ts"
import { mayWrite } from "../../caller.ts"
import { call } from "../../client.ts"
import { Action } from "../../parts/Action.tsx"
import type { Detail } from "../SignalView.tsx"
import { Correction } from "./Correction.tsx"

export const SignalActions = ({ signal: { acknowledgedAt, correctedAt, ...signal } }: { readonly signal: Detail }) => {
  const isOpen = useSignal(false)
  if (!mayWrite.value) return null
  const params = { id: signal.id }
  const isExit = signal.type.startsWith("EXIT")
  const acknowledge = async () => {
    await call("acknowledgeSignal", { params })
    refresh("getSignal")
    return null
  }
  const withdraw = async () => {
    await call("withdrawCorrection", { params })
    refresh("getSignal")
    return "The bars say again what became of it."
  }
  return (
    <div class="actions">
      {acknowledgedAt === null && <Action act={acknowledge}>I have seen it</Action>}
      {!isExit && (
        <button type="button" class="quiet" onClick={() => (isOpen.value = true)}>
          Correct the outcome
        </button>
      )}
      {correctedAt !== null && <Action quiet act={withdraw}>Withdraw the correction</Action>}
      {isOpen.value && (
        <Correction signal={{ ...signal, acknowledgedAt, correctedAt }} close={() => (isOpen.value = false)} />
      )}
    </div>
  )
}
