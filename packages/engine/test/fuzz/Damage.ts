/** Ways in which providers spoil rows. */
import { timeframeMs } from "@dgas/domain/Timeframe"
import type { BarGrid, Slot } from "@dgas/market/BarGrid"
import { type Cell, type Field, fields, type Kind, type Row } from "./Case.ts"
import type { Random } from "./Random.ts"

/** Providers tell seconds or milliseconds; CSV tells times as text. */
export const secondsIn: ReadonlyArray<Kind> = ["kraken", "coinbase", "yahoo", "eodhd"]

const garbage: ReadonlyArray<Cell> = [
  "",
  " ",
  "abc",
  "NaN",
  "1,5",
  "1_000",
  "0x1f",
  "Infinity",
  "-",
  "--5",
  "1e",
  "१२",
  null,
  true,
  false,
  {},
  [],
  [5],
  { value: 5 },
  undefined
].map((wire) => ({ wire, value: NaN }))

/** Numbers that no bar has, and some at the very edge of what one may have. */
const strange = [
  NaN,
  Infinity,
  -Infinity,
  -1,
  -1e-9,
  0,
  -0,
  1e300,
  Number.MAX_VALUE,
  1.0000000001e100,
  1e100,
  1e-100,
  0.999999999e-100,
  5e-324,
  -5e-324
]

/** A number as the provider writes it: as such, as text, or as text with blanks. JSON has no infinities. */
export const cell = (random: Random, kind: Kind, value: number): Cell => {
  if (kind === "raw") return { wire: value, value }
  if (!Number.isFinite(value)) return { wire: kind === "csv" || random.chance(0.5) ? String(value) : null, value: NaN }
  if (kind === "csv" || random.chance(0.5)) {
    return { wire: random.chance(0.1) ? ` ${value} ` : String(value), value: Number(String(value)) }
  }
  return { wire: value, value: value + 0 }
}

/** Of a year of four digits. */
const isDated = (at: number) => at > -6e13 && at < 1e14

/** A time as the provider writes it. What no CSV can say is said by a year before the calendars. */
export const timeCell = (random: Random, kind: Kind, at: number): Cell => {
  if (kind === "raw") return { wire: at, value: at }
  if (kind === "csv") {
    const told = Number.isInteger(at) && isDated(at) ? at : -1e11
    return { wire: new Date(told).toISOString(), value: told }
  }
  if (kind === "eodhdDays") {
    const told = isDated(at) ? Math.floor(at / 86_400_000) * 86_400_000 : -1_000_000 * 86_400
    return { wire: new Date(told).toISOString().slice(0, 10), value: told }
  }
  const units = secondsIn.includes(kind) ? at / 1000 : at
  const written = cell(random, kind, units)
  return { wire: written.wire, value: secondsIn.includes(kind) ? written.value * 1000 : written.value }
}

const spoiledNumber = (random: Random, kind: Kind, row: Row): Row => {
  const field: Field = random.pick(fields)
  // CSV has no types: a field is always text, and a missing one moves the others.
  const spoiled = kind !== "raw" && random.chance(0.5)
    ? random.pick(
      kind === "csv" ? garbage.filter(({ wire }) => typeof wire === "string" && !wire.includes(",")) : garbage
    )
    : cell(random, kind, random.pick(strange))
  return { ...row, [field]: spoiled }
}

const spoiledShape = (random: Random, kind: Kind, row: Row): Row => {
  const { high, low } = row
  switch (random.below(5)) {
    case 0:
      return { ...row, high: low, low: high }
    case 1:
      return { ...row, open: cell(random, kind, high.value * 1.01) }
    case 2:
      return { ...row, close: cell(random, kind, low.value * 0.99) }
    case 3:
      return { ...row, high: low, open: low, close: low }
    default:
      return { ...row, [random.pick(["open", "close"])]: random.pick([high, low]) }
  }
}

/** Far from every calendar, and from every date. */
const nowhere = [NaN, Infinity, -Infinity, -1e11, -3e11, 4.2e12, 8.64e15, -8.64e15, 9e15, 1e300, 300_000_000_000_000]

const spoiledTime = (random: Random, kind: Kind, row: Row, grid: BarGrid, slots: ReadonlyArray<Slot>): Row => {
  const { closeTime, openTime } = random.pick(slots)
  const step = timeframeMs(grid.timeframe)
  const at = random.pick([
    openTime + 1,
    openTime - 1,
    openTime + 0.5,
    openTime + random.below(closeTime - openTime),
    openTime + 60_000,
    closeTime,
    closeTime + step,
    Math.floor(openTime / 86_400_000) * 86_400_000,
    openTime - openTime % 1000 + random.below(14) * 43_200_000,
    openTime + 400 * 86_400_000,
    random.pick(nowhere)
  ])
  const broken = kind !== "raw" && kind !== "csv" && random.chance(0.2)
  return { ...row, openTime: broken ? random.pick(garbage) : timeCell(random, kind, at) }
}

/** The row with one thing wrong, or one that merely looks so. */
export const spoiled = (random: Random, kind: Kind, row: Row, grid: BarGrid, slots: ReadonlyArray<Slot>): Row => {
  const way = random.next()
  return way < 0.4
    ? spoiledNumber(random, kind, row)
    : way < 0.6
    ? spoiledShape(random, kind, row)
    : spoiledTime(random, kind, row, grid, slots)
}

/** Rows twice, with the same or other numbers, and rows that changed places. */
export const shuffled = (random: Random, kind: Kind, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const found = [...rows]
  const times = random.below(4)
  for (let time = 0; time < times && found.length > 0; time++) {
    const at = random.below(found.length)
    const row = found[at]!
    const to = random.chance(0.5) ? at + 1 : random.below(found.length + 1)
    switch (random.below(3)) {
      case 0:
        found.splice(to, 0, row)
        break
      case 1:
        found.splice(to, 0, { ...row, volume: cell(random, kind, random.below(9)) })
        break
      default:
        found.splice(at, 1)
        found.splice(to, 0, row)
    }
  }
  return found
}
