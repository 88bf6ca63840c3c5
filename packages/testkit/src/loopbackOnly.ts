/**
 * Refuses every request of a file of tests that would leave this machine, and fails the file for it. Called once,
 * outside of its tests.
 */
import { afterAll, beforeAll } from "bun:test"

export const loopbackOnly = (): void => {
  const { fetch } = globalThis
  const strayed: Array<string> = []
  beforeAll(() => {
    globalThis.fetch = Object.assign((input: string | URL | Request, init?: RequestInit) => {
      const { hostname } = new URL(input instanceof Request ? input.url : input)
      if (hostname === "127.0.0.1") return fetch(input, init)
      strayed.push(hostname)
      return Promise.reject(new Error(`asked ${hostname}`))
    }, fetch)
  })
  afterAll(() => {
    globalThis.fetch = fetch
    if (strayed.length > 0) throw new Error(`asked ${strayed.join(", ")}, expected loopback only`)
  })
}
