/** A reader of server-sent events, as a browser is one. */
import * as Effect from "effect/Effect"

export interface Event {
  readonly id: string | null
  readonly name: string | null
  readonly data: string | null
}

/** `next` waits for an event or an id; `lastId` is what a browser would come back with. */
export const openEvents = (url: string, lastEventId: string | null = null) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const abort = new AbortController()
      const response = await fetch(url, {
        signal: abort.signal,
        headers: lastEventId === null ? {} : { "last-event-id": lastEventId }
      })
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ""
      let lastId = lastEventId
      const read = async (): Promise<Event | null> => {
        while (true) {
          const end = text.indexOf("\n\n")
          if (end < 0) {
            const { done, value } = await reader.read()
            if (done) return null
            text += value
            continue
          }
          const lines = text.slice(0, end).split("\n")
          text = text.slice(end + 2)
          const field = (name: string) =>
            lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null
          const event = { id: field("id"), name: field("event"), data: field("data") }
          lastId = event.id ?? lastId
          if (event.id !== null || event.name !== null) return event
        }
      }
      return { response, next: Effect.promise(read), lastId: () => lastId, close: () => abort.abort() }
    }),
    ({ close }) => Effect.sync(close)
  )
