/**
 * A TCP proxy on loopback that can do to its connections what networks do.
 *
 * `delay` passes everything on later. `hole` passes nothing on, takes new connections and says nothing; what was sent
 * meanwhile arrives when it ends, as after a partition. `drop` lets questions through and loses the answers, and such
 * connections are cut when it ends, since a stream with a gap is none. `cut` ends every connection there is, once.
 */
import * as Effect from "effect/Effect"
import { connect, createServer, type Server, type Socket } from "node:net"

export type Mode = { readonly kind: "pass" | "drop" | "hole" } | { readonly kind: "delay"; readonly ms: number }

export interface Proxy {
  readonly port: number
  readonly set: (mode: Mode) => void
  readonly cut: () => void
}

/** One direction of a connection: chunks that wait to be passed on, in order. Null is its end. */
class Lane {
  private readonly waiting: Array<{ readonly chunk: Buffer | string | null; readonly due: number }> = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private ended = false
  private readonly to: Socket
  private readonly held: () => boolean

  constructor(to: Socket, held: () => boolean) {
    this.to = to
    this.held = held
  }

  push(chunk: Buffer | string | null, delayMs: number): void {
    if (this.ended) return
    if (chunk === null) this.ended = true
    // What came before is never overtaken, also when the delay has become shorter since.
    const before = this.waiting.at(-1)?.due ?? 0
    this.waiting.push({ chunk, due: Math.max(performance.now() + delayMs, before) })
    this.flush()
  }

  flush(): void {
    clearTimeout(this.timer)
    if (this.held()) return
    while (this.waiting.length > 0) {
      const { chunk, due } = this.waiting[0]!
      const left = due - performance.now()
      if (left > 0) {
        this.timer = setTimeout(() => this.flush(), left)
        return
      }
      this.waiting.shift()
      if (chunk === null) this.to.destroySoon()
      else if (!this.to.destroyed) this.to.write(chunk)
    }
  }

  forget(): void {
    clearTimeout(this.timer)
    this.waiting.length = 0
  }
}

/** The proxy of the port that `target` names each time that somebody connects. */
export const makeProxy = (target: () => number) =>
  Effect.acquireRelease(
    Effect.promise(() => open(target)),
    ({ close }) => Effect.promise(close)
  )

const open = async (target: () => number): Promise<Proxy & { readonly close: () => Promise<void> }> => {
  let mode: Mode = { kind: "pass" }
  const links = new Set<{ readonly cut: () => void; readonly flush: () => void; gap: boolean }>()

  const take = (client: Socket) => {
    const server = connect({ host: "127.0.0.1", port: target() })
    const held = () => mode.kind === "hole"
    const toServer = new Lane(server, held)
    const toClient = new Lane(client, held)
    const delayMs = () => mode.kind === "delay" ? mode.ms : 0
    const link = {
      gap: false,
      flush: () => {
        toServer.flush()
        toClient.flush()
      },
      cut: () => {
        links.delete(link)
        toServer.forget()
        toClient.forget()
        client.destroy()
        server.destroy()
      }
    }
    links.add(link)
    for (const socket of [client, server]) socket.setNoDelay(true)
    client.on("data", (chunk) => toServer.push(chunk, delayMs()))
    server.on("data", (chunk) => {
      if (mode.kind === "drop") link.gap = true
      else if (!link.gap) toClient.push(chunk, delayMs())
    })
    for (const [socket, lane] of [[client, toServer], [server, toClient]] as const) {
      // The end arrives as all else does: after what was sent before, and not through a hole.
      socket.on("close", () => {
        lane.push(null, delayMs())
        if (client.destroyed && server.destroyed) links.delete(link)
      })
      socket.on("error", () => undefined)
    }
    // Nobody listens there: as near to being refused as a connection can come that was taken.
    server.once("error", () => {
      if (server.bytesRead === 0 && server.bytesWritten === 0) client.resetAndDestroy()
    })
  }

  const listening = await new Promise<Server>((resolve) => {
    const server = createServer(take)
    server.listen(0, "127.0.0.1", () => resolve(server))
  })
  const cut = () => {
    for (const link of links) link.cut()
  }
  const address = listening.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut,
    set: (next) => {
      mode = next
      for (const link of links) {
        if (link.gap && next.kind !== "drop") link.cut()
        else link.flush()
      }
    },
    close: () =>
      new Promise((resolve) => {
        cut()
        listening.close(() => resolve())
      })
  }
}
