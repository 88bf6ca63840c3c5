/** What changed, as the API tells it, and whether it tells. While it does not, what is shown may be old, and the page says so. */
import { computed, signal } from "@preact/signals"

export const kinds = ["run", "signal", "delivery", "outcome", "reset"] as const
export type Kind = typeof kinds[number]

export interface Change {
  readonly kind: Kind
  readonly id: string | null
  readonly origin: string | null
}

export interface Connection {
  readonly state: "connecting" | "live" | "lost" | "refused"
  /** Why it is refused: what the API answered and said. */
  readonly refusal: { readonly status: number; readonly message: string } | null
}

export const connectionNow = signal<Connection>({ state: "connecting", refusal: null })
export const connection = computed(() => connectionNow.value.state)

type Listener = (change: Change) => void
const listeners = new Set<Listener>()

/** Comes back with what ends it. */
export const onChange = (listener: Listener): () => void => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const tell = (change: Change): void => {
  for (const listener of listeners) listener(change)
}

/** What changed is not known: what is shown is read again, whatever it is. */
export const unknown: Change = { kind: "reset", id: null, origin: null }

export const setConnection = (found: Connection): void => {
  const { state } = connectionNow.peek()
  connectionNow.value = found
  // What was asked for meanwhile may have failed.
  if (found.state === "live" && (state === "lost" || state === "refused")) tell(unknown)
}
