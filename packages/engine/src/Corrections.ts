/**
 * Signals that were given on bars which were revised since: would they be given now?
 *
 * Each is decided again from the stored bars up to its own close. Where the decision is another one the signal is not sent
 * again: a notice says what was and what would be.
 */
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { StoredSignal } from "@dgas/domain/Signal"
import type { SignalNotice } from "@dgas/domain/SignalNotice"
import type { SlotClaim } from "@dgas/domain/Slot"
import * as Effect from "effect/Effect"
import { eventsText, productOf } from "./PriceBasis.ts"
import type { Changed } from "./RefreshBars.ts"
import { rulesId } from "./SignalRow.ts"
import type { SignalDraft } from "./signals/Decision.ts"
import type { SymbolState } from "./SymbolState.ts"
import type { Watch } from "./Watch.ts"
import { buildStates, type Stores } from "./WatchStates.ts"

/** A notice and the signal that it is about. */
export interface Noticed {
  readonly notice: SignalNotice
  readonly signal: StoredSignal
}

const isoText = (instant: number) => new Date(instant).toISOString()

/** What is told when a later revision takes back what an earlier one said. */
const asGiven = "with the bars as they are now it is as it was given"

/** More signals of one symbol than this have not been given within the bars that are read again. */
const mostSignals = 20

export const corrections = Effect.fn("corrections")(
  function*(stores: Stores, watch: Watch, changed: ReadonlyArray<Changed>, slot: Pick<SlotClaim, "slotAt" | "origin">) {
    const found: Array<Noticed> = []
    const rules = rulesId(watch.rules)
    for (const { closes, symbol } of changed) {
      const since = Math.min(...closes)
      const given = yield* stores.signals.recent({
        schedule: watch.schedule.name,
        symbol,
        origin: slot.origin,
        since,
        limit: mostSignals
      })
      const judged = given.filter((signal) => signal.signalTimestamp < slot.slotAt && signal.rules === rules)
        .toReversed()
      const notices = yield* stores.signals.noticesOf(judged.map(({ id }) => id))
      for (const signal of judged) {
        const now = yield* decidedNow(stores, watch, signal)
        const told = (notices.get(signal.id) ?? []).findLast(({ kind }) => kind === "CORRECTED")?.detail ?? null
        const detail = correctionText(signal, now.draft, now.detail, now.factor) ?? (told === null ? null : asGiven)
        // A bar is often revised more than once, and mostly to the same end.
        if (detail === null || detail === told) continue
        const id = `${signal.id}/CORRECTED/${isoText(slot.slotAt)}`
        found.push({ signal, notice: { id, signalId: signal.id, kind: "CORRECTED", detail } })
      }
    }
    return found
  }
)

/** `factor` is what the signal's prices are multiplied by to be those of the bars that are stored now. */
const decidedNow = Effect.fnUntraced(function*(stores: Stores, watch: Watch, signal: StoredSignal) {
  const { origin, signalTimestamp: slotAt, symbol } = signal
  const one = { ...watch, instruments: watch.instruments.filter((instrument) => instrument.symbol === symbol) }
  const [state] = yield* buildStates(stores, one, { slotAt, origin, since: null, readOnly: true })
  if (state === undefined) return { draft: null, detail: "it is not watched any more", factor: 1 }
  const { instrumentId } = state
  const restated = watch.universe.basis === "split"
    ? yield* stores.events.recordedAfter([{ instrumentId, runId: signal.runId }])
    : new Map<number, ReadonlyArray<PriceEvent>>()
  const factor = productOf(restated.get(instrumentId) ?? [])
  state.advance(slotAt)
  if (state.analyzer.trading.closeTime !== slotAt) return { draft: null, detail: "there is no such bar", factor }
  const { detail, draft, gate } = state.analyzer.decide()
  return { draft, detail: gate === null ? detail : `${gate}, ${detail}`, factor }
})

/** As many digits as a price has, and not those that a multiplication leaves. */
const shown = (price: number): number => Number(price.toPrecision(8))

/** What a revision changes about a signal, in one line; null for nothing that it says. */
export const correctionText = (
  signal: Pick<StoredSignal, "type" | "entryPrice" | "stopLoss" | "targetPrice" | "confidence">,
  now: Pick<SignalDraft, "type" | "entryPrice" | "stopLoss" | "targetPrice" | "confidence" | "reason"> | null,
  detail: string,
  factor = 1
): string | null => {
  if (now === null) return `with the revised bars it would not be given: ${detail}`
  if (now.type !== signal.type) return `with the revised bars it would be ${now.type}: ${now.reason}`
  const parts = [
    ["entry", shown(signal.entryPrice * factor), shown(now.entryPrice)],
    ["stop", shown(signal.stopLoss * factor), shown(now.stopLoss)],
    ["target", shown(signal.targetPrice * factor), shown(now.targetPrice)],
    ["confidence", Math.round(signal.confidence * 100) / 100, Math.round(now.confidence * 100) / 100]
  ] as const
  const other = parts.filter(([, was, is]) => was !== is)
  if (other.length === 0) return null
  return `with the revised bars: ${other.map(([name, was, is]) => `${name} ${is} instead of ${was}`).join(", ")}`
}

/** Live entries whose prices were adjusted for splits or rolls, once each event. */
export const adjustments = (states: ReadonlyArray<SymbolState>): ReadonlyArray<Noticed> =>
  states.flatMap(({ analyzer, entry, lived }) => {
    if (entry === null || (analyzer.live ?? analyzer.ended)?.id !== entry.id) return []
    return lived.map((event, index) => {
      const factor = productOf(lived.slice(0, index + 1))
      const [price, stop, target] = [entry.entryPrice, entry.stopLoss, entry.targetPrice].map((one) =>
        shown(one * factor)
      )
      const detail = `${eventsText([event])}: entry is now ${price}, stop ${stop}, target ${target}`
      const id = `${entry.id}/ADJUSTED/${event.kind}/${isoText(event.at)}`
      return { signal: entry, notice: { id, signalId: entry.id, kind: "ADJUSTED" as const, detail } }
    })
  })
