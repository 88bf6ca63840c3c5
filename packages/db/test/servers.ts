/** Servers on loopback that tests put in a database's place. */
import * as Effect from "effect/Effect"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"

const portOf = (server: Server) => (server.address() as AddressInfo).port

const listening = (onSocket: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Server; readonly sockets: Set<Socket> }>((resume) => {
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on("error", () => undefined)
        onSocket(socket)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, sockets })))
    }),
    ({ server, sockets }) =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      })
  )

/** Port of a server that takes every connection and never answers. */
export const silentServer = Effect.map(listening(() => undefined), ({ server }) => portOf(server))

/** A port on which nothing listens. */
export const freePort = Effect.scoped(silentServer)
