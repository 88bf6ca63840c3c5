/** Destinations: how they do, whether one works, and what they did not take sent again. */
import { DeliveryReplay } from "@dgas/db/DeliveryReplay"
import { type DestinationHealth, DestinationStore } from "@dgas/db/DestinationStore"
import type { Config } from "@dgas/domain/Config"
import type { Tried } from "@dgas/notify/Channel"
import { destinationOf, sampleSent } from "@dgas/notify/SampleSent"
import * as Effect from "effect/Effect"
import { NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"

type Services = DeliveryReplay | DestinationStore

/** Those of the configuration, in its order, then others that messages were tried for. */
const destinationsOf = (config: Config, known: ReadonlyArray<DestinationHealth>) => [
  ...Object.entries(config.destinations).map(([name, { kind }]) => {
    const found = known.find((one) => one.name === name && one.channel === kind)
    const state = found === undefined || !wasTried(found) ? unused.state : found.state
    return { ...unused, ...found, name, channel: kind, state, configured: true }
  }),
  ...known.filter(({ name }) => destinationOf(config, name) === null).map((one) => ({ ...one, configured: false }))
]

/** A worker that has a destination stores it as well before it tries anything. */
const wasTried = ({ dead, done, lastFailureAt, lastSuccessAt, state }: DestinationHealth): boolean =>
  state !== "well" || lastSuccessAt !== null || lastFailureAt !== null || done + dead > 0

const unused = {
  state: "unused" as const,
  reason: null,
  failingSince: null,
  disabledAt: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  waiting: 0,
  done: 0,
  dead: 0
}

/** The first that was not taken, else the last; answers come without secrets. */
const answerOf = (tries: ReadonlyArray<Tried>) => {
  const told = tries.find(({ outcome }) => outcome !== "taken") ?? tries.at(-1)
  if (told === undefined) return { ok: false, status: null, detail: "it has nothing to say of a sample" }
  const { answer, outcome, status } = told
  const ok = outcome === "taken"
  return { ok, status, detail: ok ? "it took the sample" : answer || "no answer" }
}

export const destinationHandlers = (
  config: Config
): Handlers<"listDestinations" | "testDestination" | "enableDestination" | "replayDestination", Services> => {
  const all = Effect.gen(function*() {
    return destinationsOf(config, yield* (yield* DestinationStore).list)
  })
  const one = Effect.fnUntraced(function*(wanted: string) {
    return (yield* all).find(({ name }) => name === wanted) ?? (yield* new NotFound({ what: "destination" }))
  })
  return {
    listDestinations: () => Effect.map(all, (items) => ({ items })),

    testDestination: ({ params: { name } }) =>
      Effect.gen(function*() {
        const wanted = destinationOf(config, name)
        if (wanted === null) return yield* new NotFound({ what: "configured destination" })
        return yield* sampleSent(config, name, wanted).pipe(
          Effect.map(answerOf),
          // It names variables of the environment, and none of their values.
          Effect.catchTag("DestinationUnusable", ({ message }) =>
            Effect.succeed({ ok: false, status: null, detail: message }))
        )
      }),

    enableDestination: ({ params: { name } }) =>
      Effect.gen(function*() {
        yield* one(name)
        yield* (yield* DestinationStore).enable(name)
        return yield* one(name)
      }),

    replayDestination: ({ params: { name } }) =>
      Effect.gen(function*() {
        yield* one(name)
        return { replayed: yield* (yield* DeliveryReplay).of(name) }
      })
  }
}
