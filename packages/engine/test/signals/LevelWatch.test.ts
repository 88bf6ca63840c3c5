/** What a watch tells: of which level, known when, and of which of several bars. */
import { defaultRules } from "@dgas/domain/Rules"
import { type LevelName, levelNames } from "@dgas/engine/geometry/Levels"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { type LevelMeeting, type LevelSubscription, LevelWatch } from "@dgas/engine/signals/LevelWatch"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { ZoneMap } from "@dgas/engine/signals/Zones"
import { describe, expect, test } from "bun:test"
import { barAt, seededBars } from "../bars.ts"
import { setZones } from "./frames.ts"

interface Look {
  readonly before?: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Levels known before the bar, those that its close projects, by name; the envelope is 90 to 110 unless told. */
  readonly known?: Partial<Record<LevelName, number>>
  readonly next?: Partial<Record<LevelName, number>>
}

const minute = 60_000

/** A timeframe after the bar `index`, as a watch sees it. */
const frameAt = (index: number, { before = 100, close, high, known = {}, low, next = {} }: Look, every = 1) => {
  const geometry = new TimeframeGeometry()
  const envelope = { envelopeTop: 110, envelopeBottom: 90 }
  for (const [name, price] of Object.entries({ ...envelope, ...known })) {
    geometry.barLevels[levelNames.indexOf(name as LevelName)] = price
  }
  for (const [name, price] of Object.entries({ ...envelope, ...next })) {
    geometry.levels[levelNames.indexOf(name as LevelName)] = price
  }
  return Object.assign(geometry, {
    bars: 20 + index,
    openTime: index * every * minute,
    closeTime: (index + 1) * every * minute,
    previousClose: before,
    close,
    high1: high,
    low1: low,
    top: geometry.barLevels[1],
    bottom: geometry.barLevels[2]
  })
}

const text = ({ at, frame, high, kind, level, low, side, weight }: LevelMeeting) =>
  `${at / minute}: ${frame} ${level} ${kind} ${side} ${low === high ? low : `${low}-${high}`}${
    weight === null ? "" : ` weight ${weight}`
  }`

const quiet = new TimeframeGeometry()
const noZones = new ZoneMap()

/** What a watch of one subscription tells of each trading bar. */
const watched = (one: LevelSubscription, looks: ReadonlyArray<Look>) => {
  const watch = new LevelWatch(defaultRules, [one])
  return looks.flatMap((look, index) => {
    watch.observeTrading(quiet, frameAt(index, look), noZones)
    return watch.meetings().map(text)
  })
}

const on = (level: LevelSubscription["level"], kind: LevelSubscription["kind"]): LevelSubscription => ({
  level,
  frame: "trading",
  kind
})
const above: Look = { before: 105, high: 106, low: 104, close: 105, known: { fiveNineUp: 100 } }
const touching: Look = { ...above, low: 99 }
const through: Look = { ...above, low: 95, close: 96 }

describe("a watch over a level of the trading timeframe", () => {
  test("tells a touch, with where price came from and the price of the level", () => {
    expect(watched(on("fiveNineUp", "touch"), [touching])).toEqual(["1: trading fiveNineUp touch 1 100"])
    const below = { before: 95, high: 101, low: 94, close: 96, known: { fiveNineUp: 100 } }
    expect(watched(on("fiveNineUp", "touch"), [below])).toEqual(["1: trading fiveNineUp touch -1 100"])
  })

  test("tells only what it was asked for", () => {
    expect(watched(on("fiveNineUp", "exceed"), [touching])).toEqual([])
    expect(watched(on("fiveNineUp", "exceed"), [through])).toEqual(["1: trading fiveNineUp exceed 1 100"])
    expect(watched(on("fiveNineDown", "touch"), [touching])).toEqual([])
  })

  test("calls a quarter of the envelope's width near: 5 of 20", () => {
    const near = (low: number) => watched(on("fiveNineUp", "approach"), [{ ...above, before: 107, high: 108, low }])
    expect(near(105)).toEqual(["1: trading fiveNineUp approach 1 100"])
    expect(near(105.1)).toEqual([])
  })

  test("looks at the level that was known before the bar, not at the one that the bar projects", () => {
    const look = { ...touching, known: { fiveNineUp: 100 }, next: { fiveNineUp: 50 } }
    expect(watched(on("fiveNineUp", "touch"), [look])).toEqual(["1: trading fiveNineUp touch 1 100"])
    expect(watched(on("fiveNineUp", "touch"), [{ ...look, known: { fiveNineUp: 50 }, next: { fiveNineUp: 100 } }]))
      .toEqual([])
  })

  test("tells the first of bars in a row that do the same, and again after one that does not", () => {
    expect(watched(on("fiveNineUp", "touch"), [touching, touching, above, touching, touching])).toEqual([
      "1: trading fiveNineUp touch 1 100",
      "4: trading fiveNineUp touch 1 100"
    ])
  })

  test("tells it anew when the level was gone in between", () => {
    const gone: Look = { ...touching, known: { fiveNineUp: NaN } }
    expect(watched(on("fiveNineUp", "touch"), [touching, gone, touching])).toHaveLength(2)
  })

  test("says nothing of a level that is not defined", () => {
    expect(watched(on("fiveOneUp", "touch"), [touching, through])).toEqual([])
  })

  test("takes being near a line for being inside: 95 to 105", () => {
    const far: Look = { before: 107, high: 108, low: 106, close: 107, known: { fiveNineUp: 100 } }
    const inside: Look = { ...far, low: 103, close: 104 }
    const out: Look = { before: 104, high: 108, low: 103, close: 107, known: { fiveNineUp: 100 } }
    expect(watched(on("fiveNineUp", "enter"), [far, inside])).toEqual(["2: trading fiveNineUp enter 1 100"])
    expect(watched(on("fiveNineUp", "exit"), [inside, out])).toEqual(["2: trading fiveNineUp exit 0 100"])
  })

  test("watches the envelope as an area", () => {
    const enters: Look = { before: 112, high: 113, low: 105, close: 106 }
    const leaves: Look = { before: 106, high: 113, low: 105, close: 111 }
    expect(watched(on("envelope", "enter"), [enters])).toEqual(["1: trading envelope enter 1 90-110"])
    expect(watched(on("envelope", "exit"), [leaves])).toEqual(["1: trading envelope exit 0 90-110"])
    expect(watched(on("envelope", "exceed"), [{ before: 112, high: 113, low: 85, close: 86 }])).toEqual([
      "1: trading envelope exceed 1 90-110"
    ])
    expect(watched(on("envelopeTop", "touch"), [{ before: 112, high: 113, low: 110, close: 111 }])).toEqual([
      "1: trading envelopeTop touch 1 110"
    ])
  })

  test("knows dotted line and block level as they were before the bar", () => {
    const watch = new LevelWatch(defaultRules, [on("dottedLine", "touch"), on("blockLevel", "exceed")])
    const frame = frameAt(0, touching)
    frame.barDottedLine = 100
    frame.barBlockLevel = 104.5
    frame.machine.dottedLine = 50
    frame.close = 104
    watch.observeTrading(quiet, frame, noZones)
    expect(watch.meetings().map(text)).toEqual([
      "1: trading dottedLine touch 1 100",
      "1: trading blockLevel exceed 1 104.5"
    ])
  })

  test("waits for 20 bars of the timeframe", () => {
    for (const [bars, count] of [[19, 0], [20, 1]] as const) {
      const watch = new LevelWatch(defaultRules, [on("fiveNineUp", "touch")])
      const frame = frameAt(0, touching)
      frame.bars = bars
      watch.observeTrading(quiet, frame, noZones)
      expect(watch.meetings()).toHaveLength(count)
    }
  })
})

describe("a watch over zones", () => {
  const zone = { level: "zone", frame: "trading", kind: "touch" } as const
  const look: Look = { before: 105, high: 106, low: 99, close: 103 }
  const play = (rows: ReadonlyArray<ReadonlyArray<readonly [number, number, number]>>, kind = zone.kind) => {
    const watch = new LevelWatch(defaultRules, [{ ...zone, kind }])
    return rows.flatMap((zones, index) => {
      watch.observeTrading(quiet, frameAt(index, look), setZones(new ZoneMap(), 105, zones))
      return watch.meetings().map(text)
    })
  }

  test("tells a touch with the zone's bounds and weight", () => {
    expect(play([[[98, 100, 3.5]]])).toEqual(["1: trading zone touch 1 98-100 weight 3.5"])
  })

  test("passes over zones of less than the weight that signals need", () => {
    expect(play([[[98, 100, 2.99]]])).toEqual([])
    expect(play([[[98, 100, 3]]])).toHaveLength(1)
  })

  test("tells each of several zones", () => {
    expect(play([[[98, 99, 4], [100, 101, 5]]])).toEqual([
      "1: trading zone touch 1 98-99 weight 4",
      "1: trading zone touch 1 100-101 weight 5"
    ])
  })

  test("takes a zone that overlaps the one of the bar before for the same place", () => {
    expect(play([[[98, 100, 4]], [[99.5, 101, 4]], [], [[99.5, 101, 4]]])).toEqual([
      "1: trading zone touch 1 98-100 weight 4",
      "4: trading zone touch 1 99.5-101 weight 4"
    ])
    expect(play([[[98, 100, 4]], [[100.5, 101, 4]]])).toHaveLength(2)
  })

  test("is near by the envelope that was known before the bar", () => {
    const near = (next: NonNullable<Look["next"]>) => {
      const watch = new LevelWatch(defaultRules, [{ ...zone, kind: "approach" }])
      const bar: Look = { before: 110, high: 111, low: 104, close: 106, next }
      watch.observeTrading(quiet, frameAt(0, bar), setZones(new ZoneMap(), 110, [[98, 100, 4]]))
      return watch.meetings().length
    }
    // A quarter of the width of 20 is 5, and the bar comes within 4.
    expect(near({ envelopeTop: 101, envelopeBottom: 100 })).toBe(1)
    expect(near({ envelopeTop: 200, envelopeBottom: 0 })).toBe(1)
  })

  test("remembers each of the zones that a bar met, not only the last", () => {
    expect(play([[[96, 97, 4], [100, 101, 4]], [[96.5, 97.5, 4], [100.5, 101.5, 4]]])).toHaveLength(
      play([[[96, 97, 4], [100, 101, 4]]]).length
    )
    expect(play([[[98, 99, 4], [100, 101, 4]], [[98.5, 99.5, 4]]])).toHaveLength(2)
  })
})

describe("a watch over a level of the higher timeframe", () => {
  const one = { level: "fiveNineUp", frame: "higher", kind: "touch" } as const
  // Trading bars last a minute; higher bars four. The levels of the higher bar in hand are 100 before it and 104.5 after.
  const higherOf = (index: number) =>
    frameAt(index, { ...touching, known: { fiveNineUp: 100 }, next: { fiveNineUp: 104.5 } }, 4)
  const meets = (tradingBar: number, low: number, higherBar: number) => {
    const watch = new LevelWatch(defaultRules, [one])
    const trading = frameAt(tradingBar, { ...above, low })
    watch.observeTrading(higherOf(higherBar), trading, noZones)
    return watch.meetings().map(text)
  }

  test("is met by trading bars, at what the last closed higher bar projected", () => {
    expect(meets(4, 104.3, 0)).toEqual(["5: higher fiveNineUp touch 1 104.5"])
    expect(meets(7, 104.3, 0)).toHaveLength(1)
    expect(meets(7, 104.6, 0)).toEqual([])
  })

  test("does not use a higher bar that closes together with the trading bar", () => {
    // Higher bar 1 closes at minute 8, as trading bar 7 does; what it projects was not known at minute 7.
    expect(meets(7, 104.3, 1)).toEqual([])
    expect(meets(7, 99, 1)).toEqual(["8: higher fiveNineUp touch 1 100"])
    expect(meets(8, 104.3, 1)).toEqual(["9: higher fiveNineUp touch 1 104.5"])
  })

  test("is told by a whole symbol at the prices that were known before the bar opened", () => {
    const alerts = (["touch", "exceed"] as const).flatMap((kind) =>
      (["fiveNineUp", "projectedDot", "envelopeTop"] as const).map((level) =>
        ({ level, kind, frame: "higher" }) as const
      )
    )
    const symbol = new SymbolAnalyzer(defaultRules, { tick: null, lower: false, alerts })
    const bars = seededBars(21, 600)
    let together = 0
    for (const [index, bar] of bars.entries()) {
      const known = levelNames.map((_, at) => symbol.higher.level(at))
      if (index % 4 === 3) {
        const part = bars.slice(index - 3, index + 1)
        symbol.pushHigher({
          ...bar,
          openTime: part[0]!.openTime,
          high: Math.max(...part.map(({ high }) => high)),
          low: Math.min(...part.map(({ low }) => low))
        })
      }
      symbol.pushTrading(bar)
      for (const { at, level, low } of symbol.levelMeetings()) {
        expect(at).toBe(bar.closeTime)
        expect(low).toBe(known[levelNames.findIndex((name) => name === level)]!)
        if (index % 4 === 3) together++
      }
    }
    expect(together).toBeGreaterThan(10)
  })
})

describe("a watch over a level of the lower timeframe", () => {
  const one = { level: "fiveNineUp", frame: "lower", kind: "touch" } as const

  test("is met by the lower bars, which the trading bar tells together when it closes", () => {
    const watch = new LevelWatch(defaultRules, [one])
    for (const [index, look] of [touching, above, touching].entries()) watch.observeLower(frameAt(index, look))
    watch.observeTrading(quiet, frameAt(0, above, 3), noZones)
    expect(watch.meetings().map(text)).toEqual([
      "1: lower fiveNineUp touch 1 100",
      "3: lower fiveNineUp touch 1 100"
    ])
  })

  test("is forgotten with the trading bar that held it", () => {
    const watch = new LevelWatch(defaultRules, [one])
    watch.observeLower(frameAt(0, touching))
    watch.observeTrading(quiet, frameAt(0, above, 3), noZones)
    watch.observeLower(frameAt(3, above))
    watch.observeTrading(quiet, frameAt(1, above, 3), noZones)
    expect(watch.meetings()).toEqual([])
  })

  test("is nobody's business in a schedule without one", () => {
    const symbol = new SymbolAnalyzer(defaultRules, { tick: null, lower: false, alerts: [one] })
    for (let index = 0; index < 40; index++) {
      symbol.pushLower(barAt(index, 106, 99, 105))
      symbol.pushTrading(barAt(index, 106, 99, 105))
      expect(symbol.levelMeetings()).toEqual([])
    }
  })
})
