import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { connect, createServer, type Socket } from "node:net"
import { makeProxy } from "../Proxy.ts"

const it = effectTest(Layer.empty)

/** A server that answers each question with itself and an exclamation mark; `heard` is what it was asked. */
const echo = Effect.acquireRelease(
  Effect.promise(() =>
    new Promise<{ readonly port: number; readonly heard: () => string; readonly close: () => void }>((resolve) => {
      let heard = ""
      const server = createServer((socket) =>
        socket.on("data", (chunk) => {
          heard += String(chunk)
          socket.write(`${String(chunk)}!`)
        })
      )
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resolve({
          port: typeof address === "object" && address !== null ? address.port : 0,
          heard: () => heard,
          close: () => server.close()
        })
      })
    })
  ),
  ({ close }) => Effect.sync(close)
)

const client = (port: number) =>
  Effect.acquireRelease(
    Effect.promise(() =>
      new Promise<Socket>((resolve) => {
        const socket = connect({ host: "127.0.0.1", port }, () => resolve(socket))
        socket.on("error", () => undefined)
      })
    ),
    (socket) => Effect.sync(() => socket.destroy())
  )

const next = (socket: Socket) =>
  Effect.promise(() => new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(String(chunk)))))
const closed = (socket: Socket) =>
  Effect.promise(() =>
    new Promise<void>((resolve) => socket.destroyed ? resolve() : socket.once("close", () => resolve()))
  )
const until = (look: () => boolean) =>
  Effect.gen(function*() {
    while (!look()) yield* Effect.sleep(5)
  })

const world = Effect.gen(function*() {
  const server = yield* echo
  const proxy = yield* makeProxy(() => server.port)
  return { server, proxy, socket: yield* client(proxy.port) }
})

describe("a proxy", () => {
  it.live("passes on what is said, late when it delays, and in order", () =>
    Effect.gen(function*() {
      const { proxy, socket } = yield* world
      socket.write("a")
      expect(yield* next(socket)).toBe("a!")
      proxy.set({ kind: "delay", ms: 60 })
      const asked = performance.now()
      socket.write("b")
      yield* Effect.sleep(10)
      proxy.set({ kind: "pass" })
      socket.write("c")
      expect(yield* next(socket)).toStartWith("b")
      expect(performance.now() - asked).toBeGreaterThanOrEqual(59)
    }))

  it.live("holds back everything in a hole, and lets it arrive afterwards", () =>
    Effect.gen(function*() {
      const { proxy, server, socket } = yield* world
      proxy.set({ kind: "hole" })
      socket.write("a")
      const second = yield* client(proxy.port)
      second.write("b")
      yield* Effect.sleep(50)
      expect(server.heard()).toBe("")
      proxy.set({ kind: "pass" })
      expect(yield* next(socket)).toBe("a!")
      yield* until(() => server.heard() === "ab")
    }))

  it.live("delivers what was said in a hole although who said it has gone", () =>
    Effect.gen(function*() {
      const { proxy, server, socket } = yield* world
      proxy.set({ kind: "hole" })
      socket.end("late")
      yield* closed(socket).pipe(Effect.timeoutOption(50))
      socket.destroy()
      proxy.set({ kind: "pass" })
      yield* until(() => server.heard() === "late")
    }))

  it.live("lets questions through and loses the answers, and cuts such connections in the end", () =>
    Effect.gen(function*() {
      const { proxy, server, socket } = yield* world
      proxy.set({ kind: "drop" })
      socket.write("a")
      yield* until(() => server.heard() === "a")
      yield* Effect.sleep(20)
      expect(socket.bytesRead).toBe(0)
      proxy.set({ kind: "pass" })
      yield* closed(socket)
    }))

  it.live("cuts every connection, and takes new ones", () =>
    Effect.gen(function*() {
      const { proxy, socket } = yield* world
      proxy.cut()
      yield* closed(socket)
      const again = yield* client(proxy.port)
      again.write("a")
      expect(yield* next(again)).toBe("a!")
    }))
  it.live("resets who comes while nobody listens", () =>
    Effect.gen(function*() {
      const { port, close } = yield* echo
      close()
      const proxy = yield* makeProxy(() => port)
      const error = yield* Effect.promise(() =>
        new Promise<string>((resolve) => {
          const socket = connect({ host: "127.0.0.1", port: proxy.port })
          socket.on("error", (error) => resolve("code" in error ? String(error.code) : error.message))
          socket.on("close", () => resolve("closed"))
        })
      )
      expect(error).toBe("ECONNRESET")
    }))
})
