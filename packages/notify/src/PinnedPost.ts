/**
 * One POST to one address: the connection goes to exactly that one, and TLS is held to the host's name.
 *
 * No proxy, no connection of another request, no redirect. Of the answer 64 kB are read and the rest is cut off. A failure
 * is a clause of the error's code alone, because messages of errors repeat what was asked. Interrupting it ends the
 * connection.
 */
import * as Effect from "effect/Effect"
import http from "node:http"
import https from "node:https"
import { isIP } from "node:net"
import type { Answer } from "./SafeHttp.ts"
import type { Target } from "./Target.ts"

const longestAnswer = 65_536

export interface PinnedPost {
  readonly target: Target
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const pinnedPost = (post: PinnedPost): Effect.Effect<Answer, string> =>
  Effect.callback((resume) => {
    const fail = (error: unknown) => resume(Effect.fail(codeOf(error)))
    const request = open(post, (response) => {
      const chunks: Array<Uint8Array> = []
      let length = 0
      const end = () => {
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          headers: headersOf(response.headers),
          body: new TextDecoder().decode(Buffer.concat(chunks).subarray(0, longestAnswer))
        }))
        request.destroy()
      }
      response.on("data", (chunk: Uint8Array) => {
        chunks.push(chunk)
        length += chunk.length
        if (length >= longestAnswer) end()
      })
      response.on("end", end)
      response.on("error", fail)
      response.on("close", () => fail(null))
    })
    // Only the first word counts, and a destroyed request still says that it was.
    request.on("error", fail)
    request.on("close", () => fail(null))
    request.end(post.body)
    return Effect.sync(() => request.destroy())
  })

const open = (
  { address, body, headers, target: { host, path, port, secure } }: PinnedPost,
  onAnswer: (response: http.IncomingMessage) => void
): http.ClientRequest => {
  const family = isIP(address)
  const options: https.RequestOptions = {
    agent: false,
    method: "POST",
    host,
    port,
    path,
    headers: {
      ...headers,
      "content-length": Buffer.byteLength(body),
      "accept-encoding": "identity",
      connection: "close"
    },
    lookup: (_name, { all }, found) => {
      if (all === true) found(null, [{ address, family }])
      else found(null, address, family)
    }
  }
  if (!secure) return http.request(options, onAnswer)
  // Said here, so that no environment can say otherwise.
  return https.request({ ...options, rejectUnauthorized: true, servername: isIP(host) === 0 ? host : "" }, onAnswer)
}

const headersOf = (headers: http.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value ?? ""])
  )

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? error.code : null
  return typeof code === "string" && /^[A-Z0-9_]+$/.test(code) ? code : "the connection ended before the answer did"
}
