/**
 * Which of a run's proposals become signals.
 *
 * Filters, then duplicates (same symbol and direction within a window: the higher confidence wins, whatever
 * the order of the input), then the best by confidence x strength x alignment. An exit closes a position that
 * somebody may hold, so only the filter on types can drop it, and it does not count against the limit.
 */
import type { FilterConfig } from "@dgas/domain/Config"
import type { SignalType } from "@dgas/domain/Signal"
import type { Finding, SignalDraft } from "./Decision.ts"

/** A proposal; `at` is the bar close in epoch milliseconds. */
export interface Proposal {
  readonly symbol: string
  readonly at: number
  readonly draft: SignalDraft
}

/** What the filter that dropped it found and needed, and both in words. */
export interface Dropped extends Finding {
  readonly proposal: Proposal
}

/** `kept` has the exits first, then the entries by falling rank. */
export interface Aggregation {
  readonly kept: ReadonlyArray<Proposal>
  readonly dropped: ReadonlyArray<Dropped>
}

const isExit = (type: SignalType) => type === "EXIT_LONG" || type === "EXIT_SHORT"

const rank = ({ draft }: Proposal) => draft.confidence * draft.signalStrength * draft.timeframeAlignment

/** Ties go by symbol, time, type and then the scores, so that the order of the input never decides. */
const bySymbol = (a: Proposal, b: Proposal) =>
  byText(a.symbol, b.symbol) || a.at - b.at || byText(a.draft.type, b.draft.type) ||
  b.draft.signalStrength - a.draft.signalStrength || b.draft.timeframeAlignment - a.draft.timeframeAlignment

const byText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

/** Why the filters drop a proposal, or null. */
const filtered = (filters: FilterConfig, { draft }: Proposal): Finding | null => {
  const among = (name: string, found: string, needed: ReadonlyArray<string>): Finding => ({
    found,
    needed: needed.join(", "),
    detail: `${name} ${found} is${name === "type" ? " not" : ""} among ${needed.join(", ")}`
  })
  if (!filters.types.includes(draft.type)) return among("type", draft.type, filters.types)
  if (isExit(draft.type)) return null
  const below = (name: string, found: number, needed: number): Finding | null =>
    found < needed ? { found, needed, detail: `${name} ${found.toFixed(2)} is below ${needed}` } : null
  return below("confidence", draft.confidence, filters.minConfidence) ??
    below("alignment", draft.timeframeAlignment, filters.minAlignment) ??
    below("strength", draft.signalStrength, filters.minStrength) ??
    (filters.patterns.length > 0 && !draft.events.some((event) => filters.patterns.includes(event))
      ? among("none of", draft.events.join(", "), filters.patterns)
      : null)
}

export const aggregate = (filters: FilterConfig, proposals: ReadonlyArray<Proposal>): Aggregation => {
  const dropped: Array<Dropped> = []
  const exits: Array<Proposal> = []
  const entries: Array<Proposal> = []
  for (const proposal of proposals) {
    const finding = filtered(filters, proposal)
    if (finding !== null) dropped.push({ proposal, ...finding })
    else if (isExit(proposal.draft.type)) exits.push(proposal)
    else entries.push(proposal)
  }
  entries.sort((a, b) => b.draft.confidence - a.draft.confidence || rank(b) - rank(a) || bySymbol(a, b))
  const window = filters.duplicateMinutes * 60_000
  const unique: Array<Proposal> = []
  const latest = new Map<string, Array<number>>()
  for (const entry of entries) {
    const key = `${entry.symbol} ${entry.draft.type}`
    const times = latest.get(key) ?? []
    const twin = times.find((at) => Math.abs(at - entry.at) <= window)
    if (twin !== undefined) {
      dropped.push({
        proposal: entry,
        found: entry.draft.confidence,
        needed: null,
        detail: `a ${key} of higher confidence lies within ${filters.duplicateMinutes} min`
      })
      continue
    }
    latest.set(key, [...times, entry.at])
    unique.push(entry)
  }
  unique.sort((a, b) => rank(b) - rank(a) || bySymbol(a, b))
  for (const [place, proposal] of unique.slice(filters.maxSignals).entries()) {
    dropped.push({
      proposal,
      found: filters.maxSignals + place + 1,
      needed: filters.maxSignals,
      detail: `rank ${filters.maxSignals + place + 1} of ${unique.length}, at most ${filters.maxSignals} are kept`
    })
  }
  return { kept: [...exits.toSorted(bySymbol), ...unique.slice(0, filters.maxSignals)], dropped }
}
