import { describe, expect, test } from "bun:test"
import { isLoopback, makeAddresses } from "../src/Addresses.ts"

const forwarded = (chain: string) => new Headers({ "x-forwarded-for": chain })

describe("Addresses", () => {
  test("X-Forwarded-For of somebody that is no configured proxy is not read", () => {
    const { clientOf } = makeAddresses([])
    for (let i = 0; i < 50; i++) expect(clientOf("127.0.0.1", forwarded(`203.0.113.${i}`))).toBe("127.0.0.1")
    expect(makeAddresses(["10.0.0.1"]).clientOf("10.0.0.2", forwarded("203.0.113.9"))).toBe("10.0.0.2")
  })

  test("behind proxies the client is the last address that is none of them", () => {
    const { clientOf, isProxy } = makeAddresses(["10.0.0.1", "172.18.0.0/16", "fd00::/8"])
    expect(clientOf("10.0.0.1", forwarded("198.51.100.1, 203.0.113.9"))).toBe("203.0.113.9")
    expect(clientOf("::ffff:10.0.0.1", forwarded("198.51.100.1, 203.0.113.9, 172.18.4.5"))).toBe("203.0.113.9")
    expect(clientOf("fd00::1", forwarded("203.0.113.9"))).toBe("203.0.113.9")
    expect(clientOf("10.0.0.1", new Headers())).toBe("10.0.0.1")
    expect(isProxy("::ffff:172.18.9.9")).toBe(true)
    expect(isProxy("172.19.0.1")).toBe(false)
    expect(isProxy(null)).toBe(false)
  })

  test("a port that a proxy writes after an address is no part of it", () => {
    const { clientOf } = makeAddresses(["10.0.0.1", "172.18.0.0/16", "fd00::/8"])
    expect(clientOf("10.0.0.1", forwarded("203.0.113.9:5678"))).toBe("203.0.113.9")
    expect(clientOf("10.0.0.1", forwarded("203.0.113.9:1, 172.18.4.5:80, [fd00::7]:443"))).toBe("203.0.113.9")
    expect(clientOf("10.0.0.1", forwarded("[2001:db8:1:2::9]:5678"))).toBe("2001:db8:1:2::/64")
    expect(clientOf("10.0.0.1", forwarded("[2001:db8:1:2::9]"))).toBe("2001:db8:1:2::/64")
    expect(clientOf("10.0.0.1", forwarded("[::ffff:198.51.100.7]:80"))).toBe("198.51.100.7")
    // Such an address has colons of its own.
    expect(clientOf("10.0.0.1", forwarded("2001:db8:1:2:3:4:5:678"))).toBe("2001:db8:1:2::/64")
    for (const no of ["203.0.113.9:", "203.0.113.9:x", "203.0.113.9:123456", "[203.0.113.9]:80", "[::1", "[x]:80"]) {
      expect(clientOf("10.0.0.1", forwarded(no))).toBe("10.0.0.1")
    }
  })

  test("what is no address ends the chain", () => {
    const { clientOf } = makeAddresses(["10.0.0.1"])
    for (
      const chain of ["unknown", "203.0.113.9, <script>", "203.0.113.9, ", "203.0.113.9, 1.2.3", "203.0.113.9,\u00ff"]
    ) {
      expect(clientOf("10.0.0.1", forwarded(chain))).toBe("10.0.0.1")
    }
    expect(clientOf("10.0.0.1", forwarded(`203.0.113.9, ${"10.0.0.1, ".repeat(1000)}10.0.0.1`))).toBe("10.0.0.1")
  })

  test("addresses of one IPv6 network of 64 bits are one client", () => {
    const { clientOf } = makeAddresses([])
    const of = (address: string) => clientOf(address, new Headers())
    expect(of("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64")
    expect(of("2001:db8:1:2::ffff")).toBe("2001:db8:1:2::/64")
    expect(of("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64")
    expect(of("2001:db8::1")).toBe("2001:db8:0:0::/64")
    expect(of("fe80::1%eth0")).toBe("fe80:0:0:0::/64")
    expect(of("::1")).toBe("0:0:0:0::/64")
    expect(of("::ffff:198.51.100.7")).toBe("198.51.100.7")
  })

  test("knows the addresses and the name of this machine", () => {
    for (const host of ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "LOCALHOST", "::ffff:127.0.0.1"]) {
      expect(isLoopback(host)).toBe(true)
    }
    for (
      const host of ["0.0.0.0", "::", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", "", "128.0.0.1"]
    ) {
      expect(isLoopback(host)).toBe(false)
    }
  })
})
