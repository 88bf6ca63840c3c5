import { durationText, isoText, timeText } from "@dgas/domain/TimeText"
import { describe, expect, test } from "bun:test"
import { priceText } from "../src/PriceText.ts"
import { left, render, right } from "../src/Table.ts"

describe("Table", () => {
  test("lines up columns by what a terminal shows, without trailing blanks", () => {
    const text = render(
      [{ header: "symbol", align: "left" }, { header: "price", align: "right" }, { header: "note", align: "left" }],
      [["BTCUSDT", "1.5", "日本"], ["ETH", "10.25", ""]]
    )
    expect(text).toBe(
      [
        "symbol   price  note",
        "───────  ─────  ────",
        "BTCUSDT    1.5  日本",
        "ETH      10.25"
      ].join("\n")
    )
  })

  test("folds the last column at its blanks when the terminal is narrower, and never cuts a word", () => {
    const text = render(
      [{ header: "price", align: "right" }, { header: "reason", align: "left" }],
      [["1.5", "a push with the higher trend up and a support zone"], ["10.25", "incomprehensibilitiesandmore"]],
      31
    )
    expect(text).toBe(
      [
        "price  reason",
        "─────  ────────────────────────",
        "  1.5  a push with the higher",
        "       trend up and a support",
        "       zone",
        "10.25  incomprehensibilitiesandmore"
      ].join("\n")
    )
  })

  test("puts the last column below its row when there is hardly any room beside it", () => {
    const text = render(
      [{ header: "symbol", align: "left" }, { header: "price", align: "right" }, { header: "reason", align: "left" }],
      [["BTCUSDT", "1.5", "a push with the higher trend up"], ["ETH", "10.25", ""]],
      26
    )
    expect(text).toBe(
      [
        "symbol   price",
        "───────  ─────",
        "BTCUSDT    1.5",
        "    a push with the higher",
        "    trend up",
        "ETH      10.25"
      ].join("\n")
    )
  })

  test("shows a header and a rule when there is no row", () => {
    expect(render([{ header: "a", align: "left" }], [])).toBe("a\n─")
  })
})

describe("priceText", () => {
  test.each([
    [101.5, 0.01, "101.50"],
    [101.5, 0.25, "101.50"],
    [101.5, 1, "102"],
    [0.00012345, 1e-8, "0.00012345"],
    [0.5, 1e-7, "0.5000000"],
    [23456.789, null, "23456.79"],
    [1.23456789, null, "1.23457"],
    [0.00012345678, null, "0.000123457"]
  ])("%d with tick %p is %s", (price, tick, text) => {
    expect(priceText(price, tick)).toBe(text)
  })
})

describe("timeText", () => {
  test("is in the zone asked for, on both sides of a clock change", () => {
    expect(timeText(Date.UTC(2026, 2, 8, 6, 59), "America/New_York")).toBe("2026-03-08 01:59")
    expect(timeText(Date.UTC(2026, 2, 8, 7, 0), "America/New_York")).toBe("2026-03-08 03:00")
    expect(isoText(Date.UTC(2026, 2, 8, 7, 0))).toBe("2026-03-08T07:00:00.000Z")
  })

  test.each([[0.4, "<1 ms"], [850, "850 ms"], [12_340, "12.3 s"], [245_000, "4 min 5 s"], [18_720_000, "5 h 12 min"], [
    277_200_000,
    "3 d 5 h"
  ]])(
    "%d ms is %s",
    (ms, text) => {
      expect(durationText(ms)).toBe(text)
    }
  )
})

test("a table that ends with numbers goes on below itself, with its first column again", () => {
  const columns = [left("level"), right("price"), right("reached"), right("bars")]
  const rows = [["top", "102.50", "41 %", "200"], ["bottom", "98.00", "3 %", "30"]]
  expect(render(columns, rows, 30)).toBe(render(columns, rows))
  expect(render(columns, rows, 24)).toBe([
    "level    price  reached",
    "──────  ──────  ───────",
    "top     102.50     41 %",
    "bottom   98.00      3 %",
    "",
    "level   bars",
    "──────  ────",
    "top      200",
    "bottom    30"
  ].join("\n"))
})
