/** Sends a sample to one destination of a configuration now, whatever its state, and tells what it answered. */
import type { Config } from "@dgas/domain/Config"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Destinations } from "./Destinations.ts"
import { sampleAlert } from "./SampleAlert.ts"

/** One try for each message of the sample, most often one. Fails when the destination cannot be used as it stands. */
export const sampleSent = Effect.fn("sampleSent")(function*(
  config: Config,
  name: string,
  destination: Config["destinations"][string]
) {
  const { all } = yield* Effect.provide(
    Destinations,
    Destinations.layer({ ...config, destinations: { [name]: destination } })
  )
  const alert = sampleAlert(name, yield* Clock.currentTimeMillis, config.timeZone)
  return yield* Effect.forEach(
    all.flatMap(({ channel }) => channel.render(alert).map((rendered) => ({ channel, rendered }))),
    ({ channel, rendered: { part, payload } }) =>
      channel.deliver({
        id: part === "" ? alert.id : `${alert.id}/${part}`,
        kind: "sample",
        payload,
        repliesTo: null
      })
  )
})

/** The destination of that name, or null; a name like `constructor` is none. */
export const destinationOf = ({ destinations }: Config, name: string): Config["destinations"][string] | null =>
  Object.hasOwn(destinations, name) ? destinations[name] ?? null : null
