import type { Bar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import { isFinal } from "@dgas/domain/Outcome"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { OutcomeMachine } from "@dgas/engine/signals/OutcomeMachine"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { watchOf } from "@dgas/engine/Watch"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { beforeFactor, factorsSince } from "../src/SpanPrices.ts"
import { TradingBars } from "../src/TradingBars.ts"
import { type Entry, Trial } from "../src/Trial.ts"
import { random, walk } from "./bars.ts"

const minute = 60_000
const from = Date.UTC(2026, 0, 5)

const watchWith = (lower: "5m" | null) => {
  const config = Effect.runSync(decodeConfig("test", {
    sources: { s: { kind: "csv", folder: "none" } },
    universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }] } },
    schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h", lower }],
    rules: { entryStrength: 0.3, zoneWeight: 1.5, entryAlignment: 0.6, fillBars: 3, holdBars: 12 }
  }))
  return watchOf(config, config.schedules[0])
}

interface Given {
  readonly entry: Entry
  readonly machine: OutcomeMachine
  leave: { readonly at: number; readonly price: number } | null
}

/** What an analyzer makes of the bars, slot by slot, with the machine of each entry as it was in the end. */
const analysed = (bars: ReadonlyArray<Bar>, lower: "5m" | null) => {
  const watch = watchWith(lower)
  const analyzer = new SymbolAnalyzer(watch.rules, { tick: null, lower: lower !== null })
  const feed = new SymbolFeed(analyzer, {
    trading: lower === null ? null : watch.tradingGrid,
    higher: watch.higherGrid
  })
  const given = new Map<string, Given>()
  const until = bars.at(-1)!.closeTime
  let next = 0
  for (const at of watch.tradingGrid.closes(from, until)) {
    const first = next
    while (next < bars.length && bars[next]!.closeTime <= at) next++
    feed.advance(bars.slice(first, next), at)
    if (analyzer.trading.closeTime !== at) continue
    const { draft } = analyzer.decide()
    if (draft === null) continue
    const { entryPrice, stopLoss, targetPrice, type } = draft
    if (draft.closes !== null) given.get(draft.closes)!.leave = { at, price: entryPrice }
    analyzer.accept(`${at}`, draft)
    if (type !== "LONG" && type !== "SHORT") continue
    const entry = { id: `${at}`, type, signalTimestamp: at, entryPrice, stopLoss, targetPrice }
    given.set(entry.id, { entry, machine: analyzer.live!.machine, leave: null })
  }
  return { given: [...given.values()], until, watch }
}

/** What a judge makes of one of them, by the same bars. */
const judged = (
  { entry, leave }: Pick<Given, "entry" | "leave">,
  bars: ReadonlyArray<Bar>,
  { until, watch }: Pick<ReturnType<typeof analysed>, "until" | "watch">
) => {
  const trial = new Trial(entry, { rules: watch.rules, costPct: 0, leave })
  const trading = new TradingBars(watch.base === watch.schedule.trading ? null : watch.tradingGrid)
  for (const bar of bars) {
    if (bar.openTime < entry.signalTimestamp) continue
    if (trial.ended) break
    for (const whole of trading.push(bar)) trial.take(whole)
  }
  for (const whole of trading.flush(until)) trial.take(whole)
  return trial.outcome({ barsMissing: 0, evaluatedAt: 0 })
}

const withHoles = (bars: ReadonlyArray<Bar>, seed: number): ReadonlyArray<Bar> => {
  const next = random(seed)
  let hole = 0
  return bars.filter(() => {
    if (hole > 0) hole--
    else if (next() < 0.02) hole = 1 + Math.floor(next() * 12)
    return hole === 0
  })
}

const markets = [
  ["30m bars alone", null, walk(1, 12_000, from, 30 * minute)],
  ["30m bars alone with holes", null, withHoles(walk(2, 12_000, from, 30 * minute), 2)],
  ["30m of 5m bars", "5m", walk(3, 40_000, from, 5 * minute)],
  ["30m of 5m bars with holes", "5m", withHoles(walk(4, 40_000, from, 5 * minute), 4)]
] as const

describe("a judge and the analyzer", () => {
  for (const [name, lower, bars] of markets) {
    test(`agree on every signal: ${name}`, () => {
      const all = analysed(bars, lower)
      const reasons = new Map<string, number>()
      for (const one of all.given) {
        const now = one.machine.result()
        const found = judged(one, bars, all)
        reasons.set(`${found.exitReason}`, (reasons.get(`${found.exitReason}`) ?? 0) + 1)
        expect({ ...found, r: found.r ?? NaN, fillPrice: found.fillPrice ?? NaN, exitPrice: found.exitPrice ?? NaN })
          .toMatchObject({
            outcome: now.outcome,
            exitReason: now.exitReason,
            filled: now.filled,
            ambiguous: now.ambiguous,
            barsHeld: now.barsHeld,
            fillPrice: now.fillPrice,
            ...isFinal(now.outcome) ? { r: now.r, exitPrice: now.exitPrice, pnlPct: now.pnlPct } : {}
          })
      }
      expect(all.given.length).toBeGreaterThan(40)
      for (const reason of ["TARGET", "STOP", "EXIT", "UNFILLED"]) {
        expect([reason, reasons.get(reason) ?? 0]).not.toEqual([reason, 0])
      }
    })
  }

  test("agree on every signal over a split, at the prices of the signal", () => {
    const bars = walk(5, 12_000, from, 30 * minute)
    const all = analysed(bars, null)
    const spans = all.given.map((one) => ({ one, found: judged(one, bars, all) }))
    let across = 0
    for (const { found, one } of spans.filter(({ found }) => found.decidedAt !== null)) {
      // The middle of its span.
      const { entry, leave } = one
      const at = entry.signalTimestamp +
        Math.floor((found.decidedAt! - entry.signalTimestamp) / 2 / 1_800_000) * 1_800_000
      const events: ReadonlyArray<PriceEvent> = [{ kind: "split", at, factor: 1 / 7, amount: null, detail: "" }]
      const raw = bars.map((bar) => bar.closeTime <= at ? bar : beforeFactor(bar, 7))
      const factorAt = factorsSince(entry.signalTimestamp, events)
      const now = judged(
        {
          entry,
          leave: leave === null
            ? null
            : { at: leave.at, price: (leave.at > at ? leave.price / 7 : leave.price) / factorAt(leave.at) }
        },
        raw.map((bar) => beforeFactor(bar, factorAt(bar.closeTime))),
        all
      )
      expect([now.outcome, now.exitReason, now.decidedAt]).toEqual([found.outcome, found.exitReason, found.decidedAt])
      expect(now.r!).toBeCloseTo(found.r!, 8)
      if (found.exitPrice !== null) expect(now.exitPrice!).toBeCloseTo(found.exitPrice, 8)
      across++
    }
    expect(across).toBeGreaterThan(40)
  })
})
