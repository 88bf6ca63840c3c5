/**
 * The states of all symbols of one watch, carried from one slot to the next.
 *
 * They are built from base bars alone, stored ones where the store reaches back far enough and else the
 * source's, by the very path that live bars take. So a restart comes to the state that the stream had, from
 * 300 trading and 120 higher bars on; what is older has no part in any rule. A state is only ever carried to the
 * slot that follows it: after a gap, or when another worker ran a slot in between, it is built anew.
 */
import type { BarStore } from "@dgas/db/BarStore"
import type { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { SignalStore } from "@dgas/db/SignalStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import { InputTrail } from "./InputTrail.ts"
import { SymbolState } from "./SymbolState.ts"
import { historyStart, type Watch } from "./Watch.ts"

export interface Stores {
  readonly bars: BarStore["Service"]
  readonly instruments: InstrumentStore["Service"]
  readonly signals: SignalStore["Service"]
}

const readsAtOnce = 4

/** `from` is the open time from which bars are wanted, as far back as a warm-up unless told. */
export interface StatesAt {
  readonly slotAt: number
  readonly origin: Origin
  /** Signals since then may still live; null means however old. */
  readonly since: number | null
  readonly from?: number
  /** Changes stored bars before they are seen; then nothing else is read, however few they are. */
  readonly amend?: (instrumentId: number, bars: ReadonlyArray<Bar>) => ReadonlyArray<Bar>
}

/** States before the bars of `slotAt`. */
export const buildStates = Effect.fn("buildStates")(function*(stores: Stores, watch: Watch, at: StatesAt) {
  const { amend, origin, since, slotAt } = at
  const ids = yield* stores.instruments.ensure(watch.universe.source, watch.instruments)
  const from = at.from ?? historyStart(watch, slotAt)
  const whole = amend === undefined ? watch.baseGrid.nextClose(from) : Infinity
  const open = yield* stores.signals.openEntries(watch.schedule.name, origin, {
    since: Math.max(from, since ?? from),
    before: slotAt
  })
  return yield* Effect.forEach(watch.instruments, (instrument) =>
    Effect.gen(function*() {
      const instrumentId = ids.get(instrument.symbol)!
      const stored = yield* stores.bars.range(instrumentId, watch.base, from, slotAt)
      const closed = (amend?.(instrumentId, stored) ?? stored).filter((bar) => bar.closeTime <= slotAt)
      const first = closed[0]
      const enough = first !== undefined && first.openTime <= whole
      return new SymbolState(watch, instrument, instrumentId, {
        bars: enough ? closed : [],
        readUntil: enough ? closed.at(-1)!.openTime + 1 : from,
        trail: new InputTrail(from, slotAt),
        entry: open.find((entry) => entry.symbol === instrument.symbol) ?? null
      })
    }), { concurrency: readsAtOnce })
})
