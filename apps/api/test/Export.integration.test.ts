/** All signals of a time as one file. */
import { SignalStore } from "@dgas/db/SignalStore"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { aRun, aSignal, monday } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { signalCsv } from "../src/SignalCsv.ts"
import { get, it, listening } from "./apiWorld.ts"

describe("an export", () => {
  it.live("has each signal of its time on a line of its own, over many pages, with nothing that a spreadsheet would run", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* storeRun()
      // Several at each bar close, so that pages end within one.
      const signals = Array.from({ length: 2500 }, (_, index) =>
        aSignal({
          id: `s${String(index).padStart(4, "0")}`,
          symbol: index === 7 ? "=HYPERLINK(\"http://x\",\"y\")" : "BTCUSDT",
          signalTimestamp: monday + Math.floor(index / 7) * 60_000
        }))
      yield* (yield* SignalStore).insertMany(aRun().id, signals)
      const all = yield* get(`${url}/v1/signals.csv?since=2024-01-01&until=2024-06-01`)
      expect(all.status).toBe(200)
      expect(all.headers.get("content-type")).toStartWith("text/csv")
      const [head, ...lines] = all.text.trimEnd().split("\n")
      const id = head!.split(",").indexOf("id")
      expect(head).toStartWith("signalTimestamp,symbol,type,entryPrice,")
      expect(lines.map((line) => line.split(",").at(-1))).toEqual(
        signals.toSorted((a, b) => b.signalTimestamp - a.signalTimestamp || (a.id < b.id ? 1 : -1)).map((one) => one.id)
      )
      expect(head!.split(",").length - 1).toBe(id)
      expect(lines.find((line) => line.endsWith(",s0007"))).toContain(
        ",\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",LONG,"
      )
      const one = yield* get(`${url}/v1/signals.csv?since=2024-01-01&until=2024-06-01&symbol=ETHUSDT`)
      expect(one.text).toBe(`${head}\n`)
    }))

  it.live("is of 366 days at most", () =>
    Effect.gen(function*() {
      const url = yield* listening
      expect((yield* get(`${url}/v1/signals.csv`)).text.split("\n")).toHaveLength(2)
      expect((yield* get(`${url}/v1/signals.csv?since=2024-01-01&until=2025-01-01`)).status).toBe(200)
      const long = yield* get(`${url}/v1/signals.csv?since=2024-01-01&until=2025-01-03`)
      expect(long.status).toBe(400)
      expect(long.json.mistakes).toEqual([{
        where: "query.since",
        expected: "at most 366 days before until, which is now unless told: ask for parts"
      }])
      // A page costs the same of any time.
      for (const list of ["signals", "runs", "slots", "deliveries", "metrics"]) {
        expect((yield* get(`${url}/v1/${list}?since=2000-01-01`)).status).toBe(200)
      }
      for (const whole of ["slots/days", "performance"]) {
        expect((yield* get(`${url}/v1/${whole}?since=2000-01-01`)).status).toBe(400)
      }
    }))

  it.live("breaks off before the next page when its caller may not read any more", () =>
    Effect.gen(function*() {
      yield* storeRun()
      const signals = Array.from({ length: 1000 }, (_, index) =>
        aSignal({ id: `s${index}`, signalTimestamp: monday + index * 60_000 }))
      yield* (yield* SignalStore).insertMany(aRun().id, signals)
      let asked = 0
      const text = yield* signalCsv(
        { origin: "LIVE", since: monday, until: monday + 86_400_000 },
        Effect.sync(() =>
          ++asked <= 2
        )
      )
      let sent = ""
      const exit = yield* Effect.exit(
        Stream.runForEach(Stream.decodeText(text), (part) => Effect.sync(() => void (sent += part)))
      )
      expect(Exit.isFailure(exit)).toBe(true)
      expect(sent.trimEnd().split("\n")).toHaveLength(1 + 3 * 200)
    }))
})
