/** What requests to a provider keep over several of them: limits, rests, and the circuit. */
import { effectTest } from "@dgas/testkit/effectTest"
import { leapClock } from "@dgas/testkit/leapClock"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { type Fault, providerServer } from "@dgas/testkit/ProviderServer"
import { describe, expect, test } from "bun:test"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { makeProvider, type ProviderOptions, tryMs } from "../../src/BarSource/Provider.ts"
import { decodeJson, refuse } from "../../src/BarSource/Provider/Answer.ts"
import { Pace } from "../../src/BarSource/Provider/Pace.ts"

loopbackOnly()
const it = effectTest(Layer.empty)

/** Draws the shortest wait each time. */
const withoutJitter = Effect.provideService(Random.Random, { nextDoubleUnsafe: () => 0, nextIntUnsafe: () => 0 })

const failing = (...statuses: ReadonlyArray<number>): ReadonlyArray<Fault> =>
  statuses.map((status) => ({ kind: "status", status }))

const open = Effect.fnUntraced(function*(options: Partial<ProviderOptions> = {}) {
  const clock = leapClock({ startsAt: 0, limitMs: tryMs })
  const times: Array<number> = []
  const server = yield* providerServer({
    answer: () => {
      times.push(clock.currentTimeMillisUnsafe())
      return Response.json([])
    },
    refusal: (status) => {
      times.push(clock.currentTimeMillisUnsafe())
      return `error ${status}`
    }
  })
  const provider = makeProvider({ name: "p", baseUrl: `${server.url}/`, pace: { everyMs: 0, burst: 1 }, ...options })
  const ask = provider.request(
    { path: "/bars", query: {} },
    (answer) => answer.status === 200 ? decodeJson(answer, Effect.succeed) : refuse(answer, answer.said)
  ).pipe(Effect.provideService(Clock.Clock, clock))
  return { server, provider, clock, times, ask }
})

describe("requests to a provider", () => {
  for (const share of [0, 0.5, 1]) {
    it.live(`wait from try to try by chance, here ${share} of 250 ms, 1 s and 4 s`, () =>
      Effect.gen(function*() {
        const { ask, server, times } = yield* open()
        server.failAlways({ kind: "status", status: 500 })
        yield* Effect.flip(ask).pipe(
          Effect.provideService(Random.Random, { nextDoubleUnsafe: () => share, nextIntUnsafe: () => 0 })
        )
        expect(times).toEqual([0, 250 * share, 1250 * share, 5250 * share])
      }))
  }

  it.live("are not made for 30 s after five failures in a row, and then one finds out", () =>
    Effect.gen(function*() {
      const { ask, clock, server } = yield* open()
      server.failAlways({ kind: "status", status: 500 })
      yield* Effect.flip(ask)
      // The fifth failure opens the circuit, in the middle of a request.
      const fifth = yield* Effect.flip(ask)
      expect(fifth.message).toEndWith("answered 500 \"error 500\", try later")
      expect(server.asked).toHaveLength(5)

      clock.leap(29_999)
      const closed = yield* Effect.flip(ask)
      expect(closed.message).toContain("not asked for another 1 s after 5 failures in a row; the last: 127.0.0.1:")
      expect(server.asked).toHaveLength(5)

      clock.leap(1)
      yield* Effect.flip(ask)
      expect(server.asked).toHaveLength(6)
      yield* Effect.flip(ask)
      expect(server.asked).toHaveLength(6)
    }).pipe(withoutJitter))

  it.live("that find a symbol unknown find the provider well", () =>
    Effect.gen(function*() {
      const { clock, provider, server } = yield* open()
      const ask = provider.request(
        { path: "/bars", query: {} },
        (answer) => answer.status === 404 ? provider.unknown("A", "never heard of it") : refuse(answer, answer.said)
      ).pipe(Effect.provideService(Clock.Clock, clock))
      server.fail(...failing(500, 500, 500, 500, 404, 500, 500, 500, 500))
      const tags = [yield* Effect.flip(ask), yield* Effect.flip(ask), yield* Effect.flip(ask)].map(({ _tag }) => _tag)
      expect(tags).toEqual(["SourceUnavailable", "UnknownSymbol", "SourceUnavailable"])
      expect(server.asked).toHaveLength(9)
    }))

  it.live("are made as before when the one that finds out is answered", () =>
    Effect.gen(function*() {
      const { ask, clock, server } = yield* open()
      server.fail(...failing(500, 500, 500, 500, 500))
      yield* Effect.flip(ask)
      yield* Effect.flip(ask)
      clock.leap(30_000)
      expect(yield* ask).toEqual([])
      server.fail(...failing(500, 500, 500))
      expect(yield* ask).toEqual([])
      expect(server.asked).toHaveLength(10)
    }))

  it.live("find out one at a time, also when one is interrupted", () =>
    Effect.gen(function*() {
      const { ask, clock, server } = yield* open()
      server.fail(...failing(500, 500, 500, 500, 500), { kind: "stall" })
      yield* Effect.flip(ask)
      yield* Effect.flip(ask)
      clock.leap(30_000)
      const probe = yield* Effect.forkChild(ask)
      yield* server.stalled
      expect((yield* Effect.flip(ask)).message).toContain("being tried after 5 failures in a row")
      expect(server.asked).toHaveLength(6)
      yield* Fiber.interrupt(probe)
      expect(yield* ask).toEqual([])
    }))

  it.live("keep to the provider's limit, whoever makes them", () =>
    Effect.gen(function*() {
      const { ask, times } = yield* open({ pace: { everyMs: 1000, burst: 2 } })
      for (let count = 0; count < 5; count++) yield* ask
      expect(times).toEqual([0, 0, 1000, 2000, 3000])
    }))

  it.live("have no turn when those before take all of it", () =>
    Effect.gen(function*() {
      const { ask, provider, server } = yield* open({ pace: { everyMs: 15_000, burst: 1 } })
      yield* ask
      const error = yield* Effect.flip(ask)
      expect(error.message).toBe(
        `source p is not available: ${provider.host} has no turn for this request within 20 s by its limits, try later`
      )
      expect(server.asked).toHaveLength(1)
    }))

  for (const [form, retryAfter] of [["seconds", "9"], ["a date", new Date(9000).toUTCString()]] as const) {
    it.live(`wait as long as a provider wants to be left alone, in ${form}`, () =>
      Effect.gen(function*() {
        const { ask, server, times } = yield* open()
        server.fail({ kind: "status", status: 429, retryAfter })
        yield* ask
        yield* ask
        expect(times).toEqual([0, 9000, 9000])
      }))
  }

  const packed: ReadonlyArray<readonly [name: string, encoding: string, body: Uint8Array<ArrayBuffer>, said: string]> =
    [
      ["whole", "gzip", new Uint8Array(gzipSync("[1,2]")), ""],
      ["cut", "gzip", new Uint8Array(gzipSync("[1,2]")).slice(0, 10), "cannot be reached (Z_BUF_ERROR)"],
      ["not so", "gzip", new TextEncoder().encode("[1,2]"), "cannot be reached (Z_DATA_ERROR)"],
      ["otherwise", "br", new Uint8Array(brotliCompressSync("[1,2]")), "packed as br, expected gzip"]
    ]
  for (const [name, encoding, body, said] of packed) {
    it.live(`read answers that are packed, and tell one that is ${name}`, () =>
      Effect.gen(function*() {
        const server = yield* providerServer({
          answer: () => new Response(body, { headers: { "content-encoding": encoding } }),
          refusal: () => ""
        })
        const provider = makeProvider({ name: "p", baseUrl: server.url, pace: { everyMs: 0, burst: 1 } })
        const request = provider.request({ path: "/", query: {} }, (answer) => decodeJson(answer, Effect.succeed)).pipe(
          Effect.provideService(Clock.Clock, leapClock({ startsAt: 0, limitMs: tryMs }))
        )
        if (said === "") expect(yield* request).toEqual([1, 2])
        else expect((yield* Effect.flip(request)).message).toContain(said)
        expect(server.asked[0]!.headers.get("accept-encoding")).toBe("gzip")
      }))
  }

  it.live("tell a base URL that is none", () =>
    Effect.gen(function*() {
      const { ask } = yield* open({ baseUrl: "nowhere" })
      const error = yield* Effect.flip(ask)
      expect(error.message).toContain("nowhere cannot be reached")
      expect(error.message).not.toContain("\n")
    }))
})

describe("a pace", () => {
  test("never gives more turns in a stretch than the limit and its burst", () => {
    const pace = new Pace({ everyMs: 100, burst: 3 })
    const turns: Array<number> = []
    for (let now = 0; now < 5000; now += 37) {
      const wait = pace.take(now, now + 400)
      if (wait !== null) turns.push(now + wait)
    }
    expect(turns.length).toBeGreaterThan(40)
    for (const [index, turn] of turns.entries()) {
      if (index >= 3) expect(turn - turns[index - 3]!).toBeGreaterThanOrEqual(100)
      const later = turns[index + 10]
      if (later !== undefined) expect(later - turn).toBeGreaterThanOrEqual(800)
    }
  })

  test("takes no turn that comes too late", () => {
    const pace = new Pace({ everyMs: 100, burst: 1 })
    expect(pace.take(0, 0)).toBe(0)
    expect(pace.take(0, 99)).toBeNull()
    expect(pace.take(0, 100)).toBe(100)
    pace.rest(1000)
    pace.rest(500)
    expect(pace.take(300, 999)).toBeNull()
    expect(pace.take(300, 1000)).toBe(700)
  })
})
