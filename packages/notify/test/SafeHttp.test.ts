import { effectTest } from "@dgas/testkit/effectTest"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { receiverServer } from "@dgas/testkit/ReceiverServer"
import { afterEach, describe, expect, spyOn } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { EventEmitter } from "node:events"
import http from "node:http"
import https from "node:https"
import { createServer } from "node:net"
import { SafeHttp } from "../src/SafeHttp.ts"
import { hostileUrls } from "./hostileUrls.ts"

loopbackOnly()

const it = effectTest(Layer.empty)

type Options = Parameters<typeof SafeHttp.layer>[0]

const post = (url: string, options: Options, headers: Record<string, string> = {}) =>
  SafeHttp.use((safe) => safe.post({ url: Redacted.make(url), headers, body: "{}" })).pipe(
    Effect.provide(SafeHttp.layer(options))
  )

const refusal = (url: string, options: Options) => Effect.flip(post(url, options))

/** Somebody who listens on loopback, says `said` to who connects, leaves, and counts. */
const saying = (said: string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly count: () => number; readonly stop: () => void }>((resume) => {
      let connections = 0
      const server = createServer((socket) => {
        connections++
        if (said === "") socket.destroy()
        else socket.once("data", () => socket.end(said))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed({
          port: typeof address === "object" && address !== null ? address.port : 0,
          count: () => connections,
          stop: () => server.close()
        }))
      })
    }),
    ({ stop }) => Effect.sync(stop)
  )
const counting = saying("")

/** Requests that would have gone out: none does. Each tells the address to which it was pinned. */
const caught = () => {
  const addresses: Array<string> = []
  const open = (options: unknown) => {
    const { lookup } = options as https.RequestOptions
    lookup!("ignored.example", { all: true }, (_error, found) => {
      if (Array.isArray(found)) addresses.push(...found.map(({ address }) => address))
    })
    const request = Object.assign(new EventEmitter(), {
      end: () => queueMicrotask(() => request.emit("error", Object.assign(new Error("caught"), { code: "CAUGHT" }))),
      destroy: () => {}
    })
    return request as unknown as http.ClientRequest
  }
  spies.push(spyOn(http, "request").mockImplementation(open), spyOn(https, "request").mockImplementation(open))
  return addresses
}

const spies: Array<{ readonly mockRestore: () => void }> = []
afterEach(() => {
  for (const spy of spies.splice(0)) spy.mockRestore()
})

const answering = (...answers: ReadonlyArray<ReadonlyArray<string>>) => {
  let asked = 0
  return {
    resolve: () => Effect.sync(() => answers[Math.min(asked++, answers.length - 1)]!),
    asked: () => asked
  }
}

describe("SafeHttp", () => {
  it.live("connects to nothing for any hostile URL", () =>
    Effect.gen(function*() {
      const { count, port } = yield* counting
      const sent = caught()
      const urls = hostileUrls(port)
      expect(urls.length).toBeGreaterThan(400)
      // A name that is left over resolves to loopback.
      const { resolve } = answering(["127.0.0.1"])
      for (const url of urls) {
        const error = yield* refusal(url, { allowLoopback: false, resolve })
        expect([url, error._tag]).toEqual([url, "AddressRefused"])
        expect(error.message).not.toContain("/hook")
        expect(error.message).not.toContain("key=1")
      }
      expect(sent).toEqual([])
      expect(count()).toBe(0)
    }))

  it.live("keeps networks of one's own shut where loopback is open", () =>
    Effect.gen(function*() {
      const { count, port } = yield* counting
      const sent = caught()
      const loopback = /^(127\.|\[?::1\]?$)/
      const urls = hostileUrls(port).filter((url) => !loopback.test(URL.parse(url)?.hostname ?? ""))
      expect(urls.length).toBeGreaterThan(350)
      for (const url of urls) {
        const error = yield* refusal(url, { allowLoopback: true, resolve: () => Effect.succeed(["10.0.0.1"]) })
        expect([url, error._tag]).toEqual([url, "AddressRefused"])
      }
      expect(sent).toEqual([])
      expect(count()).toBe(0)
    }))

  it.live("goes to the address that was checked, whatever the name says later", () =>
    Effect.gen(function*() {
      const sent = caught()
      const { asked, resolve } = answering(["93.184.215.14"], ["127.0.0.1"])
      const options = { allowLoopback: false, resolve }
      const first = yield* refusal("https://rebinds.example/", options)
      expect(first.message).toBe("no answer: CAUGHT")
      expect(asked()).toBe(1)
      const second = yield* refusal("https://rebinds.example/", options)
      expect(second.message).toBe("the address was refused: it leads to 127.0.0.1 (loopback)")
      expect(sent).toEqual(["93.184.215.14"])
    }))

  it.live("refuses a name when one of its addresses is forbidden", () =>
    Effect.gen(function*() {
      const sent = caught()
      for (const other of ["10.0.0.1", "127.0.0.1", "::1", "fe80::1%eth0", "::ffff:1.1.1.1", "not an address"]) {
        for (const allowLoopback of [false, true]) {
          const resolve = () => Effect.succeed(["93.184.215.14", other, "2606:2800:21f::1"])
          const error = yield* refusal("https://mixed.example/", { allowLoopback, resolve })
          expect(error._tag).toBe("AddressRefused")
        }
      }
      expect(sent).toEqual([])
    }))

  it.live("goes to an IPv4 address of a name that has both", () =>
    Effect.gen(function*() {
      const sent = caught()
      const resolve = () => Effect.succeed(["2606:2800:21f::1", "93.184.215.14"])
      yield* refusal("https://both.example:8443/", { allowLoopback: false, resolve })
      expect(sent).toEqual(["93.184.215.14"])
    }))

  it.live("refuses a name that is not resolved, or has no address", () =>
    Effect.gen(function*() {
      const sent = caught()
      const failing = yield* refusal("https://nowhere.example/", {
        allowLoopback: true,
        resolve: () => Effect.fail("its name was not resolved (ENOTFOUND)")
      })
      expect(failing.message).toBe("the address was refused: its name was not resolved (ENOTFOUND)")
      const empty = yield* refusal("https://nowhere.example/", {
        allowLoopback: true,
        resolve: () => Effect.succeed([])
      })
      expect(empty.message).toBe("the address was refused: its name has no address")
      // Longer than a label may be, so that nobody else is asked.
      const real = yield* refusal(`https://${"a".repeat(64)}.invalid/`, { allowLoopback: true })
      expect(real.message).toMatch(/^the address was refused: its name was not resolved \(E[A-Z_]+\)$/)
      expect(sent).toEqual([])
    }))

  it.effect("waits 5 s for a name", () =>
    Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(refusal("https://slow.example/", {
        allowLoopback: false,
        resolve: () => Effect.never
      }))
      yield* TestClock.adjust("5 seconds")
      expect((yield* Fiber.join(waiting)).message).toBe(
        "the address was refused: its name was not resolved within 5 s"
      )
    }))

  it.live("sends the body to the name's address, and the name to the receiver", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      const answer = yield* post(
        `http://hooks.example:${receiver.port}/a%20b?key=v&w`,
        { allowLoopback: true, resolve: () => Effect.succeed(["127.0.0.1"]) },
        { "content-type": "application/json", "x-token": "secret" }
      )
      expect(answer.status).toBe(200)
      expect(answer.body).toBe("ok")
      const [got] = receiver.received
      expect([got?.method, got?.path, got?.body]).toEqual(["POST", "/a%20b?key=v&w", "{}"])
      expect(got?.headers.get("host")).toBe(`hooks.example:${receiver.port}`)
      expect(got?.headers.get("x-token")).toBe("secret")
      expect(got?.headers.get("content-length")).toBe("2")
    }))

  it.live("finds this machine by the system's resolver", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      const answer = yield* post(`http://localhost:${receiver.port}/`, { allowLoopback: true })
      expect(answer.status).toBe(200)
    }))

  it.live("follows no redirect", () =>
    Effect.gen(function*() {
      const { count, port } = yield* counting
      const receiver = yield* receiverServer()
      for (const status of [301, 302, 303, 307, 308]) {
        receiver.answer({ kind: "redirect", to: `http://127.0.0.1:${port}/`, status })
        const answer = yield* post(receiver.url, { allowLoopback: true })
        expect(answer.status).toBe(status)
        expect(answer.headers["location"]).toBe(`http://127.0.0.1:${port}/`)
      }
      expect(count()).toBe(0)
      expect(receiver.received).toHaveLength(5)
    }))

  it.live("reads 64 kB of an answer and leaves the rest", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      receiver.answer({ kind: "endless" }, { kind: "status", status: 200, body: "a".repeat(65_536) })
      const endless = yield* post(receiver.url, { allowLoopback: true })
      expect([endless.status, endless.body.length]).toEqual([200, 65_536])
      const whole = yield* post(receiver.url, { allowLoopback: true })
      expect(whole.body.length).toBe(65_536)
    }))

  for (const kind of ["stall", "drip"] as const) {
    it.effect(`waits 15 s for the whole of an answer, and leaves (${kind})`, () =>
      Effect.gen(function*() {
        const receiver = yield* receiverServer()
        receiver.answer({ kind })
        const waiting = yield* Effect.forkChild(refusal(receiver.url, { allowLoopback: true }))
        yield* receiver.stalled
        yield* TestClock.adjust("15 seconds")
        const error = yield* Fiber.join(waiting)
        expect([error._tag, error.message]).toEqual(["NoAnswer", "no answer: none within 15 s"])
        yield* receiver.left
      }))
  }

  it.live("ends the connection when it is interrupted", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      receiver.answer({ kind: "stall" })
      const waiting = yield* Effect.forkChild(post(receiver.url, { allowLoopback: true }))
      yield* receiver.stalled
      yield* Fiber.interrupt(waiting)
      yield* receiver.left
    }))

  it.live("has no answer when the connection ends inside it, or is not taken", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      receiver.answer({ kind: "reset" })
      const cut = yield* refusal(receiver.url, { allowLoopback: true })
      expect(cut._tag).toBe("NoAnswer")
      for (
        const said of [
          "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok",
          "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
          "HTTP/1.1 200 OK\r\ncontent-le",
          "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
          "SSH-2.0-OpenSSH_9.6\r\n"
        ]
      ) {
        const { port } = yield* saying(said)
        const error = yield* refusal(`http://127.0.0.1:${port}/`, { allowLoopback: true })
        expect([said, error._tag]).toEqual([said, "NoAnswer"])
      }
      const { port, stop } = yield* counting
      const closed = yield* refusal(`http://127.0.0.1:${port}/secret`, { allowLoopback: true })
      expect(closed._tag).toBe("NoAnswer")
      expect(closed.message).not.toContain("secret")
      stop()
      const shut = yield* refusal(`http://127.0.0.1:${port}/secret`, { allowLoopback: true })
      expect(shut.message).toBe("no answer: ECONNREFUSED")
    }))

  it.live("refuses a header that would be two", () =>
    Effect.gen(function*() {
      const sent = caught()
      const headers = { authorization: "Bearer secret\r\nx-other: 1" }
      const error = yield* Effect.flip(post("https://93.184.215.14/", { allowLoopback: false }, headers))
      expect(error.message).toBe("the address was refused: a header holds characters that none may")
      expect(sent).toEqual([])
    }))
})
