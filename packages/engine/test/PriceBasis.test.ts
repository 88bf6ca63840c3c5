/** Bars from before a split or roll at the prices after it. */
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { describe, expect, test } from "bun:test"
import { adjusted, atPresentPrices, eventsText, productOf } from "../src/PriceBasis.ts"

const bar = (openTime: number, price: number, volume = 100) => ({
  openTime,
  closeTime: openTime + 10,
  open: price,
  high: price,
  low: price,
  close: price,
  volume
})
const split: PriceEvent = { kind: "split", at: 20, factor: 0.25, amount: null, detail: "4:1 split" }
const roll: PriceEvent = { kind: "roll", at: 40, factor: 1.5, amount: null, detail: "" }
const bars = [bar(0, 400), bar(10, 400), bar(20, 100), bar(30, 100), bar(40, 150)]

describe("adjusted bars", () => {
  test("have the prices after all events, and more shares before a split, but no more contracts before a roll", () => {
    const seen = adjusted(bars, [split, roll])
    expect(seen.map(({ close }) => close)).toEqual([150, 150, 150, 150, 150])
    expect(seen.map(({ high, low, open }) => [open, high, low])).toEqual(bars.map(() => [150, 150, 150]))
    expect(seen.map(({ volume }) => volume)).toEqual([400, 400, 100, 100, 100])
    expect(seen.map(({ openTime }) => openTime)).toEqual([0, 10, 20, 30, 40])
  })

  test("are the very ones where nothing happened after they closed", () => {
    expect(adjusted(bars, [])).toBe(bars)
    expect(adjusted(bars.slice(2), [split])).toEqual(bars.slice(2))
    expect(adjusted([], [split])).toEqual([])
    const [, , third] = adjusted(bars, [split])
    expect(third).toBe(bars[2])
  })

  test("are those of basis raw alone", () => {
    expect(atPresentPrices("split", bars, [split])).toBe(bars)
    expect(atPresentPrices("raw", bars, [split])[0]!.close).toBe(100)
  })
})

test("a price is adjusted for all that it has lived through", () => {
  expect(productOf([split, roll])).toBe(0.375)
  expect(productOf([])).toBe(1)
})

test("events are told in words", () => {
  expect(eventsText([split, roll])).toBe("4:1 split on 1970-01-01, roll on 1970-01-01")
})
