/**
 * Somebody who is told over HTTP, on loopback, and answers as the test says.
 *
 * It keeps what arrived, in order. `answer` puts answers before the usual one, one a request; `answerAlways` changes the
 * usual one. What waits for the client (a stall, a drip) is told by `stalled`, and the end of such a connection by `left`,
 * so that a test need not guess.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

export interface Received {
  readonly method: string
  /** With the query, as it was sent. */
  readonly path: string
  readonly headers: Headers
  readonly body: string
}

/**
 * `status` is the usual, 200 `ok` unless told; `echo` says back all that arrived, headers too; `reset` closes the
 * connection inside the answer; `endless` sends for ever, `stall` nothing and `drip` a byte now and
 * then, both for ever; `after` answers 200 once `until` is.
 */
export type Reply =
  | {
    readonly kind: "status"
    readonly status: number
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
  | { readonly kind: "after"; readonly until: Promise<void> }
  | { readonly kind: "echo" | "reset" | "endless" | "stall" | "drip" }

export interface ReceiverServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  readonly received: ReadonlyArray<Received>
  readonly answer: (...replies: ReadonlyArray<Reply>) => void
  /** Answers so every request from now on; a function tells by what arrived. */
  readonly answerAlways: (reply: Reply | ((received: Received) => Reply)) => void
  /** Done when a request has begun to wait for ever; once for each. */
  readonly stalled: Effect.Effect<void>
  /** Done when the client has ended a connection that waited; once for each. */
  readonly left: Effect.Effect<void>
}

/** Serves until the scope closes; on `port` when one is told, for a receiver that comes back. */
export const receiverServer = (port = 0): Effect.Effect<ReceiverServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const received: Array<Received> = []
    const replies: Array<Reply> = []
    let usual: (received: Received) => Reply = () => ({ kind: "status", status: 200, body: "ok" })
    const stalls = yield* Queue.unbounded<void>()
    const leaves = yield* Queue.unbounded<void>()

    const fetch = (request: Request): Promise<Response> =>
      request.text().then((body) => {
        const { pathname, search } = new URL(request.url)
        const arrived = { method: request.method, path: `${pathname}${search}`, headers: request.headers, body }
        received.push(arrived)
        const reply = replies.shift() ?? usual(arrived)
        if (reply.kind === "stall" || reply.kind === "drip") {
          request.signal.addEventListener("abort", () => Queue.offerUnsafe(leaves, undefined))
          Queue.offerUnsafe(stalls, undefined)
        }
        return answered(reply, arrived)
      })

    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve({
          port,
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
      port: server.port ?? 0,
      received,
      answer: (...next) => {
        replies.push(...next)
      },
      answerAlways: (reply) => {
        usual = typeof reply === "function" ? reply : () => reply
      },
      stalled: Queue.take(stalls),
      left: Queue.take(leaves)
    }
  })

const answered = (reply: Reply, arrived: Received): Response | Promise<Response> => {
  switch (reply.kind) {
    case "status":
      return new Response(reply.body ?? "", { status: reply.status, headers: { ...reply.headers } })
    case "redirect":
      return new Response("elsewhere", { status: reply.status ?? 302, headers: { location: reply.to } })
    case "after":
      return reply.until.then(() => new Response("ok"))
    case "echo":
      return new Response(JSON.stringify({ ...arrived, headers: Object.fromEntries(arrived.headers) }, null, 2))
    case "reset":
      return new Response(
        new ReadableStream({
          pull: (stream) => {
            stream.enqueue(new TextEncoder().encode("o"))
            // Without a reason, which Bun would print.
            stream.error()
          }
        })
      )
    case "endless":
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(spaces) }))
    case "stall":
      return new Promise(() => {})
    case "drip":
      return new Response(drip())
  }
}

const spaces = new Uint8Array(16_384).fill(32)

const drip = () => {
  let timer: Timer | undefined
  return new ReadableStream({
    start: (stream) => {
      timer = setInterval(() => stream.enqueue(spaces.subarray(0, 1)), 5)
    },
    cancel: () => clearInterval(timer)
  })
}
