/** Runs one series through adapter, validation and engine, and holds what comes out against the oracle. */
import type { Bar, RawBar } from "@dgas/domain/Bar"
import { defaultRules } from "@dgas/domain/Rules"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { analyze } from "@dgas/engine/signals/analyze"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { SymbolFeed } from "@dgas/engine/SymbolFeed"
import { validateBars } from "@dgas/market/BarValidation"
import { type Case, gridOf } from "./Case.ts"
import { delivered, type Fate, fates } from "./Oracle.ts"
import { readRows } from "./Wire.ts"

/** Counts of rows by what became of them. */
export type Counts = Map<string, number>

/** The first timeframe that is at least three times as long. */
export const higherOf: Record<Timeframe, Timeframe> = {
  "1m": "5m",
  "5m": "15m",
  "15m": "1h",
  "30m": "4h",
  "1h": "4h",
  "4h": "1d",
  "1d": "1w",
  "1w": "1w"
}

/** As JSON, with the numbers that JSON has not. */
export const text = (value: unknown): string =>
  JSON.stringify(value, (_, one) => typeof one === "number" && !Number.isFinite(one) ? String(one) : one)

const fields = ["openTime", "open", "high", "low", "close", "volume"] as const
const isSame = (one: RawBar | undefined, other: RawBar) =>
  one !== undefined &&
  fields.every((field) => one[field] === other[field] || one[field] !== one[field] && other[field] !== other[field])

/** The bars that should come of the rows: exactly these, to the bit. */
export const barsExpected = (rows: ReadonlyArray<RawBar>, found: ReadonlyArray<Fate>): ReadonlyArray<Bar> =>
  rows.flatMap((row, at) => {
    const fate = found[at]!
    if (fate.is !== "bar") return []
    const { close, high, low, open, volume } = row
    const { closeTime, openTime } = fate
    return [{ openTime, closeTime, open, high, low, close, volume: volume === 0 ? 0 : volume }]
  })

/** What is wrong, or null. Never throws: an error of the product is what is wrong. */
export const wrongIn = (one: Case, counts: Counts): string | null => {
  try {
    return check(one, counts)
  } catch (cause) {
    return `threw ${cause instanceof Error ? cause.stack ?? cause.message : String(cause)}`
  }
}

const check = (one: Case, counts: Counts): string | null => {
  const expected = delivered(one)
  const found = fates(expected, one)
  const rows = readRows(one)
  if (rows === null) {
    const usable = found.some(({ is }) => is === "bar")
    counts.set("files refused", (counts.get("files refused") ?? 0) + 1)
    return usable ? "a file with a bar was refused" : null
  }
  const odd = rows.findIndex((row, at) => expected[at] === undefined || !isSame(expected[at], row))
  if (odd >= 0) return `row ${odd} was read as ${text(rows[odd])}, expected ${text(expected[odd])}`
  if (rows.length !== expected.length) return `${rows.length} rows were read, expected ${expected.length}`

  const grid = gridOf(one)
  const { bars, outsideSessions, quarantined } = validateBars(rows, { grid, asOf: one.asOf })
  for (const { is } of found) counts.set(is, (counts.get(is) ?? 0) + 1)
  const outside = found.filter(({ is }) => is === "outside").length
  if (outsideSessions !== outside) return `${outsideSessions} rows were outside of sessions, expected ${outside}`
  const bad = expected.flatMap((row, at) => {
    const { is } = found[at]!
    return is === "bar" || is === "outside" ? [] : [{ row, is }]
  })
  for (const [at, { is, row }] of bad.entries()) {
    const own = quarantined[at]
    if (own?.reason !== is || !isSame(own.bar, row)) {
      return `quarantined was ${text(own)}, expected ${is} for ${text(row)}`
    }
    if (own.detail === "") return `quarantined without a detail: ${text(own)}`
  }
  if (quarantined.length !== bad.length) return `quarantined was also ${text(quarantined[bad.length])}`
  const whole = barsExpected(expected, found)
  if (text(bars) !== text(whole)) return `bars were ${text(bars)}, expected ${text(whole)}`
  const minus = bars.find((bar) => Object.is(bar.volume, -0))
  if (minus !== undefined) return `a bar has a volume of minus zero: ${text(minus)}`
  return engineFault(one, bars)
}

const engineFault = (one: Case, bars: ReadonlyArray<Bar>): string | null => {
  const lower = one.timeframe !== "1w" && one.timeframe !== "1d" && bars.length % 3 === 0
  const trading = lower ? higherOf[one.timeframe] : one.timeframe
  const feed = new SymbolFeed(new SymbolAnalyzer(defaultRules, { tick: bars.length % 2 === 0 ? 0.01 : null, lower }), {
    trading: lower ? gridOf({ ...one, timeframe: trading }) : null,
    higher: gridOf({ ...one, timeframe: higherOf[trading] })
  })
  const middle = bars.length >> 1
  for (const some of [bars.slice(0, middle), bars.slice(middle)]) {
    const asOf = some.at(-1)?.closeTime
    if (asOf === undefined) continue
    feed.advance(some, asOf)
    const { analyzer } = feed
    if (analyzer.trading.bars === 0) continue
    const decision = analyzer.decide()
    const odd = notFinite(analyze(analyzer, decision), "analysis") ?? notFinite(analyzer.levelMeetings(), "meetings")
    if (odd !== null) return `${odd} after ${text(some)}`
  }
  feed.advance([], one.asOf)
  const { higher, trading: built } = feed.takeBuilt()
  return notFinite([...higher, ...built], "built bars")
}

/** The path of the first number that is none. */
const notFinite = (value: unknown, path: string): string | null => {
  if (typeof value === "number") return Number.isFinite(value) ? null : `${path} was ${value}`
  if (typeof value !== "object" || value === null) return null
  for (const [key, one] of Object.entries(value)) {
    const odd = notFinite(one, `${path}.${key}`)
    if (odd !== null) return odd
  }
  return null
}
