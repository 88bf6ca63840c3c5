/**
 * Who may do what.
 *
 * Denied unless allowed: a route's policy names the scope that it needs, and only a valid key has scopes. Without a key the
 * API may be read where only this machine can ask: it listens on loopback, was asked under a name of it, and no proxy stands
 * before it. Every request is counted, and where it comes from is looked at first, also where there is nothing.
 */
import type { Policy } from "@dgas/contract/Route"
import { isKey, type UsableKey } from "@dgas/db/ApiKey"
import type { SqlFailure } from "@dgas/db/Sql"
import type { ApiConfig } from "@dgas/domain/ApiConfig"
import type { Scope } from "@dgas/domain/Scope"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { isLoopback, makeAddresses } from "./Addresses.ts"
import { Forbidden, TooMany, Unauthorized } from "./ApiError.ts"
import type { Caller } from "./Caller.ts"
import { sessionOf } from "./Cookies.ts"
import { elapsedMs } from "./Elapsed.ts"
import { Keys } from "./Keys.ts"
import { makeOrigins } from "./Origins.ts"
import { type Allowance, rateHeaders, RateLimit } from "./RateLimit.ts"

export type Refusal = Forbidden | TooMany | Unauthorized | SqlFailure

/** `headers` go with whatever is answered. */
export interface Judged {
  readonly verdict: Result.Result<Caller, Refusal>
  readonly headers: Readonly<Record<string, string>>
}

export interface AccessOptions {
  readonly api: ApiConfig
  /** The address that the API listens at. */
  readonly host: string
}

export class Access extends Context.Service<Access, {
  /** Counts a request, and says whose it is or why it is refused. `peer` is the address at the other end of the connection. */
  readonly judge: (request: Request, peer: string | null, policy: Policy) => Effect.Effect<Judged>
  /** Whether a request that was let in would be let in now, without counting it: to be asked while it is answered. */
  readonly mayGoOn: (request: Request, peer: string | null, policy: Policy) => Effect.Effect<boolean>
  /** By whom a request is counted: the key, or the address that it comes from. */
  readonly clientOf: (caller: Caller, request: Request, peer: string | null) => string
  /** Whether the client speaks TLS with whoever passes its requests on. */
  readonly isHttps: (request: Request, peer: string | null) => boolean
}>()("@dgas/api/Access") {
  static readonly layer = (options: AccessOptions) =>
    Layer.effect(Access, makeAccess(options)).pipe(Layer.provideMerge(Keys.layer))
}

const nobody: Caller = { kind: "none", name: null, prefix: null, scopes: [] }
const reader: Caller = { ...nobody, scopes: ["read"] }

/** Clients that are told apart. */
const mostClients = 10_000

/** What a request shows of whoever sends it: `wrong` for a key that is none, `stale` for such a cookie. */
type Shown = { readonly key: UsableKey } | "none" | "stale" | "wrong"

const makeAccess = Effect.fnUntraced(function*({ api, host }: AccessOptions) {
  const keys = yield* Keys
  const { perMinute } = api.limits
  const origins = makeOrigins({ bound: host, hosts: api.hosts })
  const addresses = makeAddresses(api.proxies)
  const closed = isLoopback(host) && api.proxies.length === 0
  const byAddress = new RateLimit(mostClients)
  const byWrongKey = new RateLimit(mostClients)
  // A page elsewhere that makes a browser ask takes nothing from those who sit before it.
  const byForeign = new RateLimit(mostClients)
  const byKey = new RateLimit(mostClients)

  const isLocal = (request: Request, peer: string | null): boolean =>
    closed && peer !== null && isLoopback(peer) && origins.isLocalName(request) &&
    !passedOn.some((name) => request.headers.has(name))

  const callerOf = (shown: Shown, request: Request, peer: string | null): Caller =>
    typeof shown === "object"
      ? { kind: shown.key.kind, name: shown.key.name, prefix: shown.key.prefix, scopes: shown.key.scopes }
      : shown !== "wrong" && isLocal(request, peer)
      ? reader
      : nobody

  const find = (secret: string, client: string) =>
    Effect.flatMap(elapsedMs, (now) => keys.find(secret, () => !byWrongKey.isSpent(client, perMinute.anonymous, now)))

  /** A page whose time is over is nobody, since its browser goes on sending the cookie. */
  const ofCookie = (secret: string, client: string) =>
    Effect.map(find(secret, client), (key): Shown => key?.kind === "page" ? { key } : "stale")

  const ofHeader = (header: string, client: string) => {
    const secret = /^Bearer (\S+)$/i.exec(header)?.[1]
    return secret === undefined || !isKey(secret)
      ? Effect.succeed<Shown>("wrong")
      : Effect.map(find(secret, client), (key): Shown => key?.kind === "key" ? { key } : "wrong")
  }

  const shownBy = ({ headers }: Request, client: string): Effect.Effect<Shown, SqlFailure> => {
    const header = headers.get("authorization")
    const session = sessionOf(headers)
    return header !== null
      ? ofHeader(header, client)
      : session !== null
      ? ofCookie(session, client)
      : Effect.succeed("none")
  }

  const permit = (
    shown: Shown,
    request: Request,
    peer: string | null,
    policy: Policy
  ): Result.Result<Caller, Refusal> => {
    const caller = callerOf(shown, request, peer)
    if (caller.kind === "page" && !isSafe(request) && !origins.isOwnPage(request)) {
      return Result.fail(new Forbidden({ detail: "the request is not known to be of the page that was signed in" }))
    }
    if (policy === "public" || includes(caller.scopes, policy)) return Result.succeed(caller)
    return Result.fail(
      shown === "wrong"
        ? new Unauthorized({ detail: "the key is not valid: expected one that is known, not expired and not revoked" })
        : typeof shown === "string"
        ? new Unauthorized({ detail: "expected a key: Authorization: Bearer KEY" })
        : new Forbidden({
          detail: `the key may ${shown.key.scopes.join(" and ")}, expected one with the scope ${policy}`
        })
    )
  }

  /** Null for no limit. */
  const count = (shown: Shown, client: string, now: number): Allowance | null => {
    if (typeof shown === "string") {
      return (shown === "none" ? byAddress : byWrongKey).take(client, perMinute.anonymous, now)
    }
    const { kind, perMinute: own, prefix } = shown.key
    return own === 0 ? null : byKey.take(prefix, own ?? perMinute[kind], now)
  }

  /** A database that is away keeps nobody from what is open to all. */
  const identify = (request: Request, client: string, policy: Policy) =>
    Effect.map(
      Effect.result(shownBy(request, client)),
      (shown) => policy === "public" && Result.isFailure(shown) ? Result.succeed<Shown>("none") : shown
    )

  const judge = Effect.fnUntraced(function*(request: Request, peer: string | null, policy: Policy) {
    const client = addresses.clientOf(peer, request.headers)
    const objection = origins.objection(request)
    if (objection !== null) {
      const allowance = byForeign.take(client, perMinute.anonymous, yield* elapsedMs)
      return refused(tooMany(allowance) ?? new Forbidden({ detail: objection }), rateHeaders(allowance))
    }
    const shown = yield* identify(request, client, policy)
    if (Result.isFailure(shown)) return refused(shown.failure)
    const allowance = count(shown.success, client, yield* elapsedMs)
    const headers = allowance === null ? {} : rateHeaders(allowance)
    const excess = allowance === null ? null : tooMany(allowance)
    if (excess !== null) return refused(excess, headers)
    if (typeof shown.success === "object") yield* keys.used(shown.success.key.prefix)
    return { verdict: permit(shown.success, request, peer, policy), headers }
  })

  const mayGoOn = (request: Request, peer: string | null, policy: Policy): Effect.Effect<boolean> =>
    origins.objection(request) === null
      ? shownBy(request, addresses.clientOf(peer, request.headers)).pipe(
        Effect.map((shown) => Result.isSuccess(permit(shown, request, peer, policy))),
        // A database that is away says nothing of who may.
        Effect.catch(({ _tag }) => Effect.succeed(_tag !== "StoreRefused"))
      )
      : Effect.succeed(false)

  const clientOf = ({ prefix }: Caller, { headers }: Request, peer: string | null): string =>
    prefix ?? addresses.clientOf(peer, headers)

  const isHttps = (request: Request, peer: string | null): boolean =>
    request.url.startsWith("https:") ||
    (addresses.isProxy(peer) && /(^|,)\s*https$/i.test(request.headers.get("x-forwarded-proto") ?? ""))

  return Access.of({ judge, mayGoOn, clientOf, isHttps })
})

/** What proxies add: a request with it is not of this machine, whoever sent it on. */
const passedOn = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]

const tooMany = ({ ok, resetS }: Allowance): TooMany | null => ok ? null : new TooMany({ retryAfterS: resetS })

const refused = (refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Judged => ({
  verdict: Result.fail(refusal),
  headers
})

const isSafe = ({ method }: Request): boolean => method === "GET" || method === "HEAD"

const ranks: Readonly<Record<Scope, number>> = { read: 1, write: 2, admin: 3 }

const includes = (scopes: ReadonlyArray<Scope>, needed: Scope): boolean =>
  scopes.some((scope) => ranks[scope] >= ranks[needed])
