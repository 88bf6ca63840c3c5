import { QuietHours } from "@dgas/domain/DestinationConfig"
import { describe, expect, test } from "bun:test"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { isUrgent, quietUntil } from "../src/QuietHours.ts"
import { entry, exit } from "./signals.ts"

const decode = Schema.decodeSync(QuietHours)
const hours = (from: string, until: string, timeZone: string | null = null) => decode({ from, until, timeZone })
const ends = (at: string, from: string, until: string, zone: string) => {
  const end = quietUntil(Date.parse(at), hours(from, until), zone)
  return end === null ? null : new Date(end).toISOString().replace(":00.000Z", "Z")
}

describe("quiet hours", () => {
  const cases: ReadonlyArray<readonly [at: string, from: string, until: string, zone: string, end: string | null]> = [
    // Within one day; the end is no part of them.
    ["2026-01-05T11:59:59.999Z", "12:00", "13:30", "UTC", null],
    ["2026-01-05T12:00Z", "12:00", "13:30", "UTC", "2026-01-05T13:30Z"],
    ["2026-01-05T13:29:59.999Z", "12:00", "13:30", "UTC", "2026-01-05T13:30Z"],
    ["2026-01-05T13:30Z", "12:00", "13:30", "UTC", null],
    // Over midnight, from either side of it.
    ["2026-01-05T21:59Z", "22:00", "07:00", "UTC", null],
    ["2026-01-05T22:00Z", "22:00", "07:00", "UTC", "2026-01-06T07:00Z"],
    ["2026-01-06T00:00Z", "22:00", "07:00", "UTC", "2026-01-06T07:00Z"],
    ["2026-01-06T06:59Z", "22:00", "07:00", "UTC", "2026-01-06T07:00Z"],
    ["2026-01-06T07:00Z", "22:00", "07:00", "UTC", null],
    ["2026-01-05T23:00Z", "22:00", "00:00", "UTC", "2026-01-06T00:00Z"],
    ["2026-01-06T00:00Z", "00:00", "07:00", "UTC", "2026-01-06T07:00Z"],
    // By the clock of the zone.
    ["2026-01-06T02:59Z", "22:00", "07:00", "America/New_York", null],
    ["2026-01-06T03:00Z", "22:00", "07:00", "America/New_York", "2026-01-06T12:00Z"],
    ["2026-07-06T02:00Z", "22:00", "07:00", "America/New_York", "2026-07-06T11:00Z"],
    ["2026-01-05T18:00Z", "22:00", "07:00", "Asia/Kolkata", "2026-01-06T01:30Z"],
    // The night in which New York's clock goes from 02:00 to 03:00, and those with a bound in the hour that is not there.
    ["2026-03-08T03:00Z", "22:00", "07:00", "America/New_York", "2026-03-08T11:00Z"],
    ["2026-03-08T03:00Z", "22:00", "02:30", "America/New_York", "2026-03-08T07:00Z"],
    ["2026-03-08T06:59Z", "02:30", "06:00", "America/New_York", null],
    ["2026-03-08T07:00Z", "02:30", "06:00", "America/New_York", "2026-03-08T10:00Z"],
    ["2026-03-08T07:00Z", "02:15", "02:45", "America/New_York", null],
    ["2026-03-09T06:20Z", "02:15", "02:45", "America/New_York", "2026-03-09T06:45Z"],
    // The night in which it goes from 02:00 back to 01:00, and those with a bound in the hour that comes twice.
    ["2026-11-01T03:00Z", "22:00", "07:00", "America/New_York", "2026-11-01T12:00Z"],
    ["2026-11-01T05:45Z", "22:00", "01:30", "America/New_York", "2026-11-01T06:30Z"],
    ["2026-11-01T06:30Z", "22:00", "01:30", "America/New_York", null],
    ["2026-11-01T05:29Z", "01:30", "05:00", "America/New_York", null],
    ["2026-11-01T05:30Z", "01:30", "05:00", "America/New_York", "2026-11-01T10:00Z"],
    ["2026-11-01T06:10Z", "01:30", "05:00", "America/New_York", "2026-11-01T10:00Z"],
    // Half an hour's change, and a day that was left out.
    ["2026-04-04T15:10Z", "01:40", "03:00", "Australia/Lord_Howe", "2026-04-04T16:30Z"],
    ["2011-12-30T09:00Z", "22:00", "07:00", "Pacific/Apia", "2011-12-30T17:00Z"]
  ]
  for (const [at, from, until, zone, end] of cases) {
    test(`from ${from} until ${until} in ${zone} ${end === null ? "are not on" : `last until ${end}`} at ${at}`, () => {
      expect(ends(at, from, until, zone)).toBe(end)
    })
  }

  test("go by a zone of their own where they name one", () => {
    const at = Date.parse("2026-01-05T23:00Z")
    expect(quietUntil(at, hours("22:00", "07:00", "Asia/Tokyo"), "UTC")).toBeNull()
    expect(quietUntil(at, hours("07:00", "22:00", "Asia/Tokyo"), "UTC")).toBe(Date.parse("2026-01-06T13:00Z"))
  })

  const zones = [
    "UTC",
    "America/New_York",
    "Europe/London",
    "Europe/Zurich",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "America/Havana",
    "Pacific/Apia",
    "Africa/Casablanca"
  ]
  const time = fc.nat({ max: 1439 }).map((minute) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`
  )
  const given = fc.record({
    at: fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2036, 0, 1) }),
    zone: fc.constantFrom(...zones),
    from: time,
    until: time
  }).filter(({ from, until }) => from !== until)
  /** Around the clock changes themselves, where most of it can go wrong. */
  const atChange = given.map((one) => {
    const now = Temporal.Instant.fromEpochMilliseconds(one.at).toZonedDateTimeISO(one.zone)
    const change = now.getTimeZoneTransition("next")?.epochMilliseconds
    return change === undefined ? one : { ...one, at: change + one.at % (36 * 3_600_000) - 18 * 3_600_000 }
  })
  const any = fc.oneof(given, atChange)

  test("end at the first moment that is not quiet any more", () => {
    fc.assert(
      fc.property(any, ({ at, from, until, zone }) => {
        const quiet = hours(from, until)
        const end = quietUntil(at, quiet, zone)
        if (end === null) return
        expect(end).toBeGreaterThan(at)
        expect(end - at).toBeLessThanOrEqual(50 * 3_600_000)
        expect(quietUntil(end, quiet, zone)).toBeNull()
        expect(quietUntil(end - 1, quiet, zone)).toBe(end)
      }),
      { numRuns: 500 }
    )
  })

  test("are what the clock shows, two days from any change of it", () => {
    fc.assert(
      fc.property(given, ({ at, from, until, zone }) => {
        const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
        const next = now.subtract({ days: 2 }).getTimeZoneTransition("next")
        if (next !== null && next.epochMilliseconds < at + 2 * 86_400_000) return
        const shown = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
        const clock = shown.format(at)
        const within = from < until ? from <= clock && clock < until : from <= clock || clock < until
        const end = quietUntil(at, hours(from, until), zone)
        expect(end !== null).toBe(within)
        if (end !== null) expect(shown.format(end)).toBe(until)
      }),
      { numRuns: 500 }
    )
  })
})

describe("what is urgent", () => {
  const quiet = decode({ from: "22:00", until: "07:00", urgentConfidence: 0.7 })

  test("is an entry of enough confidence, and any exit, unless they are asked not to be", () => {
    expect(isUrgent(entry, quiet)).toBe(true)
    expect(isUrgent({ ...entry, confidence: 0.699 }, quiet)).toBe(false)
    expect(isUrgent({ ...entry, confidence: 1 }, { ...quiet, urgentConfidence: null })).toBe(false)
    expect(isUrgent({ ...exit, confidence: 0 }, quiet)).toBe(true)
    expect(isUrgent({ ...exit, confidence: 1 }, { ...quiet, urgentExits: false })).toBe(false)
  })
})
