/** `report keys`: who may use the API; `create`, `revoke` and `link` change it. A key is printed once and is nowhere after that. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import type { StoredKey } from "@dgas/db/ApiKey"
import { ApiKeyStore, linkMinutes, sessionHours } from "@dgas/db/ApiKeyStore"
import { DbClock } from "@dgas/db/DbClock"
import { Scope } from "@dgas/domain/Scope"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { left } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { spanOf } from "../Ahead.ts"
import { type Column, type Format, type Listing, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

export class NoSuchKey extends Schema.TaggedError<NoSuchKey>()("NoSuchKey", { prefix: Schema.String }) {
  override get message() {
    return `there is no key ${this.prefix}, expected a prefix of report keys list`
  }
}

const isoOrNull = (at: number | null): string | null => at === null ? null : isoText(at)

const columns: ReadonlyArray<Column<StoredKey>> = [
  { name: "prefix", value: ({ prefix }) => prefix },
  { name: "name", value: ({ name }) => name },
  { name: "kind", value: ({ kind }) => kind },
  { name: "scopes", value: ({ scopes }) => scopes.join(" "), json: ({ scopes }) => scopes },
  { name: "perMinute", value: ({ perMinute }) => limitText(perMinute) },
  { name: "createdAt", value: ({ createdAt }) => isoText(createdAt) },
  { name: "expiresAt", value: ({ expiresAt }) => isoOrNull(expiresAt) },
  { name: "lastUsedAt", value: ({ lastUsedAt }) => isoOrNull(lastUsedAt) },
  { name: "revokedAt", value: ({ revokedAt }) => isoOrNull(revokedAt) }
]

const limitText = (perMinute: number | null): string =>
  perMinute === null ? "configured" : perMinute === 0 ? "unlimited" : String(perMinute)

const listing = (zone: string, now: number): Listing<StoredKey> => {
  const state = ({ expiresAt, revokedAt }: StoredKey): string =>
    revokedAt !== null
      ? `revoked ${timeText(revokedAt, zone)}`
      : expiresAt === null
      ? "for ever"
      : `${expiresAt > now ? "until" : "over since"} ${timeText(expiresAt, zone)}`
  return {
    columns,
    table: [
      left("prefix"),
      left("name"),
      left("kind"),
      left("scopes"),
      left("a minute"),
      left(`valid (${zone})`),
      left("last used")
    ],
    cells: (key) => [
      key.prefix,
      key.name,
      key.kind,
      key.scopes.join(" "),
      limitText(key.perMinute),
      state(key),
      key.lastUsedAt === null ? "never" : timeText(key.lastUsedAt, zone)
    ],
    empty: "There are no keys: without one the API can be read on this machine, and nothing else."
  }
}

const none = { since: Option.none() }

export const listKeys = ({ format }: { readonly format: Format }) =>
  withStore(none, (zone) =>
    Effect.gen(function*() {
      const now = yield* (yield* DbClock).now
      yield* print(format, yield* (yield* ApiKeyStore).list, listing(zone, now))
    }))

const decodeScopes = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Scope))

const scopesOf = (text: string) =>
  Effect.mapError(
    decodeScopes([...new Set(text.split(",").map((scope) => scope.trim()))]),
    () => new WrongUsage({ flag: "scopes", found: text, expected: "some of read, write and admin, by commas" })
  )

const limitOf = (text: string): Effect.Effect<number, WrongUsage> =>
  text === "unlimited"
    ? Effect.succeed(0)
    : /^[1-9]\d{0,6}$/.test(text)
    ? Effect.succeed(Number(text))
    : Effect.fail(new WrongUsage({ flag: "per-minute", found: text, expected: "a number above 0, or unlimited" }))

interface NewFlags {
  readonly format: Format
  readonly name: string
  readonly scopes: string
  readonly expires: Option.Option<string>
  readonly perMinute: Option.Option<string>
}

export const createKey = (flags: NewFlags) =>
  Effect.gen(function*() {
    const scopes = yield* scopesOf(flags.scopes)
    const lasts = Option.isSome(flags.expires) ? yield* spanOf("expires", flags.expires.value) : null
    const perMinute = Option.isSome(flags.perMinute) ? yield* limitOf(flags.perMinute.value) : null
    if (flags.name.trim() === "" || flags.name.length > 200) {
      return yield* new WrongUsage({ flag: "name", found: flags.name, expected: "a name of 1 to 200 characters" })
    }
    yield* withStore(none, (zone) =>
      Effect.gen(function*() {
        const now = yield* (yield* DbClock).now
        const { key, stored } = yield* (yield* ApiKeyStore).create({
          name: flags.name,
          scopes,
          perMinute,
          expiresAt: lasts === null ? null : now + lasts
        })
        const secret = Redacted.value(key)
        if (flags.format !== "table") {
          const withKey = [...columns, { name: "key", value: () => secret }]
          return yield* print(flags.format, [stored], { ...listing(zone, now), columns: withKey })
        }
        yield* Console.log(
          `${secret}\n\nThis key is shown this once: keep it where secrets are kept. ` +
            `It is sent as Authorization: Bearer KEY, and withdrawn by: bun run report keys revoke ${stored.prefix}`
        )
      }))
  })

export const revokeKey = ({ format, prefix }: { readonly format: Format; readonly prefix: string }) =>
  withStore(none, (zone) =>
    Effect.gen(function*() {
      const revoked = yield* (yield* ApiKeyStore).revoke(prefix)
      if (revoked === null) return yield* new NoSuchKey({ prefix })
      const now = yield* (yield* DbClock).now
      if (format !== "table") return yield* print(format, [revoked], listing(zone, now))
      yield* Console.log(`${prefix} (${revoked.name}) is revoked; a running API refuses it within 2 s`)
    }))

export const linkPage = (flags: { readonly scopes: string; readonly url: string }) =>
  Effect.gen(function*() {
    const scopes = yield* scopesOf(flags.scopes)
    const url = URL.parse(flags.url)
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return yield* new WrongUsage({ flag: "url", found: flags.url, expected: "an address like http://127.0.0.1:8787" })
    }
    yield* withStore(none, () =>
      Effect.gen(function*() {
        const { link } = yield* (yield* ApiKeyStore).makeLink({ name: "page", scopes })
        yield* Console.log(
          `${url.origin}/sign-in#${Redacted.value(link)}\n\n` +
            `Signs one browser in for ${sessionHours} hours, once and within ${linkMinutes} minutes.`
        )
      }))
  })
