import { equityOf, faultsOf } from "@dgas/monitor/Equity"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { filled, hour, unfilled, waiting } from "./signals.ts"

const of = (...rs: ReadonlyArray<number>) => rs.map((r, index) => filled(index, r))

describe("equityOf", () => {
  test("adds up R, and tells the deepest drawdown and the longest streaks", () => {
    const equity = equityOf([...of(2, -1, -1, 0, 2, 2, -1), waiting(20), unfilled(21)])!
    expect(equity.curve.map((point) => point.equity)).toEqual([2, 1, 0, 0, 2, 4, 3])
    expect(equity.curve.map(({ drawdown }) => drawdown)).toEqual([0, 1, 2, 2, 0, 0, 1])
    expect(equity).toMatchObject({ total: 3, maxDrawdown: 2, maxDrawdownAt: 5 * hour, longestGain: 2, longestLoss: 3 })
  })

  test("a loss at the beginning is a drawdown from nothing", () => {
    expect(equityOf(of(-1, -0.5, 3))).toMatchObject({ total: 1.5, maxDrawdown: 1.5 })
  })

  test("stands in the order in which outcomes were known", () => {
    const signals = [filled(0, 5, { knownAt: 100 * hour }), filled(1, -1, { knownAt: 2 * hour })]
    expect(equityOf(signals)?.curve.map(({ r }) => r)).toEqual([-1, 5])
  })

  test("of no fills is nothing", () => {
    expect(equityOf([waiting(0), unfilled(1)])).toBeNull()
  })
})

describe("faultsOf", () => {
  test("finds none in the curve of any trades", () => {
    const anyR = fc.double({ min: -50, max: 50, noNaN: true })
    fc.assert(fc.property(fc.array(anyR, { minLength: 1, maxLength: 100 }), (rs) => {
      const signals = of(...rs)
      return faultsOf(equityOf(signals)!, signals).length === 0
    }))
  })

  test("finds each kind of fault", () => {
    const signals = of(2, -1, 2, -1)
    const equity = equityOf(signals)!
    expect(faultsOf({ ...equity, total: 2.5 }, signals)[0]).toBe("equity ends at 2.5, the trades add up to 2")
    expect(faultsOf({ ...equity, total: -2 }, signals).at(-1)).toBe("a return of -2 has another sign than its mean 0.5")
    expect(faultsOf({ ...equity, maxDrawdown: 2.5 }, signals)[0]).toBe("drawdown 2.5 is not between 0 and all losses 2")
    expect(faultsOf({ ...equity, maxDrawdown: 0.5 }, signals)[0]).toMatch(
      /^drawdown 0.5 is not between that at the end 1/
    )
    expect(faultsOf({ ...equity, longestLoss: 3 }, signals)[0]).toMatch(/^streaks of 1 and 3 of 2 gains and 2 losses/)
    expect(faultsOf({ ...equity, curve: equity.curve.slice(1) }, signals)[0]).toBe("3 points of 4 fills")
  })
})
