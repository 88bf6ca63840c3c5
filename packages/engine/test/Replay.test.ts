/**
 * Twenty years of the S&P 500, day by day with its weeks, by the default rules and without a database: the same bars
 * always make the same signals, and each of them is what its kind says.
 */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules, type Rules } from "@dgas/domain/Rules"
import { analyze } from "@dgas/engine/signals/analyze"
import type { SignalDraft } from "@dgas/engine/signals/Decision"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { barGrid } from "@dgas/market/BarGrid"
import { vegaSource } from "@dgas/market/BarSource/Vega"
import { validateBars } from "@dgas/market/BarValidation"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"

const nyse = calendarOf("XNYS")
const day = barGrid(nyse, "1d", "session")
const week = barGrid(nyse, "1w", "session")
const asOf = Date.parse("2020-06-01T00:00Z")

const readDays = async (): Promise<ReadonlyArray<Bar>> => {
  const request = { symbol: "^GSPC", grid: day, from: Date.parse("2000-01-01T00:00Z"), to: asOf, asOf }
  const { rows } = await Effect.runPromise(vegaSource("vega").fetch(request))
  return validateBars(rows, { grid: day, asOf }).bars
}

interface Signal {
  readonly id: string
  readonly bar: number
  readonly draft: SignalDraft
  /** The entry that lived when this was proposed. */
  readonly live: string | null
  readonly filled: boolean
}

const replay = (bars: ReadonlyArray<Bar>, rules: Rules = defaultRules) => {
  const symbol = new SymbolAnalyzer(rules, { tick: 0.01, lower: false })
  const feed = new SymbolFeed(symbol, { trading: null, higher: week })
  const signals: Array<Signal> = []
  const ended: Array<{ readonly id: string; readonly reason: string | null }> = []
  let weeks = 0
  for (const [index, bar] of bars.entries()) {
    feed.advance([bar], bar.closeTime)
    weeks += feed.takeBuilt().higher.length
    if (symbol.ended !== null) ended.push({ id: symbol.ended.id, reason: symbol.ended.machine.result().exitReason })
    const { live } = symbol
    const decision = symbol.decide()
    if (decision.draft === null) continue
    analyze(symbol, decision)
    const id = `${new Date(bar.closeTime).toISOString()}/${decision.draft.type}`
    signals.push({
      id,
      bar: index,
      draft: decision.draft,
      live: live?.id ?? null,
      filled: live?.machine.status === "filled"
    })
    symbol.accept(id, decision.draft)
  }
  return { signals, ended, weeks }
}

describe("a replay of the S&P 500 from 2000 to 2020", () => {
  const once = readDays().then((bars) => ({ bars, ...replay(bars) }))
  const isExit = ({ draft: { type } }: Signal) => type === "EXIT_LONG" || type === "EXIT_SHORT"

  test("has 5,105 days in 1,059 weeks", async () => {
    const { bars, weeks } = await once
    expect([bars.length, weeks]).toEqual([5105, 1059])
  })

  test("gives signals of all four kinds", async () => {
    const { signals } = await once
    const counts = new Map<string, number>()
    for (const { draft: { type } } of signals) counts.set(type, (counts.get(type) ?? 0) + 1)
    expect([...counts.keys()].toSorted()).toEqual(["EXIT_LONG", "EXIT_SHORT", "LONG", "SHORT"])
    for (const count of counts.values()) expect(count).toBeGreaterThan(3)
  })

  test("names with each exit the entry that lived then, on whose side it is", async () => {
    const { signals } = await once
    const entries = new Map(signals.filter((signal) => !isExit(signal)).map((signal) => [signal.id, signal]))
    for (const signal of signals.filter(isExit)) {
      const { closes, entryPrice, stopLoss, targetPrice, type } = signal.draft
      expect(closes).not.toBeNull()
      expect(closes).toBe(signal.live)
      const entry = entries.get(closes!)!
      expect(type).toBe(entry.draft.type === "LONG" ? "EXIT_LONG" : "EXIT_SHORT")
      expect(entry.bar).toBeLessThan(signal.bar)
      expect([stopLoss, targetPrice]).toEqual([entryPrice, entryPrice])
      if (!signal.filled) expect(signal.draft.events).toEqual(["HIGHER_TURNED"])
    }
  })

  test("has one entry live at a time, each ended once: by an exit or by itself", async () => {
    const { ended, signals } = await once
    for (const signal of signals) if (!isExit(signal)) expect([signal.live, signal.draft.closes]).toEqual([null, null])
    const closed = [...ended.map(({ id }) => id), ...signals.filter(isExit).map(({ draft }) => draft.closes!)]
    expect(new Set(closed).size).toBe(closed.length)
    const entries = signals.filter((signal) => !isExit(signal)).map(({ id }) => id)
    expect(entries.filter((id) => !closed.includes(id)).length).toBeLessThanOrEqual(1)
    expect(new Set(ended.map(({ reason }) => reason))).toEqual(new Set(["STOP", "TARGET", "UNFILLED"]))
  })

  test("starts a signal on three to seven of a hundred days when each lives to its own end", async () => {
    const { bars } = await once
    const patient = { ...defaultRules, exitHigherTurned: 0, exitExhaust: 0, exitZoneTouch: 0 }
    const { signals } = replay(bars, patient)
    expect(signals.some(isExit)).toBe(false)
    expect(signals.length / bars.length).toBeGreaterThan(0.03)
    expect(signals.length / bars.length).toBeLessThan(0.07)
  })

  test("makes the same signals again, and on every prefix those that it had made by then", async () => {
    const { bars, signals } = await once
    expect(replay(bars).signals).toEqual(signals)
    for (const length of [500, 2345]) {
      expect(replay(bars.slice(0, length)).signals).toEqual(signals.filter(({ bar }) => bar < length))
    }
  })
})
