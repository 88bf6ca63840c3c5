/**
 * Server-sent events of what is new.
 *
 * Each has an id to go on from. A comment every 15 s keeps the connection, and whether the caller may still read is asked
 * again with it. Who takes nothing while a megabyte waits is cut off, and goes on from its last event when it comes back.
 */
import type { StreamEvent } from "@dgas/contract/Stream"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Effect from "effect/Effect"
import { LiveFeed } from "./LiveFeed.ts"

const heartbeatMs = 15_000
const mostWaitingBytes = 1024 * 1024
/** After how long a browser connects again. */
const retryMs = 2000

const encoder = new TextEncoder()

/** `mayGoOn` is asked with each heartbeat, `ended` told once when it is over. */
export const eventStream = Effect.fn("eventStream")(function*(
  since: string | null,
  signal: AbortSignal,
  { ended, mayGoOn }: { readonly mayGoOn: Effect.Effect<boolean>; readonly ended: () => void }
): Effect.fn.Return<Response, SqlFailure, LiveFeed> {
  const feed = yield* LiveFeed
  const run = Effect.runPromiseWith(yield* Effect.context())
  const opened = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>()
  const body = new ReadableStream<Uint8Array>({
    start: opened.resolve,
    cancel: () => end()
  }, new ByteLengthQueuingStrategy({ highWaterMark: mostWaitingBytes }))
  const controller = yield* Effect.promise(() => opened.promise)

  let over = false
  let leave = () => {}
  const say = (text: string) => {
    if (over) return
    controller.enqueue(encoder.encode(text))
    if ((controller.desiredSize ?? 0) <= 0) close()
  }
  const heartbeat = setInterval(() => {
    say(": still here\n\n")
    void run(mayGoOn).then((may) => may ? undefined : close())
  }, heartbeatMs)
  const end = () => {
    if (over) return
    over = true
    clearInterval(heartbeat)
    leave()
    ended()
  }
  const close = () => {
    if (over) return
    end()
    controller.close()
  }
  signal.addEventListener("abort", close, { once: true })
  say(`retry: ${retryMs}\n\n`)
  const left = yield* Effect.onError(
    feed.listen(since, {
      place: (place) => say(`id: ${place}\n\n`),
      reset: () => say("event: reset\ndata: {}\n\n"),
      rows: (rows) =>
        Effect.sync(() => {
          for (const { id, kind, origin, place, schedule } of rows) {
            const event: StreamEvent = { kind, id, origin, schedule }
            say(`id: ${place}\nevent: ${kind}\ndata: ${JSON.stringify(event)}\n\n`)
          }
        })
    }),
    () => Effect.sync(close)
  )
  leave = left
  if (over) left()
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // A proxy that gathers an answer before it passes it on would never pass this one on.
      "x-accel-buffering": "no"
    }
  })
})
