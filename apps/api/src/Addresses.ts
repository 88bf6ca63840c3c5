/**
 * From which address a request comes.
 *
 * `X-Forwarded-For` is anybody's word, so it is read only where the other end of the connection is a configured proxy, and
 * then from the right: the first address that is no such proxy is the client's. An IPv6 network of 64 bits is one client,
 * as each has that many.
 */
import { BlockList, isIP } from "node:net"

/** How many addresses of a chain are read. */
const mostHops = 20

/** `10.0.0.1` for `::ffff:10.0.0.1`, and without a zone. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "")

/** Without the port that some proxies write after it. */
const withoutPort = (hop: string): string =>
  /^\[([\da-f:.]*:[\da-f:.]*)\](:\d{1,5})?$/i.exec(hop)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(hop)?.[1] ?? hop

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(plain(host))

export interface Addresses {
  /** Whether the connection is from a proxy whose word is taken. */
  readonly isProxy: (peer: string | null) => boolean
  /** By which requests are counted. */
  readonly clientOf: (peer: string | null, headers: Headers) => string
}

export const makeAddresses = (proxies: ReadonlyArray<string>): Addresses => {
  const believed = new BlockList()
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/")
    const family = isIP(address) === 6 ? "ipv6" : "ipv4"
    if (bits === undefined) believed.addAddress(address, family)
    else believed.addSubnet(address, Number(bits), family)
  }
  const isBelieved = (address: string): boolean => {
    const version = isIP(address)
    return version !== 0 && believed.check(address, version === 6 ? "ipv6" : "ipv4")
  }
  const isProxy = (peer: string | null): boolean => peer !== null && isBelieved(plain(peer))

  const clientOf = (peer: string | null, headers: Headers): string => {
    let client = plain(peer ?? "")
    if (!isBelieved(client)) return networkOf(client)
    const chain = (headers.get("x-forwarded-for") ?? "").split(",").slice(-mostHops)
    for (const hop of chain.toReversed()) {
      const address = plain(withoutPort(hop.trim()))
      // What is no address was written by somebody that is not believed.
      if (isIP(address) === 0) break
      client = address
      if (!isBelieved(address)) break
    }
    return networkOf(client)
  }
  return { isProxy, clientOf }
}

const networkOf = (address: string): string =>
  isIP(address) === 6 ? `${groupsOf(address).slice(0, 4).join(":")}::/64` : address

/** The eight groups of an IPv6 address. */
const groupsOf = (address: string): ReadonlyArray<string> => {
  // The URL writes every such address the same way, without dotted parts.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::")
  const before = head === "" ? [] : head.split(":")
  const after = tail === undefined || tail === "" ? [] : tail.split(":")
  return tail === undefined
    ? before
    : [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after]
}
