/** A browser is signed in by a link that can be used once: opening it shows a button, and the button uses it up. */
import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import type { DbClock } from "@dgas/db/DbClock"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Access } from "../Access.ts"
import { Unauthorized } from "../ApiError.ts"
import { noCookie, sessionCookie } from "../Cookies.ts"
import { type Handlers, Reply } from "../Handler.ts"
import { Keys } from "../Keys.ts"
import { callerOf } from "./System.ts"

const asset = (file: string): string => readFileSync(resolve(import.meta.dir, "../../assets", file), "utf8")

export const signInHandlers = (
  config: Config
): Handlers<"signInPage" | "signInScript" | "signIn" | "signOut", Access | ApiKeyStore | DbClock | Keys> => {
  const html = asset("sign-in.html")
  const script = asset("sign-in.js")
  const served = (text: string, type: string) =>
    Effect.sync(() => new Response(text, { headers: { "content-type": `${type}; charset=utf-8` } }))
  return {
    signInPage: () => served(html, "text/html"),
    signInScript: () => served(script, "text/javascript"),

    signIn: ({ body: { link }, peer, request }) =>
      Effect.gen(function*() {
        const opened = yield* (yield* ApiKeyStore).openLink(link)
        if (opened === null) {
          return yield* new Unauthorized({
            detail: "the link was used, is too old or never was: make another by: bun run report keys link"
          })
        }
        const { secret, stored: { kind, name, prefix, scopes } } = opened
        const https = (yield* Access).isHttps(request, peer)
        return new Reply(yield* callerOf(config, { kind, name, prefix, scopes }), {
          headers: { "set-cookie": sessionCookie(Redacted.value(secret), { https }) }
        })
      }),

    signOut: ({ caller, peer, request }) =>
      Effect.gen(function*() {
        if (caller.kind === "page" && caller.prefix !== null) {
          yield* (yield* ApiKeyStore).revoke(caller.prefix)
          yield* (yield* Keys).forget
        }
        const https = (yield* Access).isHttps(request, peer)
        return new Reply(undefined, { headers: { "set-cookie": noCookie({ https }) } })
      })
  }
}
