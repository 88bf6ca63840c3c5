/** `report daily [--date 2026-01-05]`: one day of the live worker on a page. Ends with 3 when its SLA was broken on that day. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { DayStore } from "@dgas/db/DayStore"
import { DbClock } from "@dgas/db/DbClock"
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import { isDate } from "@dgas/domain/InstantText"
import { watchOf } from "@dgas/engine/Watch"
import { performanceOf } from "@dgas/monitor/Performance"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Daily, dailyColumns, dailyPage, dailyRows } from "../DailyPage.ts"
import { type PageFlags, printReport } from "../PagePrint.ts"
import { csvText } from "../Rows.ts"
import { withStore } from "../Store.ts"
import { keptOrBroken } from "./Performance.ts"

interface Flags extends PageFlags {
  readonly date: Option.Option<string>
}

/** The day that is asked for in `zone`: today unless told. */
const dayOf = Effect.fnUntraced(function*(flag: Option.Option<string>, zone: string, now: number) {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  if (Option.isNone(flag)) return today
  if (flag.value === "yesterday") return today.subtract({ days: 1 })
  const date = isDate(flag.value) ? Temporal.PlainDate.from(flag.value) : null
  if (date === null || Temporal.PlainDate.compare(date, today) > 0) {
    return yield* new WrongUsage({
      flag: "date",
      found: flag.value,
      expected: "a date like 2026-01-31 that is not in the future, or yesterday"
    })
  }
  return date
})

export const daily = (flags: Flags) =>
  withStore({ since: Option.none() }, (zone, _, config) =>
    Effect.gen(function*() {
      const now = yield* (yield* DbClock).now
      const date = yield* dayOf(flags.date, zone, now)
      const midnight = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds
      const span = { since: midnight(date), until: Math.min(now, midnight(date.add({ days: 1 }))) }
      const day = yield* DayStore
      const watches = config.schedules.map((schedule) => watchOf(config, schedule))
      const judged = yield* (yield* OutcomeHistory).judged({ since: span.since })
      const found: Daily = {
        day: date.toString(),
        zone,
        ...span,
        performance: yield* performanceOf(watches, span, config.sla),
        cycles: yield* day.cycles({ ...span, zone }),
        slots: yield* day.slots(span),
        signals: judged.filter(({ signalAt }) => signalAt < span.until).toReversed(),
        events: yield* day.events(span),
        messages: yield* day.messages(span)
      }
      yield* printReport(flags, {
        page: dailyPage(found),
        json: () => JSON.stringify(found, null, 2),
        csv: () => csvText(dailyColumns, dailyRows(found))
      })
      yield* keptOrBroken(found.performance)
    }))
