/** The API listens at an address that other machines reach only when there is a key: without one it could only refuse them. */
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isLoopback } from "./Addresses.ts"

export class NoKey extends Schema.TaggedError<NoKey>()("NoKey", { host: Schema.String }) {
  override get message() {
    return `the API cannot listen at ${this.host}, which other machines reach: found no valid key, make one by: bun run report keys create NAME --scopes read`
  }
}

export const refuseOpen = Effect.fnUntraced(function*(host: string) {
  if (isLoopback(host)) return
  if (!(yield* (yield* ApiKeyStore).anyValid)) return yield* new NoKey({ host })
})
