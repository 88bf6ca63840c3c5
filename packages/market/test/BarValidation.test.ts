import type { RawBar } from "@dgas/domain/Bar"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barGrid } from "../src/BarGrid.ts"
import { validateBars } from "../src/BarValidation.ts"
import { calendarOf } from "../src/TradingCalendar.ts"

const at = (text: string) => Date.parse(text)
const hours = barGrid(calendarOf("XNYS"), "1h", "session")
const asOf = at("2026-03-09T16:00Z")

const row = (open: string, change: Partial<RawBar> = {}): RawBar => ({
  openTime: at(open),
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 5,
  ...change
})

const reasons = (raw: ReadonlyArray<RawBar>) =>
  validateBars(raw, { grid: hours, asOf }).quarantined.map(({ reason }) => reason)

describe("validation", () => {
  test("gives good rows their slots", () => {
    const { bars, outsideSessions, quarantined } = validateBars([row("2026-03-09T13:30Z"), row("2026-03-09T14:30Z")], {
      grid: hours,
      asOf
    })
    expect(bars).toEqual([
      { ...row("2026-03-09T13:30Z"), closeTime: at("2026-03-09T14:30Z") },
      { ...row("2026-03-09T14:30Z"), closeTime: at("2026-03-09T15:30Z") }
    ])
    expect(quarantined).toEqual([])
    expect(outsideSessions).toBe(0)
  })

  test("gives each kind of bad row its reason", () => {
    const good = "2026-03-09T13:30Z"
    expect(reasons([row(good, { high: Number.NaN })])).toEqual(["not_finite"])
    expect(reasons([row(good, { volume: Number.POSITIVE_INFINITY })])).toEqual(["not_finite"])
    expect(reasons([row(good, { openTime: Number.NaN })])).toEqual(["not_finite"])
    expect(reasons([row(good, { low: 0 })])).toEqual(["not_positive"])
    expect(reasons([row(good, { volume: -1 })])).toEqual(["not_positive"])
    expect(reasons([row(good, { volume: 1e300 })])).toEqual(["out_of_bounds"])
    expect(reasons([row(good, { high: 1.1e100 })])).toEqual(["out_of_bounds"])
    expect(reasons([row(good, { low: 5e-324 })])).toEqual(["out_of_bounds"])
    expect(reasons([row(good, { high: 8 })])).toEqual(["high_below_low"])
    expect(reasons([row(good, { close: 12.5 })])).toEqual(["body_outside_range"])
    expect(reasons([row(good, { open: 8.5 })])).toEqual(["body_outside_range"])
    expect(reasons([row("2026-03-09T13:45Z")])).toEqual(["off_grid"])
    expect(reasons([row("1985-03-11T14:30Z")])).toEqual(["outside_session"])
    expect(reasons([row("2026-03-09T15:30Z")])).toEqual(["not_closed"])
    expect(reasons([row("2026-03-09T17:30Z")])).toEqual(["in_future"])
    expect(reasons([row("2026-03-09T14:30Z"), row(good)])).toEqual(["out_of_order"])
    expect(reasons([row(good), row(good)])).toEqual(["duplicate"])
  })

  test("takes what lies at the bounds, and a volume of minus zero as none", () => {
    const { bars } = validateBars([row("2026-03-09T13:30Z", { high: 1e100, low: 1e-100, volume: -0 })], {
      grid: hours,
      asOf
    })
    expect(bars).toEqual([{
      ...row("2026-03-09T13:30Z", { high: 1e100, low: 1e-100, volume: 0 }),
      closeTime: at("2026-03-09T14:30Z")
    }])
  })

  test("knows no time of a year beyond 9999, in a market that never closes either", () => {
    for (const timeframe of ["1h", "1d", "1w"] as const) {
      const grid = barGrid(calendarOf("24/7"), timeframe, "session")
      const far = ["+011476-08-22T00:00Z", "-000001-01-03T00:00Z"].map((open) => row(open))
      expect(validateBars(far, { grid, asOf }).quarantined.map(({ reason }) => reason)).toEqual([
        "outside_session",
        "outside_session"
      ])
    }
  })

  test("says what was found and what is expected", () => {
    const detail = (bar: RawBar) => validateBars([bar], { grid: hours, asOf }).quarantined[0]?.detail
    expect(detail(row("2026-03-09T13:30Z", { close: 12.5 }))).toBe(
      "close was 12.5, expected between low 9 and high 12"
    )
    expect(detail(row("2026-03-09T13:45Z"))).toBe(
      "open time was 2026-03-09T13:45:00Z, expected the open of a 1h slot"
    )
    expect(detail(row("2026-03-09T15:30Z"))).toBe("closes 2026-03-09T16:30:00Z, after 2026-03-09T16:00:00Z")
  })

  test("counts rows outside sessions without quarantine, and keeps the rows around a bad one", () => {
    const result = validateBars([
      row("2026-03-09T12:30Z"),
      row("2026-03-09T13:30Z"),
      row("2026-03-09T14:30Z", { low: Number.NaN }),
      row("2026-03-09T14:30Z"),
      row("2026-03-08T14:30Z")
    ], { grid: hours, asOf })
    expect(result.bars.length).toBe(2)
    expect(result.quarantined.length).toBe(1)
    expect(result.outsideSessions).toBe(2)
  })

  test("never throws, and what it lets through ascends and had closed", () => {
    const price = fc.oneof(fc.double(), fc.double({ min: 9, max: 12 }))
    const raw = fc.record({
      openTime: fc.oneof(
        fc.double(),
        fc.integer({ min: 0, max: 400 }).map((half) => at("2026-03-01T14:30Z") + half * 1_800_000)
      ),
      open: price,
      high: fc.constantFrom(12, 13, Number.NaN),
      low: fc.constantFrom(9, 8, -1),
      close: price,
      volume: fc.constantFrom(0, 1, -1)
    })
    fc.assert(fc.property(fc.array(raw), (rows) => {
      const { bars, outsideSessions, quarantined } = validateBars(rows, { grid: hours, asOf })
      expect(bars.length + quarantined.length + outsideSessions).toBe(rows.length)
      for (const [index, bar] of bars.entries()) {
        expect(bar.closeTime).toBeLessThanOrEqual(asOf)
        expect(bar.openTime).toBeGreaterThan(bars[index - 1]?.openTime ?? 0)
        expect(hours.slotOf(bar.openTime)?.closeTime).toBe(bar.closeTime)
      }
    }))
  })
})
