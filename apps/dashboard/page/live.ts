/**
 * What changed, as the API tells it: one stream for the whole page.
 *
 * The browser takes a broken stream up again by itself and says where it was; where it gives up, as after an answer that
 * is no stream, it is opened anew. Until then what is shown may be old, and the page says so.
 */
import { signal } from "@preact/signals"

export const kinds = ["run", "signal", "delivery", "outcome", "reset"] as const
export type Kind = typeof kinds[number]

export interface Change {
  readonly kind: Kind
  readonly id: string | null
  readonly origin: string | null
}

export const connection = signal<"connecting" | "live" | "lost">("connecting")

type Listener = (change: Change) => void
const listeners = new Set<Listener>()

/** Comes back with what ends it. */
export const onChange = (listener: Listener): () => void => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const tell = (change: Change) => {
  for (const listener of listeners) listener(change)
}

const textOf = (value: unknown, key: string): string | null => {
  if (typeof value !== "object" || value === null || !(key in value)) return null
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof found === "string" ? found : null
}

/** Waits between openings of a stream that was refused, from 1 s to 15 s. */
const longestWaitMs = 15_000
let waitMs = 1000

export const connect = (): void => {
  const stream = new EventSource("/v1/stream")
  stream.addEventListener("open", () => {
    // What happened while nothing was heard is not known unless the stream tells it: look again.
    if (connection.value === "lost") tell({ kind: "reset", id: null, origin: null })
    connection.value = "live"
    waitMs = 1000
  })
  stream.addEventListener("error", () => {
    connection.value = "lost"
    if (stream.readyState !== EventSource.CLOSED) return
    setTimeout(connect, waitMs)
    waitMs = Math.min(longestWaitMs, waitMs * 2)
  })
  for (const kind of kinds) {
    stream.addEventListener(kind, ({ data }) => {
      let told: unknown = null
      try {
        told = JSON.parse(data)
      } catch {
        // An event without JSON still says that something of its kind changed.
      }
      tell({ kind, id: textOf(told, "id"), origin: textOf(told, "origin") })
    })
  }
}
