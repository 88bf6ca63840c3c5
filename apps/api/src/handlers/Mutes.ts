/** What nobody is to be told of for a while. */
import { DbClock } from "@dgas/db/DbClock"
import { MuteStore } from "@dgas/db/MuteStore"
import type { Config } from "@dgas/domain/Config"
import { mutableNames } from "@dgas/notify/MutableNames"
import * as Effect from "effect/Effect"
import { notAsExpected, NotFound } from "../ApiError.ts"
import { nameOf } from "../Caller.ts"
import type { Handlers } from "../Handler.ts"

export const muteHandlers = (config: Config): Handlers<"listMutes" | "addMute" | "liftMute", DbClock | MuteStore> => {
  const names = mutableNames(config)
  return {
    listMutes: () =>
      Effect.gen(function*() {
        return { items: yield* (yield* MuteStore).list({ all: false }) }
      }),

    addMute: ({ body, caller }) =>
      Effect.gen(function*() {
        const now = yield* (yield* DbClock).now
        const mistakes = [
          ...(["schedule", "symbol", "destination"] as const).flatMap((part) => {
            const given = body[part]
            const known = names[part].slice(0, 20).join(", ")
            return given === null || names[part].includes(given)
              ? []
              : [{ where: `body.${part}`, expected: `null, or one of the configuration: ${known}` }]
          }),
          ...body.endsAt > now ? [] : [{ where: "body.endsAt", expected: "an instant to come" }]
        ]
        if (mistakes.length > 0) return yield* notAsExpected("body", mistakes)
        const added = yield* (yield* MuteStore).add({ ...body, author: nameOf(caller) })
        // Null is of a given id, and this one is drawn.
        return added ?? (yield* Effect.die(new Error("a mute with a drawn id was not added")))
      }),

    liftMute: ({ params: { id } }) =>
      Effect.gen(function*() {
        return (yield* (yield* MuteStore).lift(id)) ?? (yield* new NotFound({ what: "mute" }))
      })
  }
}
