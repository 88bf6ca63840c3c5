/** Bytes on a socket as no client of HTTP sends them. */
import * as Effect from "effect/Effect"

/** All that is answered until the API closes the connection. */
export const rawly = (url: string, parts: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.promise(async () => {
    const { hostname, port } = new URL(url)
    const { promise, resolve } = Promise.withResolvers<string>()
    let told = ""
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data: (_, bytes) => {
          told += bytes.toString("latin1")
        },
        close: () => resolve(told),
        // A connection that is reset has told what it had to.
        error: () => resolve(told)
      }
    })
    for (const part of parts) socket.write(part)
    return promise
  })
