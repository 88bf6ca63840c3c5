/**
 * What an IP address is for: `public`, `loopback`, or the name of a purpose that no message has any business with.
 *
 * Of IPv6 only global unicast (2000::/3) can be public, so an address that holds an IPv4 address inside (mapped,
 * compatible, NAT64) is none; 6to4 and Teredo, which do so within global unicast, are named. What is not an address in its
 * usual form is none either.
 * Source: the IANA special-purpose address registries (RFC 6890 and what came since).
 */
import { BlockList, isIP } from "node:net"

type Range = readonly [purpose: string, ...subnets: ReadonlyArray<string>]

const ranges4: ReadonlyArray<Range> = [
  ["loopback", "127.0.0.0/8"],
  ["private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  ["link-local", "169.254.0.0/16"],
  ["unspecified", "0.0.0.0/8"],
  ["shared by a carrier", "100.64.0.0/10"],
  ["for protocols", "192.0.0.0/24"],
  ["for benchmarks", "198.18.0.0/15"],
  ["for documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"],
  ["6to4", "192.88.99.0/24"],
  // Answers machines at Azure about themselves, from a public range.
  ["metadata", "168.63.129.16/32"],
  ["multicast", "224.0.0.0/4"],
  ["reserved", "240.0.0.0/4"]
]

const ranges6: ReadonlyArray<Range> = [
  ["loopback", "::1/128"],
  ["unspecified", "::/128"],
  ["IPv4 inside IPv6", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96"],
  ["NAT64", "64:ff9b::/96", "64:ff9b:1::/48"],
  ["discarded", "100::/64"],
  // Teredo, benchmarks and both ORCHID are within it.
  ["for protocols", "2001::/23"],
  ["for documentation", "2001:db8::/32", "3fff::/20"],
  ["6to4", "2002::/16"],
  ["6bone", "3ffe::/16"],
  ["private", "fc00::/7", "fec0::/10"],
  ["link-local", "fe80::/10"],
  ["multicast", "ff00::/8"]
]

const lists = (ranges: ReadonlyArray<Range>, family: "ipv4" | "ipv6") =>
  ranges.map(([purpose, ...subnets]) => {
    const list = new BlockList()
    for (const subnet of subnets) {
      const [network = "", bits] = subnet.split("/")
      list.addSubnet(network, Number(bits), family)
    }
    return { purpose, has: (address: string) => list.check(address, family) }
  })

// The families are kept apart, because a BlockList compares an IPv4 address with IPv6 ranges as a mapped one.
const lists4 = lists(ranges4, "ipv4")
const lists6 = lists(ranges6, "ipv6")
const [global6] = lists([["global", "2000::/3"]], "ipv6")

export const purposeOf = (address: string): string => {
  const family = address.includes("%") ? 0 : isIP(address)
  if (family === 0) return "no address"
  const named = (family === 4 ? lists4 : lists6).find(({ has }) => has(address))
  if (named !== undefined) return named.purpose
  return family === 4 || global6?.has(address) === true ? "public" : "reserved"
}
