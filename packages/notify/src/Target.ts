/**
 * Where a URL leads, and to which address of it a request may go.
 *
 * https only; http to this machine alone, where that is allowed. No user in the URL, and of the well-known ports the one
 * of https. All addresses of a name must be public, or all loopback where that is allowed: one that is neither refuses the
 * name. A refusal is a clause that names neither host nor path nor query.
 */
import * as Result from "effect/Result"
import { isIP } from "node:net"
import { purposeOf } from "./Address.ts"

export interface Target {
  readonly secure: boolean
  /** Name or address, without brackets. */
  readonly host: string
  readonly port: number
  /** With the query. */
  readonly path: string
}

/** What the text of a URL alone tells. */
export const readTarget = (text: string, allowLoopback: boolean): Result.Result<Target, string> => {
  const url = URL.parse(text)
  if (url === null) return Result.fail("it is no URL")
  const { hostname, pathname, port, protocol, search } = url
  const secure = protocol === "https:"
  if (!secure && protocol !== "http:") return Result.fail("its scheme is not https")
  if (!secure && !allowLoopback) return Result.fail("it is http, expected https")
  if (url.username !== "" || url.password !== "") return Result.fail("it holds a user or a password")
  const number = port === "" ? secure ? 443 : 80 : Number(port)
  if (number === 0) return Result.fail("its port is 0")
  return Result.succeed({
    secure,
    host: hostname.replace(/^\[|\]$/g, ""),
    port: number,
    path: `${pathname}${search}`
  })
}

/** Whether the host needs no resolving. */
export const isLiteral = ({ host }: Target): boolean => isIP(host) !== 0

/** The addresses that a request may go to, when all may. Those of IPv4 if there are any: not every network has IPv6. */
export const checkAddresses = (
  { port, secure }: Target,
  addresses: ReadonlyArray<string>,
  allowLoopback: boolean
): Result.Result<ReadonlyArray<string>, string> => {
  if (addresses.length === 0) return Result.fail("its name has no address")
  const purposes = addresses.map(purposeOf)
  const expected = allowLoopback && purposes[0] === "loopback" ? "loopback" : "public"
  const other = purposes.findIndex((purpose) => purpose !== expected)
  if (other >= 0) return Result.fail(`it leads to ${addresses[other]} (${purposes[other]})`)
  if (expected === "public" && !secure) return Result.fail("it is http to another machine, expected https")
  if (expected === "public" && port < 1024 && port !== 443) {
    return Result.fail(`its port is ${port}, expected 443 or one from 1024 up`)
  }
  const four = addresses.filter((address) => isIP(address) === 4)
  return Result.succeed(four.length > 0 ? four : addresses)
}
