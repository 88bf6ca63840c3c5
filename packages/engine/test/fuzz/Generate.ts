/** Series from a seed: a market, its slots, a walk of prices over them, and damage from none to everywhere. */
import { CalendarName, Grid } from "@dgas/domain/Instrument"
import { Timeframe } from "@dgas/domain/Timeframe"
import type { Slot } from "@dgas/market/BarGrid"
import { type Case, gridOf, type Kind, kinds, type Row, slotsNear } from "./Case.ts"
import { cell, shuffled, spoiled, timeCell } from "./Damage.ts"
import { Random } from "./Random.ts"

/** The timeframes that a provider has of its own; all where it is not named. */
const own: Partial<Record<Kind, ReadonlyArray<Timeframe>>> = {
  kraken: ["1m", "5m", "15m", "30m", "1h", "4h", "1d"],
  coinbase: ["1m", "5m", "15m", "1h", "1d"],
  yahoo: ["1m", "5m", "15m", "30m", "1h", "1d"],
  eodhd: ["1m", "5m", "1h"],
  eodhdDays: ["1d"]
}
const aroundTheClock: ReadonlyArray<Kind> = ["binance", "kraken", "coinbase"]

const from = Date.parse("2001-02-01T00:00:00Z")
const span = Date.parse("2027-05-01T00:00:00Z") - from

const labelOf = (random: Random, timeframe: Timeframe, { openTime }: Slot, kind: Kind): number => {
  const day = 86_400_000
  const daily = timeframe === "1d" || timeframe === "1w"
  // EODHD dates its days; others may stamp midnight. A session that opens the evening before is of the next date.
  const dated = kind === "eodhdDays" || random.chance(0.3)
  return daily && dated ? Math.floor((openTime + 6 * 3_600_000) / day) * day : openTime
}

const rowsOf = (random: Random, kind: Kind, timeframe: Timeframe, slots: ReadonlyArray<Slot>): ReadonlyArray<Row> => {
  const scale = random.chance(0.05) ? 10 ** (random.below(201) - 100) : 10 ** (random.below(10) - 4)
  let price = scale * (1 + random.next() * 8)
  const digits = random.chance(0.5) ? 4 : 17
  const rounded = (value: number) => Number(Math.min(Math.max(value, 1e-100), 1e100).toPrecision(digits))
  return slots.filter(() => random.chance(0.9)).map((slot) => {
    const open = price
    const close = open * (1 + (random.next() - 0.5) * 0.02)
    const high = Math.max(open, close) * (1 + random.next() * 0.01)
    const low = Math.min(open, close) * (1 - random.next() * 0.01)
    price = close
    const number = (value: number) => cell(random, kind, value)
    return {
      openTime: timeCell(random, kind, labelOf(random, timeframe, slot, kind)),
      open: number(rounded(open)),
      high: number(rounded(high)),
      low: number(rounded(low)),
      close: number(rounded(close)),
      volume: number(random.chance(0.1) ? 0 : random.below(1e6) * scale < 1e100 ? random.below(1e6) : 0)
    }
  })
}

/** The series of that number; the same seed and number make the same. */
export const caseOf = (seed: number, number: number): Case => {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  const kind = random.pick(kinds)
  const calendar = aroundTheClock.includes(kind) ? "24/7" : random.pick(CalendarName.literals)
  const timeframe = random.pick(own[kind] ?? Timeframe.literals)
  // Providers cut from the open.
  const place = {
    calendar,
    timeframe,
    grid: kind === "raw" || kind === "csv" ? random.pick(Grid.literals) : "session" as const
  }
  const grid = gridOf(place)
  const slots = slotsNear(grid, from + random.below(span), 2 + random.below(14))
  const share = random.pick([0, 0.1, 0.1, 0.3, 1])
  const rows = shuffled(
    random,
    kind,
    rowsOf(random, kind, timeframe, slots).map((row) =>
      random.chance(share) ? spoiled(random, kind, row, grid, slots) : row
    )
  )
  const end = random.pick(slots.slice(slots.length >> 1))
  return {
    name: `seed ${seed}, series ${number}`,
    kind,
    ...place,
    // A file is read as a whole.
    from: kind === "csv" ? -1e13 : slots[0]!.openTime,
    to: kind === "csv" ? 1e14 : slots.at(-1)!.openTime + 1,
    asOf: random.pick([end.closeTime, end.closeTime, end.closeTime - 1, end.openTime, slots.at(-1)!.closeTime]),
    rows
  }
}
