/**
 * The first thing in which a run computed again differs from the one that was stored.
 *
 * Rows are compared as the database gives them back: to the last bit of every number, whatever the order of keys.
 */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { Signal, type StoredSignal } from "@dgas/domain/Signal"
import type { Conclusion } from "./Cycle.ts"

/** `what` is a path such as `gate` or `LONG.patternContext.zones[2].weight`; values are JSON. */
export interface Difference {
  readonly symbol: string
  readonly what: string
  readonly stored: string
  readonly now: string
}

const text = (value: unknown) => value === undefined ? "nothing" : JSON.stringify(value)

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The first path at which two values differ as JSON, or null. */
export const firstDifference = (
  stored: unknown,
  now: unknown,
  path: string
): Omit<Difference, "symbol"> | null => {
  if (Array.isArray(stored) && Array.isArray(now)) {
    for (let at = 0; at < Math.max(stored.length, now.length); at++) {
      const found = firstDifference(stored[at], now[at], `${path}[${at}]`)
      if (found !== null) return found
    }
    return null
  }
  if (isObject(stored) && isObject(now)) {
    for (const key of new Set([...Object.keys(stored), ...Object.keys(now)])) {
      const found = firstDifference(stored[key], now[key], path === "" ? key : `${path}.${key}`)
      if (found !== null) return found
    }
    return null
  }
  return text(stored) === text(now) ? null : { what: path, stored: text(stored), now: text(now) }
}

/** What a signal says, without what became of it. */
const said = (signal: Signal | StoredSignal) =>
  JSON.parse(JSON.stringify(Object.fromEntries(
    Object.keys(Signal.fields).map((field) => [field, Reflect.get(signal, field)])
  )))

/** The stored reasons of a read that failed are of its moment: that there was no bar is what can be computed again. */
const reasonOf = ({ detail, gate }: { readonly gate: string; readonly detail: string }) =>
  gate === "NO_DATA" ? { gate } : { gate, detail }

/** The first difference of each symbol, in the order of `symbols`. */
export const differences = (
  symbols: ReadonlyArray<string>,
  stored: { readonly run: PredictionRun; readonly signals: ReadonlyArray<StoredSignal> },
  now: Conclusion
): ReadonlyArray<Difference> =>
  symbols.flatMap((symbol) => {
    const wasGate = stored.run.gates.find((gate) => gate.symbol === symbol)
    const isGate = now.gates.find((gate) => gate.symbol === symbol)
    const was = stored.signals.find((signal) => signal.symbol === symbol)
    const is = now.signals.find((signal) => signal.symbol === symbol)
    if (was !== undefined && is !== undefined) {
      const found = firstDifference(said(was), said(is), was.type)
      return found === null ? [] : [{ symbol, ...found }]
    }
    const before = wasGate === undefined ? { signal: was?.type } : reasonOf(wasGate)
    const after = isGate === undefined ? { signal: is?.type } : reasonOf(isGate)
    const found = firstDifference(before, after, "")
    return found === null
      ? []
      : [{ symbol, what: "decision", stored: decisionText(wasGate, was), now: decisionText(isGate, is) }]
  })

const decisionText = (
  gate: { readonly gate: string; readonly detail: string } | undefined,
  signal: Signal | undefined
): string => gate !== undefined ? `${gate.gate}: ${gate.detail}` : signal !== undefined ? signal.type : "nothing"
