/**
 * Keys of the HTTP API: shown once, stored as their SHA-256, known by it.
 *
 * Whether a key is valid is decided by `DbClock` inside the statement. A page is signed in by a link that can be used once;
 * its row is there from the making of the link, and no secret opens it until then.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { drawPrefix, drawSecret, hashOf, keyColumns, type NewKey, StoredKey, UsableKey } from "./ApiKey.ts"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** A link may be opened for 10 minutes, and a page is signed in for 12 hours. */
export const linkMinutes = 10
export const sessionHours = 12
/** Pages whose time was over so long ago go when the next link is made. */
const keptDays = 30
/** The last use of a key is known to the minute. */
const touchSeconds = 60

export class ApiKeyStore extends Context.Service<ApiKeyStore, {
  /** The key itself is in no other answer. */
  readonly create: (key: NewKey) => Effect.Effect<{ key: Redacted.Redacted<string>; stored: StoredKey }, SqlFailure>
  /** All keys and pages, newest first. */
  readonly list: Effect.Effect<ReadonlyArray<StoredKey>, SqlFailure>
  /** Null when there is none of that prefix. One that was revoked stays revoked since then. */
  readonly revoke: (prefix: string) => Effect.Effect<StoredKey | null, SqlFailure>
  /** All that may be used now. */
  readonly usable: Effect.Effect<ReadonlyArray<UsableKey>, SqlFailure>
  /** Whether there is a key, which is no page, that may be used. */
  readonly anyValid: Effect.Effect<boolean, SqlFailure>
  /** Notes that keys were used. */
  readonly touch: (prefixes: ReadonlyArray<string>) => Effect.Effect<void, SqlFailure>
  /** The secret of a link that signs one page in. */
  readonly makeLink: (
    page: Pick<StoredKey, "name" | "scopes">
  ) => Effect.Effect<{ link: Redacted.Redacted<string>; stored: StoredKey }, SqlFailure>
  /** Uses a link up: the secret of the page from then on, or null when the link was used, is too old or never was. */
  readonly openLink: (
    link: string
  ) => Effect.Effect<{ secret: Redacted.Redacted<string>; stored: StoredKey } | null, SqlFailure>
}>()("@dgas/db/ApiKeyStore") {
  static readonly layer = Layer.effect(
    ApiKeyStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const create = Effect.fn("ApiKeyStore.create")(function*({ expiresAt, name, perMinute, scopes }: NewKey) {
        const at = yield* clock.instant
        while (true) {
          const prefix = drawPrefix()
          const key = `${prefix}_${drawSecret()}`
          const rows = yield* run("create key", (sql) =>
            sql`
              insert into api_keys (prefix, name, hash, scopes, per_minute, created_at, expires_at)
              select ${prefix}, ${name}, decode(${
              hashOf(key)
            }, 'hex'), string_to_array(${scopes.join()}, ','), ${perMinute}, now,
                ${expiresAt}::timestamptz
              from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
              on conflict (prefix) do nothing
              returning ${sql.unsafe(keyColumns)}`)
          const [stored] = yield* decodeKeys(rows)
          if (stored !== undefined) return { key: Redacted.make(key), stored }
        }
      })

      const list = run(
        "keys",
        (sql) => sql`select ${sql.unsafe(keyColumns)} from api_keys order by created_at desc, prefix`
      ).pipe(
        Effect.flatMap(decodeKeys),
        Effect.withSpan("ApiKeyStore.list")
      )

      const revoke = Effect.fn("ApiKeyStore.revoke")(function*(prefix: string) {
        const at = yield* clock.instant
        const rows = yield* run("revoke key", (sql) =>
          sql`
            update api_keys set
              revoked_at = coalesce(revoked_at, ${at}::timestamptz, clock_timestamp()),
              link_hash = null, link_expires_at = null
            where prefix = ${prefix}
            returning ${sql.unsafe(keyColumns)}`)
        return (yield* decodeKeys(rows))[0] ?? null
      })

      const usable = Effect.gen(function*() {
        const at = yield* clock.instant
        const rows = yield* run("usable keys", (sql) =>
          sql`
            select ${sql.unsafe(keyColumns)}, encode(hash, 'hex') as hash,
              (extract(epoch from expires_at - now) * 1000)::float8 as "leftMs"
            from api_keys, (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where ${sql.unsafe(isUsable)}`)
        return yield* decodeUsable(rows)
      }).pipe(Effect.withSpan("ApiKeyStore.usable"))

      const anyValid = Effect.gen(function*() {
        const at = yield* clock.instant
        const rows = yield* run("any key", (sql) =>
          sql`
            select from api_keys, (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where kind = 'key' and ${sql.unsafe(isUsable)} limit 1`)
        return rows.length > 0
      }).pipe(Effect.withSpan("ApiKeyStore.anyValid"))

      const touch = Effect.fn("ApiKeyStore.touch")(function*(prefixes: ReadonlyArray<string>) {
        const at = yield* clock.instant
        yield* run("touch keys", (sql) =>
          sql`
            update api_keys set last_used_at = now
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where prefix = any(string_to_array(${prefixes.join()}, ','))
              and (last_used_at is null or last_used_at <= now - make_interval(secs => ${touchSeconds}))`)
      })

      const makeLink = Effect.fn("ApiKeyStore.makeLink")(
        function*({ name, scopes }: Pick<StoredKey, "name" | "scopes">) {
          const at = yield* clock.instant
          while (true) {
            const link = drawSecret()
            const rows = yield* run("make link", (sql) =>
              sql`
                with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
                gone as (
                  delete from api_keys using clock
                  where kind = 'page' and expires_at < now - make_interval(days => ${keptDays})
                )
                insert into api_keys (prefix, name, hash, scopes, kind, created_at, expires_at, link_hash, link_expires_at)
                select ${drawPrefix()}, ${name}, decode(${
                hashOf(drawSecret())
              }, 'hex'), string_to_array(${scopes.join()}, ','), 'page', now,
                  now + make_interval(mins => ${linkMinutes}), decode(${
                hashOf(link)
              }, 'hex'), now + make_interval(mins => ${linkMinutes})
                from clock
                on conflict (prefix) do nothing
                returning ${sql.unsafe(keyColumns)}`)
            const [stored] = yield* decodeKeys(rows)
            if (stored !== undefined) return { link: Redacted.make(link), stored }
          }
        }
      )

      const openLink = Effect.fn("ApiKeyStore.openLink")(function*(link: string) {
        const at = yield* clock.instant
        const secret = drawSecret()
        const rows = yield* run("open link", (sql) =>
          sql`
            update api_keys set
              hash = decode(${hashOf(secret)}, 'hex'), expires_at = now + make_interval(hours => ${sessionHours}),
              link_hash = null, link_expires_at = null
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where link_hash = decode(${hashOf(link)}, 'hex') and link_expires_at > now and revoked_at is null
            returning ${sql.unsafe(keyColumns)}`)
        const [stored] = yield* decodeKeys(rows)
        return stored === undefined ? null : { secret: Redacted.make(secret), stored }
      })

      return ApiKeyStore.of({ create, list, revoke, usable, anyValid, touch, makeLink, openLink })
    })
  )
}

/** `now` is that of the statement. */
const isUsable = "revoked_at is null and (expires_at is null or expires_at > now) and link_hash is null"

const decodeKeys = rowsOf(StoredKey)
const decodeUsable = rowsOf(UsableKey)
