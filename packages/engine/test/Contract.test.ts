/** The laws that everything which is fed bars keeps, whatever the market does. */
import type { Bar } from "@dgas/domain/Bar"
import { BarOutOfOrder } from "@dgas/engine/geometry/TimeframeGeometry"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barAt, barsArbitrary, scaled, seededBars } from "./bars.ts"
import { geometrySubjects } from "./contract/GeometrySubjects.ts"
import { signalSubjects } from "./contract/SignalSubjects.ts"
import { type Instance, leavesOf, type Plain, type Subject, textOf } from "./contract/Subject.ts"
import { symbolSubjects } from "./contract/SymbolSubjects.ts"

const subjects = [...geometrySubjects, ...signalSubjects, ...symbolSubjects]

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const runs = { numRuns: 3 }
const lengthOf = ({ defined }: Subject) => 2 * defined + 120
const walks = (length: number) =>
  fc.oneof(seeds.map((seed) => seededBars(seed, length)), barsArbitrary(length / 2, length))

/** What is shown after each bar, as text. */
const told = (instance: Instance, bars: ReadonlyArray<Bar>): ReadonlyArray<string> =>
  bars.map((bar) => {
    instance.push(bar)
    return textOf(instance.shown())
  })

const equal = (found: ReadonlyArray<string>, expected: ReadonlyArray<string>) => {
  expect(found.length).toBe(expected.length)
  for (const [index, each] of found.entries()) {
    // Data differ readably, texts do not.
    if (each !== expected[index]) expect([index, JSON.parse(each)]).toEqual([index, JSON.parse(expected[index]!)])
  }
}

const changed = (bars: ReadonlyArray<Bar>, seed: number): ReadonlyArray<Bar> => {
  const others = seededBars(seed, bars.length)
  return bars.map((bar, index) => ({ ...others[index]!, openTime: bar.openTime, closeTime: bar.closeTime }))
}

const neverDefined = /fiveOne|fiveTwo|dottedLine|blockLevel/

/** Paths of what is not finite; a level that need not exist may be NaN. */
const odd = (shown: Plain): ReadonlyArray<string> => {
  const { numbers, prices } = leavesOf(shown)
  return [...prices, ...numbers].filter(([path, value]) =>
    !Number.isFinite(value) && !(Number.isNaN(value) && neverDefined.test(path))
  ).map(([path, value]) => `${path} ${value}`)
}
const infinite = (shown: Plain): ReadonlyArray<string> => odd(shown).filter((each) => each.endsWith("Infinity"))

/** Paths of what is not the same but for prices, which are `factor` times what they were; numbers within `tolerance`. */
const scaleDifferences = (found: Plain, expected: Plain, factor: number, tolerance: number): ReadonlyArray<string> => {
  const was = leavesOf(expected)
  const is = leavesOf(found)
  const far = (a: number | undefined, b: number, size: number) =>
    a === undefined || !Object.is(a + 0, b + 0) && !(Math.abs(a - b) <= tolerance * size)
  return [
    ...[...was.facts].filter(([path, fact]) => is.facts.get(path) !== fact),
    ...[...was.numbers].filter(([path, one]) => far(is.numbers.get(path), one, Math.max(1, Math.abs(one)))),
    ...[...was.prices].filter(([path, price]) => far(is.prices.get(path), price * factor, 1e4 * factor)),
    ...[...is.facts].filter(([path]) => !was.facts.has(path))
  ].map(([path, value]) => `${path} ${value}`)
}

describe.each(subjects.map((subject) => [subject.name, subject] as const))("%s", (_, subject) => {
  const length = lengthOf(subject)

  test("has something to show", () => {
    const shown = told(subject.make(), seededBars(2, 1200)).join()
    expect(subject.shows.filter((text) => !shown.includes(text))).toEqual([])
  })

  test("is the same streamed and looked at, or in one batch that is looked at once", () => {
    fc.assert(
      fc.property(walks(length), (bars) => {
        const batch = subject.make()
        for (const bar of bars) batch.push(bar)
        expect(textOf(batch.shown())).toBe(told(subject.make(), bars).at(-1)!)
      }),
      runs
    )
  })

  test("goes on from a snapshot in JSON, at any cut, as if it had never stopped", () => {
    fc.assert(
      fc.property(walks(length), fc.nat(), (bars, any) => {
        const cut = any % bars.length
        const whole = subject.make()
        told(whole, bars.slice(0, cut))
        const kept = JSON.stringify(whole.snapshot())
        const restarted = subject.make()
        restarted.restore(JSON.parse(kept))
        expect(JSON.stringify(restarted.snapshot())).toBe(kept)
        expect(textOf(restarted.shown())).toBe(textOf(whole.shown()))
        equal(told(restarted, bars.slice(cut)), told(whole, bars.slice(cut)))
        expect(JSON.stringify(restarted.snapshot())).toBe(JSON.stringify(whole.snapshot()))
      }),
      runs
    )
  })

  test("is new after a reset", () => {
    fc.assert(
      fc.property(walks(length), walks(length), (before, bars) => {
        const used = subject.make()
        told(used, before)
        used.reset()
        expect(JSON.stringify(used.snapshot())).toBe(JSON.stringify(subject.make().snapshot()))
        equal(told(used, bars), told(subject.make(), bars))
      }),
      runs
    )
  })

  test("refuses a bar that is not later than the last, and is as it was before", () => {
    fc.assert(
      fc.property(walks(length), fc.nat(), (bars, any) => {
        const cut = any % (bars.length - 6)
        const disturbed = subject.make()
        told(disturbed, bars.slice(0, cut))
        for (let last = cut; last < cut + 6; last++) {
          disturbed.push(bars[last]!)
          const before = JSON.stringify(disturbed.snapshot())
          for (const back of [0, 1, 7, 40]) {
            const late = { ...bars[Math.max(last - back, 0)]!, high: 1e6, low: 1 }
            for (const push of disturbed.late(late)) {
              expect(push).toThrow(BarOutOfOrder)
              expect(JSON.stringify(disturbed.snapshot())).toBe(before)
            }
          }
        }
        equal(told(disturbed, bars.slice(cut + 6)), told(subject.make(), bars).slice(cut + 6))
      }),
      { ...runs, endOnFailure: true }
    )
  })

  test("shows at a bar what it shows when no later bars exist, or quite other ones", () => {
    fc.assert(
      fc.property(walks(length), fc.nat(), seeds, (bars, any, seed) => {
        const cut = 1 + any % bars.length
        const known = bars.slice(0, cut)
        const shown = told(subject.make(), bars).slice(0, cut)
        equal(told(subject.make(), known), shown)
        equal(told(subject.make(), [...known, ...changed(bars.slice(cut), seed)]).slice(0, cut), shown)
      }),
      runs
    )
  })

  test("changes nothing of what it has shown, and has no part in another one", () => {
    fc.assert(
      fc.property(walks(length), seeds, (bars, seed) => {
        const [one, other] = [subject.make(), subject.make()]
        const others = changed(bars, seed)
        const shown = bars.map((bar, index) => {
          other.push(others[index]!)
          one.push(bar)
          const now = one.shown()
          return [now, textOf(now)] as const
        })
        expect(shown.map(([now]) => textOf(now))).toEqual(shown.map(([, then]) => then))
        equal(shown.map(([, then]) => then), told(subject.make(), bars))
      }),
      { numRuns: 2 }
    )
  })

  test("finds nothing in a market that stands still, and every number is finite", () => {
    for (const price of [100, 0.1, 1 / 3, 1234.56, 1e-8, 1e8]) {
      const instance = subject.make()
      for (let index = 0; index < length; index++) {
        instance.push(barAt(index, price, price, price))
        expect([...instance.events()]).toEqual([])
        expect(infinite(instance.shown())).toEqual([])
        if (index >= subject.defined) expect(odd(instance.recent())).toEqual([])
      }
    }
  })

  test("gets over a spike of a thousand times the price, in one bar or in its high alone", () => {
    fc.assert(
      fc.property(seeds, fc.nat(), fc.constantFrom("bar", "high", "low"), (seed, any, what) => {
        const bars = seededBars(seed, length)
        const at = subject.defined + any % 40
        const spike = bars.map((bar, index) =>
          index !== at
            ? bar
            : what === "bar"
            ? scaled([bar], 1000)[0]!
            : what === "high"
            ? { ...bar, high: bar.high * 1000 }
            : { ...bar, low: bar.low / 1000 }
        )
        const [clean, spiked] = [subject.make(), subject.make()]
        for (const [index, bar] of bars.entries()) {
          clean.push(bar)
          spiked.push(spike[index]!)
          expect(infinite(spiked.shown())).toEqual([])
          if (index >= subject.defined) expect(odd(spiked.recent())).toEqual([])
          if (subject.window > 0 && index >= at + subject.window) {
            expect(textOf(spiked.recent())).toBe(textOf(clean.recent()))
          }
        }
      }),
      runs
    )
  })

  test("of doubled, halved, quadrupled prices is the same to the last bit", () => {
    fc.assert(
      fc.property(walks(length), fc.constantFrom(2 ** -27, 0.5, 4, 2 ** 27), (bars, factor) => {
        const [one, other] = [subject.make(), subject.make()]
        for (const bar of bars) {
          one.push(bar)
          other.push(scaled([bar], factor)[0]!)
          expect(scaleDifferences(other.shown(), one.shown(), factor, 0)).toEqual([])
        }
      }),
      runs
    )
  })

  test("of prices around 1e-8 and 1e8 has the same states, patterns and sides", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1e-12, 1e4), (seed, factor) => {
        const [one, other] = [subject.make(), subject.make()]
        for (const bar of seededBars(seed, length)) {
          one.push(bar)
          other.push(scaled([bar], factor)[0]!)
          expect(scaleDifferences(other.shown(), one.shown(), factor, 1e-8)).toEqual([])
        }
      }),
      runs
    )
  })
})
