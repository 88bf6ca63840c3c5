/** Every option of the geometry against a second computation that shares nothing with it, see `naive.ts`. */
import type { Bar } from "@dgas/domain/Bar"
import type { LevelName } from "@dgas/domain/Level"
import { DotOption, EnvelopeOption } from "@dgas/domain/Rules"
import { levelNames } from "@dgas/engine/geometry/Levels"
import { patternNames } from "@dgas/engine/geometry/Patterns"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barAt, barsArbitrary, seededBars, withGeometry } from "../bars.ts"
import { absent, named, readSeries } from "../support/SharedBars.ts"
import { naiveRows } from "./naive.ts"
import { type NaiveEvent, naiveEvents } from "./naivePatterns.ts"

const options = DotOption.literals.flatMap((dot) => EnvelopeOption.literals.map((envelope) => ({ dot, envelope })))

const sorted = (events: ReadonlyArray<NaiveEvent>) => events.map((event) => JSON.stringify(event, order)).toSorted()
const order = ["pattern", "direction", "firstBar", "lastBar", "strength"]

/** What differs between both, bar by bar; a price differs by more than 1e-12 of the price level. */
const differences = (bars: ReadonlyArray<Bar>, option: typeof options[number]): ReadonlyArray<string> => {
  const geometry = new TimeframeGeometry(withGeometry(option))
  const rows = naiveRows(bars, option)
  const events = naiveEvents(rows)
  const differing: Array<string> = []
  for (const [t, row] of rows.entries()) {
    geometry.push(row.bar)
    const { machine } = geometry
    const tell = (name: string, found: unknown, expected: unknown) =>
      differing.push(`bar ${t} ${name} was ${found}, expected ${expected}`)
    const near = (name: string, found: number, expected: number, tolerance: number) => {
      if (Number.isNaN(expected) ? !Number.isNaN(found) : !(Math.abs(found - expected) <= tolerance)) {
        tell(name, found, expected)
      }
    }
    const same = (name: string, found: unknown, expected: unknown) => {
      if (!Object.is(found, expected)) tell(name, found, expected)
    }
    const price = 1e-12 * row.bar.high
    for (const [index, name] of levelNames.entries()) {
      near(name, geometry.level(index), row.levels[name as LevelName], price)
    }
    near("dot", geometry.dot, row.dot, price)
    near("slope", geometry.slope, row.slope, price)
    near("position", geometry.position, row.position, 1e-9 * Math.max(1, Math.abs(row.position)))
    near("state confidence", geometry.stateConfidence, row.stateConfidence, 1e-12)
    same("side", geometry.side, row.side)
    same("flat", geometry.flat, row.flat)
    same("state", machine.state, row.state)
    same("direction", geometry.direction, row.direction)
    same("bars in state", machine.barsInState, row.barsInState)
    same("events", sorted(geometry.patterns.events()).join(" "), sorted(events[t]!).join(" "))
    if (differing.length > 5) break
  }
  return differing
}

/** Closes that swing by little around a price that goes nowhere, with wide shadows: what a flat envelope needs. */
const swinging = (seed: number, count: number): ReadonlyArray<Bar> =>
  seededBars(seed, count).map(({ close, high, low }, index) => {
    const middle = 1000 + (index % 2 === 0 ? 0.3 : -0.3) * ((high - close) % 1)
    return barAt(index, middle + 4 + (high - close) % 1, middle - 4 - (close - low) % 1, middle)
  })

const walks = [1, 2, 3].map((seed) => seededBars(seed, 700)).concat([swinging(1, 300)])

describe("a second computation agrees", () => {
  test("on walks that show every state, and every pattern in its directions", () => {
    const seen = new Set<string>()
    for (const bars of walks) {
      const rows = naiveRows(bars, { dot: "projected", envelope: "drummond" })
      for (const { direction, state } of rows) seen.add(`${state} ${direction}`)
      for (const event of naiveEvents(rows).flat()) seen.add(`${event.pattern} ${event.direction}`)
    }
    const states = ["TREND", "CONGESTION_ENTRANCE", "CONGESTION_ACTION", "CONGESTION_EXIT", "REVERSAL"]
    const directed = patternNames.filter((name) => name !== "CONGESTION_OSCILLATION")
    expect([...seen].toSorted()).toEqual(
      [
        ...states.flatMap((state) => ["UP", "DOWN"].map((direction) => `${state} ${direction}`)),
        "CONGESTION_ACTION NEUTRAL",
        ...directed.flatMap((name) => [1, -1].map((direction) => `${name} ${direction}`)),
        "CONGESTION_OSCILLATION 0"
      ].toSorted()
    )
  })

  for (const option of options) {
    const name = `${option.dot} dot, ${option.envelope} envelope`

    test(`on seeded walks: ${name}`, () => {
      for (const bars of walks) expect(differences(bars, option)).toEqual([])
    })

    test(`on coarse walks with gaps, ties and bars without a range: ${name}`, () => {
      fc.assert(
        fc.property(barsArbitrary(1, 120), (bars) => expect(differences(bars, option)).toEqual([])),
        { numRuns: 30 }
      )
    })

    for (const file of ["permissive/GSPC_1d_vega", "permissive/BTCUSD_coinbase_1m", "copyleft-repos/XMRBTC_5m"]) {
      test.skipIf(absent)(named(`on the last 2,000 bars of ${file}: ${name}`), async () => {
        const bars = await readSeries(`${file}.csv.gz`)
        expect(differences(bars.slice(-2000), option)).toEqual([])
      })
    }
  }
})
