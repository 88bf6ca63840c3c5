/** One row of a CSV file of bars. */
import type { RawBar } from "@dgas/domain/Bar"
import { faultOf } from "../BarValidation.ts"

/** Which column of a file holds what: `order` gives the places of timestamp, open, high, low, close and volume. */
export interface BarColumns {
  readonly header: string
  readonly count: number
  readonly order: readonly [number, number, number, number, number, number]
}

export const barColumns: BarColumns = {
  header: "timestamp,open,high,low,close,volume",
  count: 6,
  order: [0, 1, 2, 3, 4, 5]
}

export const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const iso = /^(\d{4}-\d\d)-(\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/

const daysOfMonth = new Map<string, number>()

/** Days in a month given as `YYYY-MM`; 0 when there is no such month. */
const daysIn = (month: string): number => {
  const known = daysOfMonth.get(month)
  if (known !== undefined) return known
  const number = Number(month.slice(5))
  const days = number < 1 || number > 12 ? 0 : new Date(Date.UTC(Number(month.slice(0, 4)), number, 0)).getUTCDate()
  daysOfMonth.set(month, days)
  return days
}

const expectedTime = "expected an ISO instant, an ISO date, or seconds or milliseconds since the epoch"

/** Epoch milliseconds of a timestamp, or what is wrong with it. */
export const parseTimestamp = (text: string): number | string => {
  // 9 and 10 digits are seconds from 1973 to 2286, 12 and 13 milliseconds; 8 digits could be a date like 20240102.
  if (/^\d+$/.test(text)) {
    if (text.length === 9 || text.length === 10) return Number(text) * 1000
    if (text.length === 12 || text.length === 13) return Number(text)
    return `timestamp was ${text}, ${expectedTime}`
  }
  const parts = iso.exec(text)
  if (parts === null) return `timestamp was ${JSON.stringify(text)}, ${expectedTime}`
  if (parts[3] !== undefined && parts[4] === undefined) {
    return `timestamp was ${text}, expected an offset at its end: Z for UTC, or one like +02:00`
  }
  const day = Number(parts[2])
  const at = day >= 1 && day <= daysIn(parts[1]!) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? `timestamp was ${text}, which is no time of the calendar` : at
}

const names = ["open", "high", "low", "close", "volume"] as const

/** `fault` says what is wrong, null when nothing is; `bar` is null when not even its time can be read. */
export interface ParsedRow {
  readonly label: string
  readonly bar: RawBar | null
  readonly fault: string | null
}

const unreadable = (fault: string): ParsedRow => ({ label: "", bar: null, fault })

/** A row with its timestamp as written. A field that is no number is NaN in the bar. */
export const parseRow = (row: string, columns: BarColumns): ParsedRow => {
  const fields = row.split(",")
  if (fields.length !== columns.count) {
    const found = fields.length === 1 && row === "" ? 0 : fields.length
    return unreadable(`found ${found} columns, expected the ${columns.count} of ${columns.header}`)
  }
  const { order } = columns
  const label = fields[order[0]]!.trim()
  const openTime = parseTimestamp(label)
  if (typeof openTime === "string") return unreadable(openTime)
  const numbers: Array<number> = []
  let fault: string | null = null
  for (let index = 1; index < 6; index++) {
    const field = fields[order[index]!]!
    const readable = decimal.test(field) || decimal.test(field.trim())
    if (!readable) fault ??= `${names[index - 1]} was ${JSON.stringify(field)}, expected a number`
    numbers.push(readable ? Number(field) : NaN)
  }
  const [open, high, low, close, volume] = numbers
  const bar = { openTime, open: open!, high: high!, low: low!, close: close!, volume: volume! }
  return { label, bar, fault: fault ?? faultOf(bar)?.detail ?? null }
}
