import { describe, expect, test } from "bun:test"
import { spanOf } from "../page/views/signal/span.ts"

const at = (text: string) => Date.parse(text)

describe("the bars that are drawn of a signal", () => {
  const signal = { signalTimestamp: "2026-01-05T12:00:00.000Z", timeframe: "1h" }

  test("end some bars after it was decided", () => {
    expect(spanOf({ ...signal, decidedAt: "2026-01-05T22:00:00.000Z" }, at("2026-03-01T00:00:00Z"))).toEqual({
      timeframe: "1h",
      limit: "90",
      until: "2026-01-07T04:00:00.000Z"
    })
  })

  test("are the newest while it goes on, so that each new one is drawn when it comes", () => {
    const pending = { ...signal, decidedAt: null }
    const first = spanOf(pending, at("2026-01-05T13:00:00Z"))
    expect(first).toEqual({ timeframe: "1h", limit: "200" })
    expect(spanOf(pending, at("2026-01-05T15:00:00Z"))).toEqual(first)
  })
})
