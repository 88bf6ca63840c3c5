/** All addresses of a name, by the system's resolver (its hosts file too). A failure is a clause without the name. */
import * as Effect from "effect/Effect"
import { lookup } from "node:dns"

export type Resolve = (name: string) => Effect.Effect<ReadonlyArray<string>, string>

export const resolveName: Resolve = (name) =>
  Effect.callback((resume) => {
    lookup(name, { all: true }, (error, found) => {
      resume(
        error === null
          ? Effect.succeed(found.map(({ address }) => address))
          : Effect.fail(`its name was not resolved (${error.code ?? "no reason"})`)
      )
    })
  })
