/** Zones against a second computation that shares nothing with them, see `naiveZones.ts`. */
import type { Bar } from "@dgas/domain/Bar"
import type { LevelName } from "@dgas/domain/Level"
import { defaultRules } from "@dgas/domain/Rules"
import { levelNames } from "@dgas/engine/geometry/Levels"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { ZoneMap } from "@dgas/engine/signals/Zones"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barsArbitrary, seededBars } from "../bars.ts"
import { Bundle } from "../contract/Subject.ts"
import { absent, named, readSeries } from "../support/SharedBars.ts"
import { type NaiveFrame, naiveZones } from "./naiveZones.ts"

const levelsOf = (geometry: TimeframeGeometry) =>
  Object.fromEntries(levelNames.map((name, index) => [name, geometry.level(index)])) as Record<LevelName, number>

/** Compares at every third bar, with and without the bars themselves as a lower timeframe; gives the zones compared. */
const compare = (bars: ReadonlyArray<Bar>): number => {
  const [three, twelve] = [new Bundle(3), new Bundle(12)]
  const [lower, trading, higher] = [new TimeframeGeometry(), new TimeframeGeometry(), new TimeframeGeometry()]
  const map = new ZoneMap()
  let compared = 0
  for (const bar of bars) {
    const [middle, above] = [three.push(bar), twelve.push(bar)]
    lower.push(bar)
    if (above !== null) higher.push(above)
    if (middle === null) continue
    trading.push(middle)
    const frames: ReadonlyArray<NaiveFrame> = [
      { name: "higher", levels: levelsOf(higher) },
      { name: "trading", levels: levelsOf(trading) },
      { name: "lower", levels: levelsOf(lower) }
    ]
    for (const third of [null, lower]) {
      map.build(defaultRules, higher, trading, third)
      const expected = naiveZones(
        frames.slice(0, third === null ? 2 : 3),
        trading.close,
        trading.width,
        trading.meanRange
      )
      const plain = ({ weight, ...zone }: (typeof expected)[number]) => ({ ...zone, weight: weight.toFixed(9) })
      expect(map.all().map(plain)).toEqual(expected.map(plain))
      compared += expected.length
    }
  }
  return compared
}

describe("a second computation of zones agrees", () => {
  test("on seeded walks", () => {
    for (const seed of [1, 2, 3]) expect(compare(seededBars(seed, 900))).toBeGreaterThan(1000)
  })

  test("on coarse walks, where gaps are often equal", () => {
    fc.assert(fc.property(barsArbitrary(20, 120), (bars) => void compare(bars)), { numRuns: 60 })
  })

  for (const file of ["permissive/GSPC_1d_vega", "permissive/EURUSD_15m", "copyleft-repos/XMRBTC_5m"]) {
    test.skipIf(absent)(named(`on the last 3,000 bars of ${file}`), async () => {
      const bars = await readSeries(`${file}.csv.gz`)
      expect(compare(bars.slice(-3000))).toBeGreaterThan(1000)
    })
  }
})
