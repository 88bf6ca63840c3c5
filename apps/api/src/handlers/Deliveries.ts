/** Messages, what became of them, and those that did not arrive sent again. */
import { DeliveryHistory } from "@dgas/db/DeliveryHistory"
import { DeliveryReplay } from "@dgas/db/DeliveryReplay"
import * as Effect from "effect/Effect"
import { Conflict, NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"
import { paged } from "../Paging.ts"

const noSuchMessage = () => new NotFound({ what: "message" })

const found = Effect.fnUntraced(function*(id: string) {
  return (yield* (yield* DeliveryHistory).one(id)) ?? (yield* noSuchMessage())
})

export const deliveryHandlers: Handlers<
  "listDeliveries" | "getDelivery" | "replayDelivery",
  DeliveryHistory | DeliveryReplay
> = {
  listDeliveries: ({ query }) =>
    Effect.flatMap(DeliveryHistory, ({ page }) => paged(query, page, ({ createdAt, id }) => ({ at: createdAt, id }))),

  getDelivery: ({ params: { id } }) =>
    Effect.map(found(id), ({ attempts, message }) => ({ ...message, tries: attempts })),

  replayDelivery: ({ params: { id } }) =>
    Effect.gen(function*() {
      const replay = yield* (yield* DeliveryReplay).one(id)
      if (replay === null) return yield* noSuchMessage()
      if (!replay.replayed) {
        return yield* new Conflict({
          detail: replay.state === "done"
            ? "the message has arrived, and is not sent twice"
            : `the message is ${replay.state}, so it goes by itself; expected one that is held, dead, expired or suppressed`
        })
      }
      return (yield* found(id)).message
    })
}
