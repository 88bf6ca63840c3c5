import { describe, expect, test } from "bun:test"
import { spanOf } from "../page/views/signal/span.ts"

const at = (text: string) => Date.parse(text)

describe("the bars that are drawn of a signal", () => {
  const signal = { filled: null, signalTimestamp: "2026-01-05T12:00:00.000Z", timeframe: "1h" }

  test("end some bars after it was decided", () => {
    expect(spanOf({ ...signal, decidedAt: "2026-01-05T22:00:00.000Z" }, at("2026-03-01T00:00:00Z"))).toEqual({
      timeframe: "1h",
      limit: "90",
      until: "2026-01-07T04:00:00.000Z"
    })
  })

  test("are all of a time that was long, up to as many as the API gives at once", () => {
    const later = at("2026-06-01T00:00:00Z")
    expect(spanOf({ ...signal, decidedAt: "2026-01-26T08:00:00.000Z" }, later).limit).toBe("580")
    expect(spanOf({ ...signal, decidedAt: "2026-03-26T08:00:00.000Z" }, later).limit).toBe("1000")
  })

  test("go on to now while it is held, and are asked for anew only now and then", () => {
    const held = { ...signal, decidedAt: null, filled: true }
    expect(spanOf(held, at("2026-01-06T12:00:00Z"))).toEqual({ timeframe: "1h", limit: "200" })
    expect(spanOf(held, at("2026-01-26T08:00:00Z"))).toEqual({ timeframe: "1h", limit: "600" })
    expect(spanOf(held, at("2026-01-26T13:00:00Z"))).toEqual({ timeframe: "1h", limit: "600" })
  })

  test("are the newest while it goes on, so that each new one is drawn when it comes", () => {
    const pending = { ...signal, decidedAt: null }
    const first = spanOf(pending, at("2026-01-05T13:00:00Z"))
    expect(first).toEqual({ timeframe: "1h", limit: "200" })
    expect(spanOf(pending, at("2026-01-05T15:00:00Z"))).toEqual(first)
  })
})
