/** What is new, as it comes. */
import * as Effect from "effect/Effect"
import { Access } from "../Access.ts"
import { TooMany } from "../ApiError.ts"
import { eventStream } from "../EventStream.ts"
import type { Handlers } from "../Handler.ts"
import type { LiveFeed } from "../LiveFeed.ts"

/** Each is a connection that stays open. */
const mostStreams = 200

export const makeStreamHandlers = (): Handlers<"stream", Access | LiveFeed> => {
  let open = 0
  return {
    stream: ({ peer, request }) =>
      Effect.gen(function*() {
        if (open >= mostStreams) return yield* new TooMany({ retryAfterS: 30 })
        const access = yield* Access
        const mayGoOn = access.admit(request, peer, "read").pipe(
          Effect.as(true),
          // A database that is away says nothing of who may.
          Effect.catch((error) =>
            Effect.succeed(error._tag === "SqlTimeout" || error._tag === "StoreUnavailable" || error._tag === "TooMany")
          )
        )
        open++
        return yield* eventStream(request.headers.get("last-event-id"), request.signal, {
          mayGoOn,
          ended: () => void open--
        })
      })
  }
}
