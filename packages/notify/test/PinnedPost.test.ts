import { effectTest } from "@dgas/testkit/effectTest"
import { afterEach, describe, expect, spyOn } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import https from "node:https"
import type { TLSSocket } from "node:tls"
import { pinnedPost } from "../src/PinnedPost.ts"
import { selfSigned } from "./selfSigned.ts"

const it = effectTest(Layer.empty)

const { cert, key } = selfSigned("hooks.example")

const server = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly names: ReadonlyArray<unknown>; readonly stop: () => void }>(
    (resume) => {
      const names: Array<unknown> = []
      const server = https.createServer({ cert, key }, (request, response) => {
        names.push((request.socket as TLSSocket).servername)
        response.end("ok")
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ port, names, stop: () => server.close() }))
      })
    }
  ),
  ({ stop }) => Effect.sync(stop)
)

const post = (host: string, port: number) =>
  pinnedPost({ target: { secure: true, host, port, path: "/" }, address: "127.0.0.1", headers: {}, body: "{}" })

const real = https.request
/** As if the certificate's maker were known to this machine. */
const trusting = () =>
  spyOn(https, "request").mockImplementation((...[options, answered]: Array<unknown>) =>
    real({ ...options as https.RequestOptions, ca: cert }, answered as () => void)
  )

afterEach(() => {
  spyOn(https, "request").mockRestore()
  spyOn(process, "emitWarning").mockRestore()
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"]
})

describe("pinnedPost", () => {
  it.live("refuses a certificate that nobody vouches for, whatever the environment says", () =>
    Effect.gen(function*() {
      const { names, port } = yield* server
      expect(yield* Effect.flip(post("hooks.example", port))).toBe("DEPTH_ZERO_SELF_SIGNED_CERT")
      spyOn(process, "emitWarning").mockImplementation(() => {})
      process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"
      expect(yield* Effect.flip(post("hooks.example", port))).toBe("DEPTH_ZERO_SELF_SIGNED_CERT")
      expect(names).toEqual([])
    }))

  it.live("holds the certificate to the host's name, and tells the receiver that name", () =>
    Effect.gen(function*() {
      trusting()
      const { names, port } = yield* server
      expect((yield* post("hooks.example", port)).body).toBe("ok")
      expect(names).toEqual(["hooks.example"])
      expect(yield* Effect.flip(post("other.example", port))).toBe("ERR_TLS_CERT_ALTNAME_INVALID")
      expect(yield* Effect.flip(post("127.0.0.1", port))).toBe("ERR_TLS_CERT_ALTNAME_INVALID")
      expect(names).toHaveLength(1)
    }))
})
