import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { expect, test } from "bun:test"
import { eventText } from "../src/EventText.ts"

const at = (text: string) => Date.parse(text)
const split: PriceEvent = {
  kind: "split",
  at: at("2014-06-09T13:30Z"),
  factor: 1 / 7,
  amount: null,
  detail: "7:1 split"
}
const dividend: PriceEvent = { ...split, kind: "dividend", factor: 1, amount: 0.47, detail: "dividend of 0.47" }
const roll: PriceEvent = { ...split, kind: "roll", at: at("2024-03-13T22:00Z"), factor: 1.0123, detail: "roll" }

test("an event in one line names its session, what it was, and what it does to earlier prices", () => {
  const nyse = calendarOf("XNYS")
  const globex = calendarOf("CMES")
  expect(eventText(split, nyse)).toBe("split: 7:1 on 2014-06-09, earlier prices x 0.142857")
  // The hour that the clock cuts from the session's first half.
  expect(eventText({ ...split, at: at("2014-06-09T12:00Z") }, nyse)).toStartWith("split: 7:1 on 2014-06-09,")
  expect(eventText({ ...split, detail: "split" }, nyse)).toBe("split: on 2014-06-09, earlier prices x 0.142857")
  expect(eventText(dividend, nyse)).toBe("dividend: 0.47 on 2014-06-09")
  expect(eventText(roll, globex)).toBe("roll: on 2024-03-14, earlier prices x 1.0123")
  expect(eventText({ ...roll, at: at("2024-03-14T17:30Z") }, globex)).toStartWith("roll: on 2024-03-14T17:30:00Z,")
  expect(eventText({ ...split, at: 0 }, { ...nyse, covers: () => false })).toStartWith("split: 7:1 on 1970-01-01")
})
