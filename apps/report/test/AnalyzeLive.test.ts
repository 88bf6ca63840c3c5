import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { join } from "node:path"
import { analyze } from "../src/commands/Analyze.ts"
import type { Format } from "../src/Rows.ts"

const it = effectTest(Layer.empty)
const start = Date.UTC(2026, 0, 5)
const step = 1_800_000

type Prices = readonly [high: number, low: number, close: number]

/** The last bars of a published table, and one that is in progress at 10 minutes past its open. */
const published: ReadonlyArray<Prices> = [
  [23838, 23426, 23469.5],
  [23485.5, 23035, 23324],
  [23369.25, 23119, 23219.75]
]
const inProgress: Prices = [23300, 23200, 23250]

/** Waves that end in a bar of the same kind, long enough to be past every warm-up. */
const waves = (count: number): ReadonlyArray<Prices> =>
  Array.from({ length: count }, (_, index) => {
    const at = (i: number) => 100 + 10 * Math.sin(i / 60) + Math.sin(i * 1.7) + i / 20
    return [Math.max(at(index), at(index + 1)) + 0.3, Math.min(at(index), at(index + 1)) - 0.3, at(index + 1)]
  })

/** What the command prints ten minutes after the `closed`-th bar has closed, of a file with these half-hour bars. */
const analysed = (bars: ReadonlyArray<Prices>, closed: number, format: Format) =>
  Effect.gen(function*() {
    const file = join(temporaryFolder("live"), "bars.csv")
    const rows = bars.map(([high, low, close], index) =>
      [new Date(start + index * step).toISOString(), low, high, low, close, 1].join(",")
    )
    yield* Effect.promise(() => Bun.write(file, ["timestamp,open,high,low,close,volume", ...rows, ""].join("\n")))
    yield* TestClock.setTime(start + closed * step + 600_000)
    const before = (yield* TestConsole.logLines).length
    yield* analyze({
      format,
      file,
      symbol: "X",
      timeframe: "30m",
      higher: Option.some("4h"),
      calendar: "24/7",
      grid: "session",
      tick: Option.none(),
      dot: "projected",
      envelope: "drummond",
      skipBad: false,
      series: false
    })
    return (yield* TestConsole.logLines).slice(before).join("\n")
  })

describe("the live levels of report analyze", () => {
  it.effect("are those of the last two closed bars with the row that is in progress", () =>
    Effect.gen(function*() {
      const { bars, close, live } = JSON.parse(yield* analysed([...published, inProgress], 3, "json"))
      expect({ bars, close }).toEqual({ bars: 3, close: 23219.75 })
      // D of the row in progress, the last bar and the one before: 23250, 23236, 23281.5.
      expect(live.trading.projectedDot).toBeCloseTo((23250 + 23236 + 23281.5) / 3, 8)
      expect(live.trading.envelopeTop).toBeCloseTo((2 * 23250 - 23200 + 23353 + 23528) / 3, 8)
      expect(live.trading.fiveNineUp).toBeCloseTo(2 * 23200 - 23369.25, 8)
      // The 4h bar so far has high 23838, low 23035 and last 23250, so its dot is at 23374.333.
      expect(Object.keys(live.higher)).toEqual(["oneOneHigh", "oneOneLow"])
      expect(live.higher.oneOneHigh).toBeCloseTo(2 * (23838 + 23035 + 23250) / 3 - 23035, 8)
    }))

  it.effect("leave everything else as it is without the row in progress", () =>
    Effect.gen(function*() {
      const bars = waves(604)
      const { live, ...known } = JSON.parse(yield* analysed(bars, 603, "json"))
      const { live: closed, ...plain } = JSON.parse(yield* analysed(bars.slice(0, 603), 603, "json"))
      expect(known).toEqual(plain)
      expect(known.bars).toBe(603)
      expect(closed.trading).toBeNull()
      expect(live.trading.projectedDot).not.toBe(plain.timeframes.trading.levels.projectedDot)
      expect(live.higher.projectedDot).not.toBe(closed.higher.projectedDot)
    }))

  it.effect("are null, and no column, when nothing is in progress", () =>
    Effect.gen(function*() {
      const bars = waves(400)
      expect(JSON.parse(yield* analysed(bars, 400, "json")).live).toEqual({ higher: null, trading: null })
      expect(yield* analysed(bars, 400, "table")).not.toMatch(/live (4h|30m)|live:/)
    }))

  it.effect("stand beside the levels of the next bar, and say that no signal comes of them", () =>
    Effect.gen(function*() {
      const bars = [...published, inProgress]
      const page = yield* analysed(bars, 3, "table")
      expect(page).toMatch(/level +4h +live 4h +30m +live 30m\n/)
      expect(page).toMatch(/projectedDot +23365\.11 +23255\.83\n/)
      expect(page).toContain("live: as if the bar in progress closed now; shown to people, never used for a signal")
      const [header, ...rows] = (yield* analysed(bars, 3, "csv")).split("\n")
      expect(header).toBe("timeframe,level,price,livePrice")
      expect(rows[0]).toStartWith("4h,oneOneHigh,,23713.666")
    }))
})
