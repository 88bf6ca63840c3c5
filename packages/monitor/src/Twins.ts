/**
 * Random entries for stored fills: the order of each, moved to other slots of its schedule and judged by the stored bars.
 *
 * Holding rules, costs and finer bars are those that the fill itself was judged with. Splits are taken out of the prices of
 * basis `raw`, so a twin may live through one. Only slots that the schedule ran are drawn, and bars end with the last of
 * them, as they did for the signals.
 */
import { BarStore } from "@dgas/db/BarStore"
import { EntryTerms, type TermsFilter } from "@dgas/db/EntryTerms"
import { OptionStore } from "@dgas/db/OptionStore"
import type { JudgedEntry } from "@dgas/db/OutcomeHistory"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Order } from "@dgas/engine/signals/OutcomeMachine"
import { type Watch, watchFrom } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import { isFill } from "./Fill.ts"
import { movedResult } from "./MovedOrder.ts"
import { againstRandom, defaultTwins, type Matched } from "./RandomEntries.ts"
import { seedOf } from "./Seed.ts"
import { beforeFactor, factorsSince } from "./SpanPrices.ts"
import { type TradingBar, TradingBars } from "./TradingBars.ts"

interface Series {
  readonly trading: ReadonlyArray<TradingBar>
  readonly bars: ReadonlyArray<TradingBar["bar"]>
  /** Which bar closes at an instant. */
  readonly at: ReadonlyMap<number, number>
}

interface MatchedFill extends Matched {
  readonly order: Order
  readonly watch: Watch
  readonly series: Series
}

/** How the fills among `entries`, which are those of `filter`, compare with random entries. */
export const matchedTwins = Effect.fn("matchedTwins")(function*(
  entries: ReadonlyArray<JudgedEntry>,
  filter: TermsFilter,
  draws: number = defaultTwins.draws
) {
  const terms = yield* EntryTerms
  const termOf = new Map((yield* terms.ofFills(filter)).map((term) => [term.id, term]))
  const slotsOf = new Map((yield* terms.slots(filter)).map((one) => [`${one.origin}/${one.schedule}`, one.slots]))
  const watches = new Map<string, Watch>()
  const known = new Map<string, Series>()
  const matched: Array<MatchedFill> = []
  // In one order, so that the draws are the same however the entries came.
  const fills = entries.filter(isFill).toSorted((a, b) => a.signalAt - b.signalAt || (a.id < b.id ? -1 : 1))
  for (const fill of fills) {
    const term = termOf.get(fill.id)
    const slots = slotsOf.get(`${fill.origin}/${fill.schedule}`) ?? []
    const [from, to] = [slots[0], slots.at(-1)]
    if (term === undefined || from === undefined || to === undefined) continue
    const watch = watches.get(term.optionsId) ?? (yield* storedWatch(term.optionsId))
    watches.set(term.optionsId, watch)
    const key = JSON.stringify([term.instrumentId, fill.origin, fill.schedule, term.optionsId])
    const series = known.get(key) ?? (yield* seriesOf(watch, term.instrumentId, { from, to }))
    known.set(key, series)
    matched.push({
      r: fill.r,
      signalAt: fill.signalAt,
      slots,
      order: {
        direction: fill.type === "LONG" ? 1 : -1,
        entry: fill.entryPrice,
        stop: fill.stopLoss,
        target: fill.targetPrice,
        costPct: fill.costPct ?? 0
      },
      watch,
      series
    })
  }
  return againstRandom(matched, resultAt, { seed: seedOf(entries), draws })
})

const resultAt = ({ order, series, watch }: MatchedFill, slot: number): number | null => {
  const at = series.at.get(slot)
  return at === undefined
    ? null
    : movedResult(order, series.bars, at, watch.rules, (next) => series.trading[next]!.finer)
}

const storedWatch = Effect.fnUntraced(function*(optionsId: string) {
  const options = yield* (yield* OptionStore).get(optionsId)
  return options === null
    ? yield* Effect.die(new Error(`options ${optionsId} are not stored`))
    : yield* watchFrom(options)
})

/** Trading bars from the one that closes at `from` to the one that closes at `to`. */
const seriesOf = Effect.fnUntraced(function*(
  watch: Watch,
  instrumentId: number,
  { from, to }: { readonly from: number; readonly to: number }
) {
  const first = watch.tradingGrid.closes(from - longestBar, from - 1).at(-1) ?? from
  const base = yield* (yield* BarStore).range(instrumentId, watch.base, Math.min(first, from), to)
  const told = watch.universe.basis === "raw"
    ? (yield* (yield* PriceEventStore).of([instrumentId], { before: to })).get(instrumentId) ?? []
    : []
  const factorAt = factorsSince(-Infinity, told)
  const trading = new TradingBars(watch.base === watch.schedule.trading ? null : watch.tradingGrid)
  const whole = base.filter(({ closeTime }) => closeTime <= to).flatMap((bar) =>
    trading.push(beforeFactor(bar, factorAt(bar.closeTime)))
  )
  const all = [...whole, ...trading.flush(to)]
  return {
    trading: all,
    bars: all.map(({ bar }) => bar),
    at: new Map(all.map(({ bar: { closeTime } }, index) => [closeTime, index]))
  } satisfies Series
})

/** A bar of a week with its neighbours closed. */
const longestBar = 21 * 86_400_000
