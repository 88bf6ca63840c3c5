import { describe, expect, test } from "bun:test"
import { signalsFile } from "../page/signalsFile.ts"

const daysOf = (address: string): number => {
  const asked = new URL(address, "http://127.0.0.1").searchParams
  return (Date.parse(asked.get("until") ?? "") - Date.parse(asked.get("since") ?? "")) / 86_400_000
}

describe("the file of signals", () => {
  test("is of the filters, and of no more days than the API gives", () => {
    const newest = "2026-01-05T12:00:00.000Z"
    for (
      const query of [
        {},
        { since: "2020-01-01T00:00:00.000Z" },
        { since: "2020-01-01T00:00:00.000Z", until: "2025-01-01T00:00:00.000Z" }
      ]
    ) {
      expect(daysOf(signalsFile(query, newest))).toBe(366)
    }
    expect(daysOf(signalsFile({ since: "2026-01-01T12:00:00.000Z" }, newest))).toBeCloseTo(4)
    expect(signalsFile({ type: "LONG", since: "2026-01-01T00:00:00.000Z" }, newest)).toStartWith(
      "/v1/signals.csv?type=LONG&since=2026-01-01T00%3A00%3A00.000Z&until=2026-01-05T12%3A00%3A00.001Z"
    )
  })
})
