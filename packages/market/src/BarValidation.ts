/**
 * Decides which rows of a source are bars.
 *
 * What passes is finite, positive, in one piece, in a slot of the grid that is over, and in ascending order. What
 * does not is quarantined with the first reason that holds; rows outside sessions are only counted. One bad row
 * never costs the others.
 */
import type { Bar, RawBar } from "@dgas/domain/Bar"
import type { QuarantinedBar, QuarantineReason } from "@dgas/domain/Quarantine"
import type { BarGrid } from "./BarGrid.ts"

export interface ValidatedBars {
  /** Ascending, each in the slot of its grid. */
  readonly bars: ReadonlyArray<Bar>
  readonly quarantined: ReadonlyArray<QuarantinedBar>
  /** Rows that lay in no session and were dropped. */
  readonly outsideSessions: number
}

export interface Fault {
  readonly reason: QuarantineReason
  readonly detail: string
}

const prices = ["open", "high", "low", "close"] as const
const numbers = [...prices, "volume"] as const

/** Far beyond any market, and near enough to 1 that no sum, square or quotient of such numbers becomes infinite. */
const least = 1e-100
const most = 1e100

/** What is wrong with the numbers of one row, without asking which slot its time means; undefined when nothing is. */
export const faultOf = (bar: RawBar): Fault | undefined => {
  if (!Number.isFinite(bar.openTime)) {
    return { reason: "not_finite", detail: `open time was ${bar.openTime}, expected epoch milliseconds` }
  }
  for (const field of numbers) {
    if (!Number.isFinite(bar[field])) {
      return { reason: "not_finite", detail: `${field} was ${bar[field]}, expected a number` }
    }
  }
  for (const field of prices) {
    if (bar[field] <= 0) return { reason: "not_positive", detail: `${field} was ${bar[field]}, expected more than 0` }
  }
  if (bar.volume < 0) return { reason: "not_positive", detail: `volume was ${bar.volume}, expected 0 or more` }
  for (const field of numbers) {
    const size = bar[field]
    if (size > most || size < least && field !== "volume") {
      return { reason: "out_of_bounds", detail: `${field} was ${size}, expected from ${least} to ${most}` }
    }
  }
  if (bar.high < bar.low) {
    return { reason: "high_below_low", detail: `high ${bar.high} was below low ${bar.low}` }
  }
  for (const field of ["open", "close"] as const) {
    if (bar[field] > bar.high || bar[field] < bar.low) {
      return {
        reason: "body_outside_range",
        detail: `${field} was ${bar[field]}, expected between low ${bar.low} and high ${bar.high}`
      }
    }
  }
  return undefined
}

/** An instant as ISO text without empty milliseconds; numbers that are no instant as they are. */
export const instantText = (instant: number): string =>
  Math.abs(instant) <= 8.64e15 ? new Date(instant).toISOString().replace(".000Z", "Z") : String(instant)

/** Validates rows in the order in which the source gave them, as of `asOf` in epoch milliseconds. Never throws. */
export const validateBars = (
  raw: ReadonlyArray<RawBar>,
  { asOf, grid }: { readonly grid: BarGrid; readonly asOf: number }
): ValidatedBars => {
  const bars: Array<Bar> = []
  const quarantined: Array<QuarantinedBar> = []
  let outsideSessions = 0
  let last = Number.NEGATIVE_INFINITY

  for (const bar of raw) {
    const reject = (reason: QuarantineReason, detail: string) => quarantined.push({ bar, reason, detail })
    const fault = faultOf(bar)
    if (fault !== undefined) {
      reject(fault.reason, fault.detail)
      continue
    }
    if (!grid.calendar.covers(bar.openTime)) {
      reject(
        "outside_session",
        `open time was ${instantText(bar.openTime)}, expected a time that calendar ${grid.calendar.name} knows`
      )
      continue
    }
    const slot = grid.slotOf(bar.openTime)
    if (slot === undefined) {
      if (grid.outside(bar.openTime)) outsideSessions++
      else {reject(
          "off_grid",
          `open time was ${instantText(bar.openTime)}, expected the open of a ${grid.timeframe} slot`
        )}
    } else if (slot.closeTime > asOf) {
      if (slot.openTime > asOf) {
        reject("in_future", `opens ${instantText(slot.openTime)}, after ${instantText(asOf)}`)
      } else {
        reject("not_closed", `closes ${instantText(slot.closeTime)}, after ${instantText(asOf)}`)
      }
    } else if (slot.openTime < last) {
      reject("out_of_order", `open time was ${instantText(slot.openTime)}, after a row of ${instantText(last)}`)
    } else if (slot.openTime === last) {
      reject("duplicate", `a second row of ${instantText(slot.openTime)}`)
    } else {
      last = slot.openTime
      bars.push({
        openTime: slot.openTime,
        closeTime: slot.closeTime,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        // A minus zero would come back from the store as another bit.
        volume: bar.volume + 0
      })
    }
  }
  return { bars, quarantined, outsideSessions }
}
