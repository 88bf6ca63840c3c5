import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { rateHeaders, RateLimit } from "../src/RateLimit.ts"

describe("RateLimit", () => {
  test("lets so many requests of a client through in its minute, which begins with the first", () => {
    const limit = new RateLimit(10)
    const taken = [0, 20_000, 59_999, 59_999.9].map((now) => limit.take("a", 3, now).ok)
    expect(taken).toEqual([true, true, true, false])
    expect(limit.take("b", 3, 59_999).ok).toBe(true)
    expect(limit.take("a", 3, 60_000)).toEqual({ ok: true, limit: 3, remaining: 2, resetS: 60 })
  })

  test("tells what is left, and when all of it is there again", () => {
    const limit = new RateLimit(10)
    limit.take("a", 2, 0)
    expect(rateHeaders(limit.take("a", 2, 30_001))).toEqual({
      "ratelimit-limit": "2",
      "ratelimit-remaining": "0",
      "ratelimit-reset": "30"
    })
    expect(limit.take("a", 2, 59_999.9).resetS).toBe(1)
  })

  test("tells no more clients apart than it was made for; those that come new share one allowance meanwhile", () => {
    const limit = new RateLimit(100)
    for (let client = 0; client < 100; client++) limit.take(`known-${client}`, 5, 0)
    let through = 0
    for (let client = 0; client < 10_000; client++) if (limit.take(`new-${client}`, 5, 1).ok) through++
    expect(through).toBe(5)
    expect(limit.size).toBe(100)
    expect(limit.take("known-0", 5, 2)).toMatchObject({ ok: true, remaining: 3 })
    expect(limit.take("new-0", 5, 60_000)).toMatchObject({ ok: true, remaining: 4 })
    expect(limit.size).toBe(1)
  })

  test("never lets more than the limit through in a client's minute, nor grows beyond its size", () => {
    fc.assert(fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20_000 })), { maxLength: 300 }),
      fc.integer({ min: 1, max: 8 }),
      (requests, most) => {
        const limit = new RateLimit(most)
        let now = 0
        const accepted: Array<readonly [client: number, at: number]> = []
        for (const [client, wait] of requests) {
          now += wait
          if (limit.take(String(client), 4, now).ok) accepted.push([client, now])
          expect(limit.size).toBeLessThanOrEqual(most)
        }
        // Two minutes of its own may meet inside one, and one that it shares.
        for (const [client, at] of accepted) {
          const within = accepted.filter(([other, time]) => other === client && time >= at && time < at + 60_000)
          expect(within.length).toBeLessThanOrEqual(8 + 4)
        }
      }
    ))
  })
})
