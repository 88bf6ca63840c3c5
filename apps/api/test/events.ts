/** A reader of server-sent events, as a browser is one. */
import * as Effect from "effect/Effect"
import { connect } from "node:net"

export interface Event {
  readonly id: string | null
  readonly name: string | null
  readonly data: string | null
}

export interface OpenEvents {
  readonly lastEventId?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** `next` waits for an event or an id, `beat` for a heartbeat; null when it is over. `lastId` is what a browser would come back with. */
export const openEvents = (url: string, { headers = {}, lastEventId = null }: OpenEvents = {}) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const abort = new AbortController()
      const response = await fetch(url, {
        signal: abort.signal,
        headers: { ...headers, ...lastEventId === null ? {} : { "last-event-id": lastEventId } }
      })
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ""
      let lastId = lastEventId
      const block = async (): Promise<ReadonlyArray<string> | null> => {
        while (true) {
          const end = text.indexOf("\n\n")
          if (end >= 0) {
            const lines = text.slice(0, end).split("\n")
            text = text.slice(end + 2)
            return lines
          }
          const { done, value } = await reader.read()
          if (done) return null
          text += value
        }
      }
      const next = async (): Promise<Event | null> => {
        for (let lines = await block(); lines !== null; lines = await block()) {
          const field = (name: string) =>
            lines!.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null
          const event = { id: field("id"), name: field("event"), data: field("data") }
          lastId = event.id ?? lastId
          if (event.id !== null || event.name !== null) return event
        }
        return null
      }
      const beat = async (): Promise<string | null> => {
        for (let lines = await block(); lines !== null; lines = await block()) {
          const comment = lines.find((line) => line.startsWith(":"))
          if (comment !== undefined) return comment
        }
        return null
      }
      return {
        response,
        next: Effect.promise(next),
        beat: Effect.promise(beat),
        lastId: () => lastId,
        close: () => abort.abort()
      }
    }),
    ({ close }) => Effect.sync(close)
  )

/** A client that takes nothing once its answer has begun. `rest` is all that it was sent until the server ended it. */
export const unread = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const { hostname, pathname, port } = new URL(url)
      const socket = connect(Number(port), hostname)
      socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`)
      const parts: Array<Buffer> = []
      await new Promise<void>((resolve) =>
        socket.once("data", (part: Buffer) => {
          socket.pause()
          parts.push(part)
          resolve()
        })
      )
      const rest = Effect.promise(async () => {
        const { promise: ended, resolve } = Promise.withResolvers<void>()
        socket.on("data", (part: Buffer) => {
          parts.push(part)
          // The last chunk, after which the connection stays open.
          if (part.subarray(-5).toString("latin1") === "0\r\n\r\n") resolve()
        })
        socket.on("close", resolve)
        socket.resume()
        await ended
        return Buffer.concat(parts).toString("latin1")
      })
      return { rest, socket }
    }),
    ({ socket }) => Effect.sync(() => void socket.destroy())
  )
