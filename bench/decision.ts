/**
 * Decisions on three timeframes with zones and gates: time a decision, a whole universe at one close, memory a symbol,
 * and garbage collections.
 */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules } from "@dgas/domain/Rules"
import type { LevelSubscription } from "@dgas/engine/signals/LevelWatch"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { barGrid } from "@dgas/market/BarGrid"
import { Resampler } from "@dgas/market/Resampler"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { heapStats } from "bun:jsc"
import { type Figure, figure, medians, walk } from "./Measure.ts"

const made = (alerts: ReadonlyArray<LevelSubscription> = []) =>
  new SymbolAnalyzer(defaultRules, { tick: 0.01, lower: true, alerts })

/** What a schedule may well ask to be told of: the envelope of each timeframe, and zones. */
const watched: ReadonlyArray<LevelSubscription> = [
  ...(["higher", "trading", "lower"] as const).flatMap((frame) =>
    (["touch", "exceed"] as const).flatMap((kind) => [
      { frame, kind, level: "envelopeTop" as const },
      { frame, kind, level: "envelopeBottom" as const }
    ])
  ),
  { frame: "trading", kind: "enter", level: "zone" }
]

/** The bars of three timeframes in the order in which they close, and how to push them. */
const series = (count: number) => {
  const trading = walk(count, 1_800_000)
  const higher = built(trading, "4h")
  return { trading, higher }
}

const built = (bars: ReadonlyArray<Bar>, timeframe: "4h"): ReadonlyArray<Bar> => {
  const resampler = new Resampler(barGrid(calendarOf("24/7"), timeframe, "session"), { dropPartialFirst: false })
  return bars.flatMap((bar) => {
    resampler.push(bar)
    return resampler.flush(bar.closeTime)
  })
}

/** One bar of each timeframe a step, whatever their lengths: the work of a step is what is measured. */
const step = (symbol: SymbolAnalyzer, { higher, trading }: ReturnType<typeof series>, at: number): boolean => {
  symbol.pushLower(trading[at]!)
  if (at < higher.length) symbol.pushHigher(higher[at]!)
  symbol.pushTrading(trading[at]!)
  if (symbol.gate() !== null) return false
  const { draft } = symbol.decide()
  if (draft !== null) symbol.accept("signal", draft)
  return true
}

const warm = 300

export const run = async (): Promise<ReadonlyArray<Figure>> => {
  const one = series(80_000)
  const length = one.higher.length
  let signals = 0
  let sink = 0
  const sum = () => {
    for (const bar of one.trading.slice(0, length)) sink += bar.open + bar.high + bar.low + bar.close
  }
  const decided = () => {
    const symbol = made()
    for (let at = 0; at < length; at++) if (step(symbol, one, at)) signals++
  }
  let met = 0
  const alerted = () => {
    const symbol = made(watched)
    for (let at = 0; at < length; at++) {
      if (step(symbol, one, at)) signals++
      met += symbol.levelMeetings().length
    }
  }
  const [floor, decision, withAlerts] = await medians(9, [sum, decided, alerted])
  if (met === 0) throw new Error("expected the walk to meet levels")
  if (signals === 0 || Number.isNaN(sink)) throw new Error("expected the walk to make signals")
  return [
    figure("a decision on three timeframes", "ns", decision! * 1e6 / length, floor! * 1e6 / length, { most: 5000 }),
    figure("the same with alerts at 13 levels", "ns", withAlerts! * 1e6 / length, decision! * 1e6 / length, {
      most: 5000
    }),
    ...await universe(one),
    ...await collections()
  ]
}

const symbols = 10_000

/** Every symbol of a universe takes one new bar of each timeframe and decides, from warm states. */
const universe = async (one: ReturnType<typeof series>): Promise<ReadonlyArray<Figure>> => {
  Bun.gc(true)
  const before = heapStats()
  const states = Array.from({ length: symbols }, () => made())
  for (const symbol of states) for (let at = 0; at < warm; at++) step(symbol, one, at)
  Bun.gc(true)
  const after = heapStats()
  const bytes = after.heapSize + after.extraMemorySize - before.heapSize - before.extraMemorySize
  let at = warm
  let sink = 0
  const all = () => {
    for (const symbol of states) if (step(symbol, one, at)) sink++
    at++
  }
  const touch = () => {
    for (const symbol of states) sink += symbol.trading.close
  }
  const [floor, whole] = await medians(9, [touch, all])
  if (Number.isNaN(sink)) throw new Error("expected every symbol to have a close")
  return [
    figure("10,000 symbols x 3 timeframes, one bar each", "ms", whole!, floor!, { most: 150 }),
    figure("memory of a symbol and timeframe", "bytes", bytes / symbols / 3, 8 * 45, { most: 4000 })
  ]
}

/**
 * Garbage collections in a million steps, in a process of their own, as the engine logs them. The floor allocates one
 * small array a step: it shows that what is looked for would be seen.
 */
const collections = async (): Promise<ReadonlyArray<Figure>> => {
  const counted = async (mode: "steps" | "garbage") => {
    const child = Bun.spawn(["bun", import.meta.path, mode], {
      stdout: "ignore",
      stderr: "pipe",
      env: { ...process.env, BUN_JSC_logGC: "1" }
    })
    const log = await new Response(child.stderr).text()
    if ((await child.exited) !== 0) throw new Error(`counting collections failed: ${log.slice(-300)}`)
    return log.slice(log.indexOf(mark)).split("GC END").length - 1
  }
  return [
    figure("garbage collections in 1,000,000 steps", "count", await counted("steps"), await counted("garbage"), {
      most: 0
    })
  ]
}

const mark = "measured from here"

/** Pushes and gates of one symbol over a walk that starts over and over; a signal that nothing stops would be an object. */
const countSteps = (allocates: boolean): void => {
  const one = series(80_000)
  const symbol = new SymbolAnalyzer({ ...defaultRules, entryStrength: 2 }, { tick: 0.01, lower: true })
  let kept: ReadonlyArray<number> = []
  const play = (steps: number) => {
    for (let done = 0; done < steps; done++) {
      const at = done % one.higher.length
      if (at === 0) { for (const frame of [symbol.lower, symbol.higher, symbol.trading]) frame?.reset() }
      symbol.pushLower(one.trading[at]!)
      symbol.pushHigher(one.higher[at]!)
      symbol.pushTrading(one.trading[at]!)
      symbol.gate()
      if (allocates) kept = [at]
    }
  }
  play(100_000)
  Bun.gc(true)
  console.error(mark)
  play(1_000_000)
  if (kept.length > 1) throw new Error("never: it keeps the last array alive")
}

if (import.meta.main) countSteps(process.argv[2] === "garbage")
