import { describe, expect, test } from "bun:test"
import { stepsOver } from "../page/longer.ts"

const hour = (of: number) => new Date(Date.UTC(2026, 0, 5, of)).toISOString()

describe("longer bars over shorter ones", () => {
  test("say at each bar what was known when it began, and nothing before the first of them", () => {
    const bars = [3, 4, 5, 8].map((of) => ({ openTime: hour(of) }))
    const longer = [
      { closeTime: hour(4), dot: 1, envelopeTop: 2, envelopeBottom: null },
      { closeTime: hour(8), dot: 3, envelopeTop: 4, envelopeBottom: 2 }
    ]
    expect(stepsOver(bars, longer).map(({ dot }) => dot)).toEqual([null, 1, 1, 3])
    expect(stepsOver(bars, []).map(({ dot }) => dot)).toEqual([null, null, null, null])
  })
})
