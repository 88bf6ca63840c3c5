/**
 * Server-sent events of what is new.
 *
 * Each has an id to go on from. A comment every 15 s keeps the connection. Whether the caller may still read is asked before
 * it is told anything, and every 2 s while there is nothing to tell. Who takes nothing while a megabyte waits is cut off, and
 * goes on from its last event when it comes back.
 */
import type { StreamEvent } from "@dgas/contract/Stream"
import type { FeedRow } from "@dgas/db/FeedStore"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { LiveFeed } from "./LiveFeed.ts"

export const heartbeatMs = 15_000
const checkMs = 2000
const mostWaitingBytes = 1024 * 1024
/** After how long a browser connects again. */
const retryMs = 2000

/** How often a stream without news says that it is there, and asks whether its caller may still read. */
export const StreamPace = Context.Reference("@dgas/api/StreamPace", { defaultValue: () => ({ heartbeatMs, checkMs }) })

export interface StreamOptions {
  readonly mayGoOn: Effect.Effect<boolean>
  /** Called once, when it is over. */
  readonly ended: () => void
}

const encoder = new TextEncoder()

export const eventStream = Effect.fn("eventStream")(function*(
  since: string | null,
  signal: AbortSignal,
  { ended, mayGoOn }: StreamOptions
): Effect.fn.Return<Response, SqlFailure, LiveFeed> {
  const feed = yield* LiveFeed
  const pace = yield* StreamPace
  const run = Effect.runPromiseWith(yield* Effect.context())
  const opened = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>()
  const body = new ReadableStream<Uint8Array>({
    start: opened.resolve,
    cancel: () => end()
  }, new ByteLengthQueuingStrategy({ highWaterMark: mostWaitingBytes }))
  const controller = yield* Effect.promise(() => opened.promise)

  let over = false
  let leave = () => {}
  const end = () => {
    if (over) return
    over = true
    for (const timer of timers) clearInterval(timer)
    leave()
    ended()
  }
  const close = () => {
    if (over) return
    end()
    controller.close()
  }
  const say = (text: string) => {
    if (over) return
    controller.enqueue(encoder.encode(text))
    if ((controller.desiredSize ?? 0) <= 0) close()
  }
  /** Who may not go on hears nothing more. */
  const check = Effect.catchDefect(
    mayGoOn,
    (defect) =>
      Effect.as(Effect.logError(`stream: a bug in asking who may go on, ${String(defect)}; it is closed`), false)
  ).pipe(
    Effect.map((may) => may ? undefined : close())
  )
  const timers = [
    setInterval(() => say(": still here\n\n"), pace.heartbeatMs),
    setInterval(() => void run(check), pace.checkMs)
  ]
  signal.addEventListener("abort", close, { once: true })
  if (signal.aborted) close()
  say(`retry: ${retryMs}\n\n`)
  const left = yield* Effect.onError(
    feed.listen(since, {
      place: (place) => say(`id: ${place}\n\n`),
      reset: () => say("event: reset\ndata: {}\n\n"),
      rows: (rows) =>
        Effect.map(check, () => {
          for (const row of rows) say(textOf(row))
        }).pipe(Effect.onError(() => Effect.sync(close)))
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

const textOf = ({ id, kind, origin, place, schedule }: FeedRow): string => {
  const event: StreamEvent = { kind, id, origin, schedule }
  return `id: ${place}\nevent: ${kind}\ndata: ${JSON.stringify(event)}\n\n`
}
