/** What is new, as it comes. */
import * as Effect from "effect/Effect"
import { Access } from "../Access.ts"
import { TooMany } from "../ApiError.ts"
import { eventStream } from "../EventStream.ts"
import type { Handlers } from "../Handler.ts"
import type { LiveFeed } from "../LiveFeed.ts"
import { Streams, tooManyStreams } from "../Streams.ts"

export const makeStreamHandlers = (): Handlers<"stream", Access | LiveFeed> => {
  const streams = new Streams()
  return {
    stream: ({ caller, peer, request }) =>
      // Whoever leaves while it is opened is counted no more.
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function*() {
          const access = yield* Access
          const ended = streams.enter(access.clientOf(caller, request, peer))
          if (ended === null) return yield* new TooMany({ retryAfterS: 30, detail: tooManyStreams })
          const mayGoOn = access.mayGoOn(request, peer, "read")
          const since = request.headers.get("last-event-id")
          return yield* restore(eventStream(since, request.signal, { mayGoOn, ended })).pipe(
            Effect.onError(() => Effect.sync(ended))
          )
        })
      )
  }
}
