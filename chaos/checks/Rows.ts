/** What was stored is what a run would have stored that nobody disturbs. */
import type { Evidence } from "../Evidence.ts"
import type { Row } from "../Tables.ts"
import { type Check, none, zero } from "./Check.ts"

const byId = (rows: ReadonlyArray<Row>) => new Map(rows.map(({ id, row }) => [id, row]))

/** Where two texts begin to differ. */
const difference = (found: string, expected: string): string => {
  let at = 0
  while (at < found.length && found[at] === expected[at]) at++
  const from = Math.max(0, at - 30)
  return `…${found.slice(from, at + 40)}… where …${expected.slice(from, at + 40)}… is expected`
}

const compared = (what: string, found: ReadonlyArray<Row>, expected: ReadonlyArray<Row>): ReadonlyArray<Check> => {
  const known = byId(expected)
  const stored = byId(found)
  const wrong = found.flatMap(({ id, row }) => {
    const other = known.get(id)
    return other === undefined || other === row ? [] : [`${id}: ${difference(row, other)}`]
  })
  const ids = found.map(({ id }) => id)
  return [
    none(`${what} lost`, [...known.keys()].filter((id) => !stored.has(id)), String(known.size)),
    none(`${what} that should not be, or twice`, [
      ...stored.keys().filter((id) => !known.has(id)),
      ...ids.filter((id, index) => ids.indexOf(id) !== index)
    ]),
    none(`${what} with other content`, wrong)
  ]
}

export const rowChecks = ({ main, reference }: Evidence): ReadonlyArray<Check> => {
  const bars = byId(reference.bars)
  const stored = byId(main.bars)
  const differing = main.bars.filter(({ id, row }) => (bars.get(id) ?? row) !== row)
  return [
    ...compared("runs", main.runs, reference.runs),
    ...compared("signals", main.signals, reference.signals),
    ...compared("level events", main.events, reference.events),
    none("bars lost", [...bars.keys()].filter((id) => !stored.has(id)), String(bars.size)),
    none("bars with other values", differing.map(({ id }) => id), String(main.bars.length)),
    zero("bars revised", main.revised)
  ]
}
