/** Connections that are no use: half requests, garbage, bodies that end early or come a byte at a time, resets. */
import type { Socket } from "bun"
import type { Random } from "./Random.ts"

interface Plan {
  readonly parts: ReadonlyArray<string | Uint8Array>
  /** Between the parts. */
  readonly pauseMs: number
  readonly ending: "close" | "reset"
  /** Whether it waits for the API to answer before it ends. */
  readonly listens: boolean
}

const head = "GET /v1/signals HTTP/1.1\r\nhost: 127.0.0.1\r\n"

const plans = (key: string): Readonly<Record<string, (random: Random) => Plan>> => {
  const post =
    `POST /v1/keys HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
  const now = { pauseMs: 0, listens: false }
  return {
    nothing: () => ({ ...now, parts: [], ending: "close" }),
    "half a line": () => ({ ...now, parts: ["GET /v1/sig"], ending: "close" }),
    "half a head": (random) => ({ ...now, parts: [head.slice(0, 1 + random.below(head.length))], ending: "reset" }),
    garbage: (random) => ({ ...now, parts: [random.bytes(1 + random.below(4000))], ending: "close", listens: true }),
    TLS: (random) => ({
      ...now,
      parts: [new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), random.bytes(500)],
      ending: "close",
      listens: true
    }),
    "a reset before the answer": () => ({ ...now, parts: [`${head}\r\n`], ending: "reset" }),
    "many requests and a reset": (random) => ({
      ...now,
      parts: [`${head}\r\n`.repeat(1 + random.below(50))],
      ending: "reset"
    }),
    "a body that ends early": () => ({
      ...now,
      parts: [`${post}content-length: 1000\r\n\r\n{"name":`],
      ending: "close"
    }),
    "a body that stops": () => ({ ...now, parts: [`${post}content-length: 1000\r\n\r\n{`], ending: "reset" }),
    "no chunks": (random) => ({
      ...now,
      parts: [
        `${post}transfer-encoding: chunked\r\n\r\n`,
        random.pick(["zz\r\nx\r\n", "-1\r\n", "ffffffffffffffff\r\nx", "5\r\nabc"])
      ],
      ending: "close"
    }),
    "both lengths": () => ({
      ...now,
      parts: [`${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`],
      ending: "close",
      listens: true
    }),
    "a stream and a reset": () => ({
      ...now,
      parts: [`GET /v1/stream HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n\r\n`],
      ending: "reset",
      listens: true
    }),
    "a byte at a time": () => ({ parts: [...head], pauseMs: 20, ending: "reset", listens: false }),
    "a body a byte at a time": () => ({
      parts: [`${post}content-length: 40\r\n\r\n`, ..."{\"name\":\"slow\",\"scopes\":"],
      pauseMs: 20,
      ending: "reset",
      listens: false
    })
  }
}

export const socketKinds = Object.keys(plans(""))

/** How long one waits for an answer that need not come. */
const listenMs = 500

/** Opens one, does what it is for and ends it. Comes back with what was answered. */
export const breakSocket = async (
  at: { readonly host: string; readonly port: number },
  kind: string,
  key: string,
  random: Random
): Promise<string> => {
  const plan = plans(key)[kind]!(random)
  const { promise: over, resolve } = Promise.withResolvers<void>()
  let told = ""
  let open = true
  const ended = () => {
    open = false
    resolve()
  }
  let socket: Socket<undefined>
  try {
    socket = await Bun.connect({
      hostname: at.host,
      port: at.port,
      socket: {
        data: (_, bytes) => {
          if (told.length < 2000) told += bytes.toString("latin1")
          if (plan.listens) resolve()
        },
        close: ended,
        error: ended
      }
    })
  } catch {
    return "refused"
  }
  for (const part of plan.parts) {
    if (!open) break
    socket.write(part)
    if (plan.pauseMs > 0) await Bun.sleep(plan.pauseMs)
  }
  if (open && plan.listens) await Promise.race([over, Bun.sleep(listenMs)])
  if (plan.ending === "reset") socket.terminate()
  else socket.end()
  return told
}

/** Half requests that are left alone: how many the API has not closed. */
export const leftAlone = async (
  at: { readonly host: string; readonly port: number },
  count: number
): Promise<() => number> => {
  let open = 0
  await Promise.all(Array.from({ length: count }, async () => {
    await Bun.connect({
      hostname: at.host,
      port: at.port,
      socket: {
        open: (socket) => {
          open++
          socket.write(head)
        },
        data: () => undefined,
        close: () => {
          open--
        }
      }
    })
  }))
  return () => open
}
