/**
 * Those who are told over HTTP: servers of the harness, on loopback, which outlive every worker.
 *
 * Each keeps what arrived, with the time and what it did about it. The signature is looked at as the standard tells
 * receivers to, by code of our own; which of several requests with one id count is left to whoever asks.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHmac } from "node:crypto"
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from "node:http"
import { type Address, type ReceiverName, receiverNames } from "./Destinations.ts"
import { diceOf } from "./Dice.ts"
import { treatment } from "./Manners.ts"

export interface Arrival {
  readonly receiver: ReceiverName
  /** The `webhook-id`. */
  readonly id: string
  /** Epoch milliseconds of the machine. */
  readonly at: number
  readonly body: string
  readonly isSigned: boolean
  /** `taken`: it was done, and was said to be or would have been. `forgotten`: done, and not said. */
  readonly became: "taken" | "forgotten" | "refused"
  /** Requests of this receiver that were open then, this one included. */
  readonly open: number
}

export interface Receivers {
  readonly addresses: ReadonlyArray<Address>
  readonly arrivals: ReadonlyArray<Arrival>
  /** From now on all of them do well. */
  readonly calm: () => void
}

/** Everything ends with the scope. */
export const makeReceivers = Effect.fn("makeReceivers")(function*(seed: number) {
  const arrivals: Array<Arrival> = []
  const began = performance.now()
  let isOver = false
  const receive = (name: ReceiverName, secret: string, dice: ReturnType<typeof diceOf>) => {
    let open = 0
    return (request: IncomingMessage, response: ServerResponse) => {
      open++
      response.on("close", () => open--)
      // Of a sender that died.
      request.on("error", () => undefined)
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8")
        const treated = treatment(name, dice, performance.now() - began, isOver)
        arrivals.push({
          receiver: name,
          id: String(request.headers["webhook-id"]),
          at: Date.now(),
          body,
          isSigned: isSigned(secret, request.headers, body),
          became: treated.kind === "forgets"
            ? "forgotten"
            : treated.kind === "status" && treated.status === 200
            ? "taken"
            : "refused",
          open
        })
        if (treated.kind === "status") {
          setTimeout(() => response.destroyed || response.writeHead(treated.status).end("ok"), treated.afterMs)
        } else if (treated.kind !== "silence") request.socket.destroy()
      })
    }
  }
  const addresses = yield* Effect.forEach(receiverNames, (name, index) =>
    Effect.gen(function*() {
      const secret = `whsec_${Buffer.alloc(32, `${seed} ${name}`).toString("base64")}`
      const server = createServer(receive(name, secret, diceOf(seed + index)))
      const port = yield* Effect.acquireRelease(Effect.promise(() => listening(server)), () => closed(server))
      return { name, secret, url: `http://127.0.0.1:${port}/${name}` }
    }))
  return {
    addresses,
    arrivals,
    calm: () => {
      isOver = true
    }
  } satisfies Receivers
})

const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })

const closed = (server: Server) =>
  Effect.sync(() => {
    server.closeAllConnections()
    server.close()
  })

const Signature = Schema.Struct({
  "webhook-id": Schema.String,
  "webhook-timestamp": Schema.String.check(Schema.isPattern(/^\d+$/)),
  "webhook-signature": Schema.String
})
const isSignature = Schema.is(Signature)

/** By the clock of the market nobody here knows how old it may be, so that is not looked at. */
const isSigned = (secret: string, headers: IncomingHttpHeaders, body: string): boolean => {
  if (!isSignature(headers)) return false
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`
  const key = Buffer.from(secret.slice("whsec_".length), "base64")
  return headers["webhook-signature"] === `v1,${createHmac("sha256", key).update(text).digest("base64")}`
}
