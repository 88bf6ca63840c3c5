/** A button that asks the API to do something, and says beside it what came of it. */
import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { Failure } from "../client.ts"

export const Action = ({ act, children, quiet = false, sure }: {
  /** Comes back with what to say of it; null for nothing. */
  readonly act: () => Promise<string | null>
  readonly quiet?: boolean
  /** Of what cannot be taken back: what the button says before it is pressed again. */
  readonly sure?: string
  readonly children: ComponentChildren
}) => {
  const busy = useSignal(false)
  const said = useSignal<string | null>(null)
  const isSure = useSignal(sure === undefined)
  const press = async ({ detail: clicks }: MouseEvent) => {
    // The second click of a double one says yes to nothing.
    if (clicks > 1) return
    if (!isSure.value) {
      isSure.value = true
      return
    }
    busy.value = true
    said.value = null
    try {
      said.value = await act()
    } catch (thrown) {
      said.value = `not done: ${thrown instanceof Failure ? thrown.message : String(thrown)}`
    }
    busy.value = false
    isSure.value = sure === undefined
  }
  const forget = () => {
    isSure.value = sure === undefined
  }
  return (
    <span class="action">
      <button
        type="button"
        class={quiet ? "quiet" : undefined}
        disabled={busy.value}
        onClick={press}
        onBlur={forget}
      >
        {sure !== undefined && isSure.value ? sure : children}
      </button>
      <span role="status">{said.value}</span>
    </span>
  )
}
