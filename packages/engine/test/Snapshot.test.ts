import { defaultRules } from "@dgas/domain/Rules"
import { SnapshotInvalid } from "@dgas/engine/geometry/Snapshot"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { SymbolAnalyzer, type SymbolOptions } from "@dgas/engine/signals/SymbolAnalyzer"
import { describe, expect, test } from "bun:test"
import { pushed, seededBars, withGeometry } from "./bars.ts"

const bars = seededBars(2, 60)
const plain = { tick: 0.01, lower: false } as const
const made = (options: SymbolOptions, rules = defaultRules) => {
  const symbol = new SymbolAnalyzer(rules, options)
  for (const bar of bars) {
    symbol.pushLower(bar)
    symbol.pushTrading(bar)
  }
  return symbol
}

describe("a snapshot is refused", () => {
  const others: ReadonlyArray<readonly [what: string, other: SymbolAnalyzer]> = [
    ["with a lower timeframe", made({ ...plain, lower: true })],
    ["with another tick", made({ ...plain, tick: 0.05 })],
    ["with alerts", made({ ...plain, alerts: [{ level: "zone", frame: "trading", kind: "touch" }] })],
    ["of other rules", made(plain, { ...defaultRules, pushBars: 4 })],
    ["of another envelope", made(plain, withGeometry({ envelope: "atr" }))]
  ]
  for (const [what, other] of others) {
    test(`by an analyzer when it is of one ${what}`, () => {
      const symbol = made(plain)
      expect(() => symbol.restore(other.snapshot())).toThrow(SnapshotInvalid)
      expect(() => other.restore(symbol.snapshot())).toThrow(SnapshotInvalid)
    })
  }

  test("by a geometry of other rules", () => {
    const snapshot = pushed(bars, withGeometry({ envelope: "atr" })).snapshot()
    expect(() => new TimeframeGeometry().restore(snapshot)).toThrow(SnapshotInvalid)
  })

  const broken: ReadonlyArray<readonly [field: string, value: unknown]> = [
    ["flat", "no"],
    ["close", null],
    ["close", true],
    ["levels", [1, 2]],
    ["levels", null],
    ["machine", null],
    ["machine", { state: 5 }],
    ["bars", undefined]
  ]
  for (const [field, value] of broken) {
    test(`when its ${field} is ${JSON.stringify(value)}`, () => {
      const snapshot = { ...pushed(bars).snapshot(), [field]: value }
      expect(() => new TimeframeGeometry().restore(snapshot as never)).toThrow(SnapshotInvalid)
    })
  }
})
