/** Fields that are sent once, however often the button is pressed; what keeps them from being taken is said above it. */
import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { Failure } from "../client.ts"

export const Form = ({ children, send, submit }: {
  readonly send: () => Promise<void>
  /** What the button says. */
  readonly submit: string
  readonly children: ComponentChildren
}) => {
  const busy = useSignal(false)
  const failed = useSignal<string | null>(null)
  const take = async (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    failed.value = null
    try {
      await send()
    } catch (thrown) {
      failed.value = thrown instanceof Failure ? thrown.message : String(thrown)
    }
    busy.value = false
  }
  return (
    <form class="filters" onSubmit={take}>
      {children}
      {failed.value !== null && <div class="trouble" role="alert">{failed.value}</div>}
      <button type="submit" disabled={busy.value}>{submit}</button>
    </form>
  )
}
