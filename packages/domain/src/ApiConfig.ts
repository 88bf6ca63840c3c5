/**
 * What the HTTP API lets in: under which names it is reached, whose word about clients it takes, and how much each may ask for.
 *
 * Where it listens is a flag of `bun run api`, since that is the machine's and not the project's.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isIP } from "node:net"

/** `dgas.example.org`, an address, or one of them with a port. */
const HostName = Schema.String.check(
  Schema.isPattern(/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/, {
    expected: "a host name in lower case such as dgas.example.org, with its port where Origin has one"
  })
)

const isNetwork = (text: string): boolean => {
  const [address = "", bits, ...more] = text.split("/")
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

const Network = Schema.String.check(
  Schema.makeFilter(isNetwork, { expected: "an address such as 10.0.0.1 or a network such as 172.18.0.0/16" })
)

const within = (minimum: number, maximum: number, byDefault: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(byDefault))
  )

const most = 1_000_000

/** Requests a minute. */
export const RequestLimits = Schema.Struct({
  /** Of each address without a key. */
  anonymous: within(1, most, 60),
  /** Of a key that has no limit of its own. */
  key: within(1, most, 600),
  /** Of a page that was signed in. */
  page: within(1, most, 3000)
})

export const ApiLimits = Schema.Struct({
  perMinute: RequestLimits.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** The largest body. */
  bodyBytes: within(1024, 1024 * 1024, 64 * 1024),
  /** The longest time that one query may ask for. */
  maxRangeDays: within(1, 3660, 366)
})

export const ApiConfig = Schema.Struct({
  /** Names that `Host` and `Origin` may have besides those of this machine. */
  hosts: Schema.Array(HostName).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  proxies: Schema.Array(Network).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  limits: ApiLimits.pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
})
export type ApiConfig = typeof ApiConfig.Type
