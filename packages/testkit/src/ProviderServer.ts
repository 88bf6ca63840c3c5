/**
 * A provider of bars on loopback, which fails as it is told.
 *
 * It answers as its protocol says, from the bars of the test, and keeps what it was asked. `fail` puts faults before
 * the healthy answers, one a request. What waits for the client (a stall, a drip) is told by `stalled`, so that a test
 * need not guess.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { gzipSync } from "node:zlib"

/** A row of a test's market: `openTime` in epoch milliseconds. NaN is what the provider calls no value. */
export interface ServedBar {
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** The bars of a symbol, ascending, in the timeframe that the protocol's own word names; undefined for no such symbol. */
export type Market = (symbol: string, timeframe: string) => ReadonlyArray<ServedBar> | undefined

export interface Asked {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
}

/**
 * `status` refuses in the provider's words, or in `body`; `cut` sends the first half of the healthy answer, `page` HTML
 * with 200, `redirect` to another path of its own, `bomb` a small gzip of 64 MB, `endless` spaces for ever, `reset` closes the connection inside the answer;
 * `stall` sends nothing and `drip` a byte now and then, both for ever.
 */
export type Fault =
  | {
    readonly kind: "status"
    readonly status: number
    readonly retryAfter?: string
    readonly body?: string
  }
  | { readonly kind: "cut" | "page" | "redirect" | "bomb" | "endless" | "reset" | "stall" | "drip" }

export interface Protocol {
  readonly answer: (asked: Asked) => Response
  /** The body of an error status. */
  readonly refusal: (status: number) => string
}

export interface ProviderServer {
  readonly url: string
  readonly asked: ReadonlyArray<Asked>
  readonly fail: (...faults: ReadonlyArray<Fault>) => void
  /** Fails every request from now on. */
  readonly failAlways: (fault: Fault) => void
  /** Done when a request has begun to wait for ever; once for each. */
  readonly stalled: Effect.Effect<void>
}

/** Serves until the scope closes. */
export const providerServer = (protocol: Protocol): Effect.Effect<ProviderServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const asked: Array<Asked> = []
    const faults: Array<Fault> = []
    let always: Fault | undefined
    const stalls = yield* Queue.unbounded<void>()

    const fetch = (request: Request): Response | Promise<Response> => {
      const url = new URL(request.url)
      const question = { path: decodeURIComponent(url.pathname), query: url.searchParams, headers: request.headers }
      asked.push(question)
      const fault = faults.shift() ?? always
      if (fault === undefined) return protocol.answer(question)
      if (fault.kind === "stall" || fault.kind === "drip") Queue.offerUnsafe(stalls, undefined)
      return failed(fault, protocol, question)
    }

    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve({
          port: 0,
          hostname: "127.0.0.1",
          // A stalled request waits for its client and not for Bun.
          idleTimeout: 0,
          fetch,
          error: () => new Response(null, { status: 500 })
        })
      ),
      (server) => Effect.promise(() => server.stop(true))
    )
    return {
      url: `http://127.0.0.1:${server.port}`,
      asked,
      fail: (...next) => faults.push(...next),
      failAlways: (fault) => {
        always = fault
      },
      stalled: Queue.take(stalls)
    }
  })

const json = { "content-type": "application/json" }

const failed = (fault: Fault, protocol: Protocol, asked: Asked): Response | Promise<Response> => {
  switch (fault.kind) {
    case "status":
      return new Response(fault.body ?? protocol.refusal(fault.status), {
        status: fault.status,
        headers: fault.retryAfter === undefined ? json : { ...json, "retry-after": fault.retryAfter }
      })
    case "cut":
      return protocol.answer(asked).text().then((body) =>
        new Response(body.slice(0, Math.ceil(body.length / 2)), { headers: json })
      )
    case "page":
      return new Response("<!doctype html>\n<title>Sign in</title>", { headers: { "content-type": "text/html" } })
    case "redirect":
      return new Response(null, { status: 302, headers: { location: "/elsewhere" } })
    case "bomb":
      return new Response(bomb(), { headers: { ...json, "content-encoding": "gzip" } })
    case "endless":
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(spaces) }), { headers: json })
    case "reset":
      return new Response(
        new ReadableStream({
          pull: (stream) => {
            stream.enqueue(new TextEncoder().encode("["))
            // Without a reason, which Bun would print.
            stream.error()
          }
        }),
        { headers: json }
      )
    case "stall":
      return new Promise(() => {})
    case "drip":
      return new Response(drip(), { headers: json })
  }
}

const spaces = new Uint8Array(65_536).fill(32)

let packed: Uint8Array<ArrayBuffer> | undefined
const bomb = () => packed ??= new Uint8Array(gzipSync(new Uint8Array(64 * 1024 * 1024).fill(32)))

const drip = () => {
  let timer: Timer | undefined
  return new ReadableStream({
    start: (stream) => {
      timer = setInterval(() => stream.enqueue(spaces.subarray(0, 1)), 5)
    },
    cancel: () => clearInterval(timer)
  })
}
