/** The destinations of a configuration, each with its channel, its secrets, and what it wants to hear. */
import type { Config } from "@dgas/domain/Config"
import type { Wishes } from "@dgas/domain/DestinationConfig"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Channel } from "./Channel.ts"
import { channelOf } from "./ChannelOf.ts"
import { SafeHttp } from "./SafeHttp.ts"

export interface Destination {
  readonly name: string
  readonly channel: Channel
  readonly wishes: Wishes
}

/**
 * Destinations cannot be used as their variables are: all that is wrong, and in `detail` what was found and what is
 * expected. No value is in it.
 */
export class DestinationUnusable extends Schema.TaggedError<DestinationUnusable>()("DestinationUnusable", {
  mistakes: Schema.Array(Schema.Struct({
    destination: Schema.String,
    /** Of the environment, or a setting of the destination. */
    variable: Schema.String,
    detail: Schema.String
  }))
}) {
  /** A line a mistake. */
  override get message() {
    return this.mistakes
      .map(({ destination, detail, variable }) => `destination ${destination}: ${variable} ${detail}`)
      .join("\n")
  }
}

/** The console is none of them: each worker prints on its own. */
export class Destinations extends Context.Service<Destinations, {
  readonly all: ReadonlyArray<Destination>
}>()("@dgas/notify/Destinations") {
  static readonly none = Layer.succeed(Destinations, Destinations.of({ all: [] }))

  /** In the order of the configuration. Fails when one of them cannot be used as it stands. */
  static readonly layer = (
    { delivery, destinations }: Pick<Config, "delivery" | "destinations">
  ): Layer.Layer<Destinations, DestinationUnusable> =>
    Layer.effect(
      Destinations,
      Effect.gen(function*() {
        const { allowLoopback } = delivery
        const made = yield* Effect.forEach(
          Object.entries(destinations),
          ([name, config]) =>
            channelOf(config, allowLoopback).pipe(
              Effect.mapBoth({
                onFailure: (mistakes) => mistakes.map((mistake) => ({ destination: name, ...mistake })),
                onSuccess: (channel): Destination => ({ name, channel, wishes: config })
              }),
              Effect.result
            )
        )
        const mistakes = made.filter(Result.isFailure).flatMap(({ failure }) => failure)
        if (mistakes.length > 0) return yield* new DestinationUnusable({ mistakes })
        return Destinations.of({ all: made.filter(Result.isSuccess).map(({ success }) => success) })
      })
    ).pipe(Layer.provide(SafeHttp.layer(delivery)))
}
