/** Signals: lists, one with all that is known of it, and what people say to it. */
import { SignalPages } from "@dgas/db/SignalPages"
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"
import { paged, pageSize } from "../Paging.ts"

export const signalHandlers: Handlers<"listSignals", SignalPages> = {
  listSignals: ({ query: { cursor, limit = pageSize, origin = "LIVE", ...filter } }) =>
    Effect.gen(function*() {
      const rows = yield* (yield* SignalPages).page({
        ...filter,
        origin,
        limit: limit + 1,
        ...cursor === undefined ? {} : { after: cursor }
      })
      return paged(rows, limit, ({ id, signalTimestamp }) => ({ at: signalTimestamp, id }))
    })
}
