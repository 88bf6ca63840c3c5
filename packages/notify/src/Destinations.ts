/** The destinations of a configuration, each with its channel, its secrets, and what it wants to hear. */
import type { Wishes } from "@dgas/domain/DestinationConfig"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { Channel } from "./Channel.ts"

export interface Destination {
  readonly name: string
  readonly channel: Channel
  readonly wishes: Wishes
}

/** The console is none of them: each worker prints on its own. */
export class Destinations extends Context.Service<Destinations, {
  readonly all: ReadonlyArray<Destination>
}>()("@dgas/notify/Destinations") {
  static readonly none = Layer.succeed(Destinations, Destinations.of({ all: [] }))
}
