/** What holds for the whole of one symbol, whatever the market does. */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules, type Rules } from "@dgas/domain/Rules"
import { analyze } from "@dgas/engine/signals/analyze"
import type { Decision } from "@dgas/engine/signals/Decision"
import type { OrderResult } from "@dgas/engine/signals/OutcomeMachine"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barsArbitrary, mirrored, scaled, seededBars } from "../bars.ts"

/** A higher bar of every four bars that are complete. */
const higherOf = (bars: ReadonlyArray<Bar>): ReadonlyArray<Bar> =>
  Array.from({ length: Math.floor(bars.length / 4) }, (_, index) => {
    const part = bars.slice(4 * index, 4 * index + 4)
    return {
      openTime: part[0]!.openTime,
      closeTime: part[3]!.closeTime,
      open: part[0]!.open,
      high: Math.max(...part.map((bar) => bar.high)),
      low: Math.min(...part.map((bar) => bar.low)),
      close: part[3]!.close,
      volume: 0
    }
  })

interface Step {
  readonly decision: Decision
  readonly ended: { readonly id: string; readonly result: OrderResult } | null
}

interface Play {
  readonly rules?: Rules
  readonly tick?: number | null
  /** Whether every decision is explained before it is accepted, too. */
  readonly explained?: boolean
}

/** Every decision of a symbol that accepts whatever it proposes; of bars that close together the higher goes first. */
const play = (bars: ReadonlyArray<Bar>, { explained = false, rules = defaultRules, tick = null }: Play = {}) => {
  const symbol = new SymbolAnalyzer(rules, { tick, lower: false })
  const higher = higherOf(bars)
  let next = 0
  return bars.map((bar, index): Step => {
    while (next < higher.length && higher[next]!.closeTime <= bar.closeTime) symbol.pushHigher(higher[next++]!)
    symbol.pushTrading(bar)
    const ended = symbol.ended === null ? null : { id: symbol.ended.id, result: symbol.ended.machine.result() }
    const decision = symbol.decide()
    if (explained) analyze(symbol, decision)
    if (decision.draft !== null) symbol.accept(`signal-${index}`, decision.draft)
    return { decision, ended }
  })
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const few = { numRuns: 25 }
/** Rules under which a walk makes many signals, so that there is something to compare. */
const eager: Rules = {
  ...defaultRules,
  entryStrength: 0.3,
  zoneWeight: 1.5,
  entryAlignment: 0.6,
  fillBars: 3,
  holdBars: 12
}
const rulesArbitrary = fc.constantFrom(defaultRules, eager)
const signals = (steps: ReadonlyArray<Step>) => steps.filter((step) => step.decision.draft !== null)

const near = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)))

describe("one symbol, bar by bar", () => {
  test("makes entries and exits of both directions on a walk that trends and turns", () => {
    const steps = play(seededBars(11, 4000), { rules: eager })
    const types = new Set(signals(steps).map((step) => step.decision.draft!.type))
    expect([...types].toSorted()).toEqual(["EXIT_LONG", "EXIT_SHORT", "LONG", "SHORT"])
    const ends = new Set(steps.flatMap((step) => step.ended?.result.exitReason ?? []))
    expect([...ends].toSorted()).toEqual(["STOP", "TARGET", "UNFILLED"])
  })

  test("decides the same whether or not later bars exist", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 400 }), rulesArbitrary, (seed, cut, rules) => {
        const bars = seededBars(seed, 400)
        expect(play(bars.slice(0, cut), { rules })).toEqual(play(bars, { rules }).slice(0, cut))
      }),
      few
    )
  })

  test("decides the same on coarse prices with gaps and bars without a range", () => {
    fc.assert(
      fc.property(barsArbitrary(100, 200), fc.nat(), (bars, cut) => {
        const length = 1 + cut % bars.length
        expect(play(bars.slice(0, length), { rules: eager })).toEqual(play(bars, { rules: eager }).slice(0, length))
      }),
      few
    )
  })

  test("decides the same whether or not it is asked to explain itself", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const bars = seededBars(seed, 300)
        expect(play(bars, { rules: eager, explained: true })).toEqual(play(bars, { rules: eager }))
      }),
      few
    )
  })

  test("decides the same on doubled or halved prices, to the last bit", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.125, 0.5, 2, 64), (seed, factor) => {
        const bars = seededBars(seed, 300)
        const before = play(bars, { rules: eager })
        for (const [index, { decision, ended }] of play(scaled(bars, factor), { rules: eager }).entries()) {
          const { decision: was, ended: wasEnded } = before[index]!
          expect(decision.gate).toBe(was.gate)
          expect(ended?.result.r).toBe(wasEnded?.result.r)
          if (was.draft === null) continue
          const { entryPrice, stopLoss, targetPrice, zone, ...rest } = decision.draft!
          const { entryPrice: entry, stopLoss: stop, targetPrice: target, zone: place, ...others } = was.draft
          expect([entryPrice, stopLoss, targetPrice]).toEqual([entry * factor, stop * factor, target * factor])
          expect(zone?.low).toBe(place === null ? undefined : place.low * factor)
          expect(rest).toEqual(others)
        }
      }),
      few
    )
  })

  const moves = (name: string, bars: (seed: number) => ReadonlyArray<Bar>, factor: number, shift: number) =>
    test(name, () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const before = play(seededBars(seed, 300), { rules: eager })
          for (const [index, { decision, ended }] of play(bars(seed), { rules: eager }).entries()) {
            const { decision: was, ended: wasEnded } = before[index]!
            expect(decision.gate).toBe(was.gate)
            expect(ended?.result.exitReason).toBe(wasEnded?.result.exitReason)
            if (was.draft === null) continue
            expect(decision.draft!.events).toEqual(was.draft.events)
            near(decision.draft!.entryPrice, was.draft.entryPrice * factor + shift)
            near(decision.draft!.stopLoss, was.draft.stopLoss * factor + shift)
            near(decision.draft!.targetPrice, was.draft.targetPrice * factor + shift)
            near(decision.draft!.confidence, was.draft.confidence)
            near(decision.draft!.signalStrength, was.draft.signalStrength)
          }
        }),
        few
      )
    })
  moves("scales with prices", (seed) => scaled(seededBars(seed, 300), 0.37), 0.37, 0)
  moves("moves with prices", (seed) => scaled(seededBars(seed, 300), 1, 1234.5), 1, 1234.5)

  test("turns LONG into SHORT when prices are upside down", () => {
    const turn = { LONG: "SHORT", SHORT: "LONG", EXIT_LONG: "EXIT_SHORT", EXIT_SHORT: "EXIT_LONG" } as const
    fc.assert(
      fc.property(seeds, (seed) => {
        const bars = seededBars(seed, 300)
        const before = play(bars, { rules: eager })
        for (const [index, { decision, ended }] of play(mirrored(bars, 20_000), { rules: eager }).entries()) {
          const { decision: was, ended: wasEnded } = before[index]!
          expect(decision.gate).toBe(was.gate)
          expect([ended?.result.outcome, ended?.result.exitReason]).toEqual([
            wasEnded?.result.outcome,
            wasEnded?.result.exitReason
          ])
          if (wasEnded !== null) near(ended!.result.r, wasEnded.result.r)
          if (was.draft === null) continue
          const draft = decision.draft!
          expect(draft.type).toBe(turn[was.draft.type])
          expect(draft.events).toEqual(was.draft.events)
          near(draft.entryPrice, 20_000 - was.draft.entryPrice)
          near(draft.stopLoss, 20_000 - was.draft.stopLoss)
          near(draft.targetPrice, 20_000 - was.draft.targetPrice)
          near(draft.confidence, was.draft.confidence)
        }
      }),
      few
    )
  })

  test("holds one live signal: entry, then its exit or its own end, then the next", () => {
    fc.assert(
      fc.property(seeds, rulesArbitrary, (seed, rules) => {
        let live: string | null = null
        for (const [index, { decision, ended }] of play(seededBars(seed, 600), { rules }).entries()) {
          if (ended !== null) {
            expect(ended.id).toBe(live!)
            expect(ended.result.outcome).not.toBe("PENDING")
            expect(decision.gate).toBe("LIVE_SIGNAL")
            live = null
            continue
          }
          if (live !== null) expect(["LIVE_SIGNAL", null]).toContain(decision.gate)
          else expect(decision.gate).not.toBe("LIVE_SIGNAL")
          if (decision.draft === null) continue
          const { closes, type } = decision.draft
          expect(closes).toBe(live)
          live = type === "LONG" || type === "SHORT" ? `signal-${index}` : null
        }
      }),
      few
    )
  })

  test("gives prices in order, on the tick, and scores from 0 to 1", () => {
    fc.assert(
      fc.property(seeds, rulesArbitrary, fc.constantFrom(null, 0.01, 0.25), (seed, rules, tick) => {
        for (const { decision } of play(seededBars(seed, 600), { rules, tick })) {
          expect(decision.gate === null).toBe(decision.draft !== null)
          if (decision.draft === null) {
            expect(decision.detail.length).toBeGreaterThan(0)
            continue
          }
          const {
            confidence,
            entryPrice,
            riskRewardRatio,
            signalStrength,
            stopLoss,
            targetPrice,
            timeframeAlignment,
            type
          } = decision.draft
          for (const score of [confidence, signalStrength, timeframeAlignment]) {
            expect(score >= 0 && score <= 1).toBe(true)
          }
          if (riskRewardRatio === null) continue
          const sign = type === "LONG" ? 1 : -1
          expect((entryPrice - stopLoss) * sign).toBeGreaterThan(0)
          expect((targetPrice - entryPrice) * sign).toBeGreaterThan(0)
          expect(riskRewardRatio).toBeGreaterThanOrEqual(1)
          for (const price of [entryPrice, stopLoss, targetPrice]) {
            expect(price).toBeGreaterThan(0)
            if (tick !== null) expect(Math.abs(price / tick - Math.round(price / tick))).toBeLessThan(1e-6)
          }
        }
      }),
      few
    )
  })

  test("decides the same after a restart from its last 300 trading and 120 higher bars, while nothing lives", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 100 }), (seed, extra) => {
        // 480 trading bars are 120 higher ones: both windows end with the same bar.
        const bars = seededBars(seed, 4 * (150 + extra))
        const warm = (from: number, higherFrom: number) => {
          const symbol = new SymbolAnalyzer(eager, { tick: null, lower: false })
          const higher = higherOf(bars).slice(higherFrom)
          const trading = bars.slice(from)
          let next = 0
          for (const bar of trading) {
            while (next < higher.length && higher[next]!.closeTime <= bar.closeTime) symbol.pushHigher(higher[next++]!)
            symbol.pushTrading(bar)
          }
          return symbol.decide()
        }
        expect(warm(bars.length - 300, bars.length / 4 - 120)).toEqual(warm(0, 0))
      }),
      few
    )
  })

  test("explains itself in JSON that says all there is", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const symbol = new SymbolAnalyzer(eager, { tick: 0.01, lower: false })
        const bars = seededBars(seed, 200)
        const higher = higherOf(bars)
        for (const [index, bar] of bars.entries()) {
          if (index % 4 === 3) symbol.pushHigher(higher[(index - 3) / 4]!)
          symbol.pushTrading(bar)
          const decision = symbol.decide()
          const analysis = analyze(symbol, decision)
          expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis)
          const failed = analysis.checks.filter((check) => !check.passed).map((check) => check.gate)
          if (decision.gate !== null) expect(failed).toEqual([decision.gate])
          else if (symbol.live === null) expect(failed).toEqual([])
          if (decision.draft !== null) symbol.accept(`signal-${index}`, decision.draft)
        }
      }),
      few
    )
  })
})
