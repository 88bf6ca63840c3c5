/**
 * `report performance [--since 7d]`: how long cycles and deliveries took, what failed, and whether it was what `sla` of the
 * configuration asks for. Ends with 3 when it was not.
 */
import { PromiseBroken } from "@dgas/cli/PromiseBroken"
import { DayStore } from "@dgas/db/DayStore"
import { DbClock } from "@dgas/db/DbClock"
import type { Config } from "@dgas/domain/Config"
import type { Spread } from "@dgas/domain/SchedulePerformance"
import { timeText } from "@dgas/domain/TimeText"
import { watchOf } from "@dgas/engine/Watch"
import { type Performance, performanceOf } from "@dgas/monitor/Performance"
import { isBroken } from "@dgas/monitor/Sla"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { type PageFlags, printReport } from "../PagePrint.ts"
import { performanceSection } from "../PerformancePage.ts"
import { type Column, csvText, jsonText } from "../Rows.ts"
import { withStore } from "../Store.ts"

interface Flags extends PageFlags {
  readonly since: Option.Option<string>
}

const day = 86_400_000

const spreadColumns = (name: string, of: (one: Performance) => Spread): ReadonlyArray<Column<Performance>> =>
  (["p50", "p95", "p99", "max"] as const).map((part) => ({
    name: `${name}${part.toUpperCase()}Ms`,
    value: (one) => of(one)[part]
  }))

const performanceColumns: ReadonlyArray<Column<Performance>> = [
  { name: "schedule", value: ({ schedule }) => schedule },
  { name: "runs", value: ({ runs }) => runs },
  { name: "failed", value: ({ failed }) => failed },
  { name: "partial", value: ({ partial }) => partial },
  { name: "symbols", value: ({ symbols }) => symbols },
  { name: "signals", value: ({ signals }) => signals },
  { name: "symbolsPerSecond", value: ({ symbolsPerSecond }) => symbolsPerSecond },
  ...spreadColumns("cycle", ({ cycle }) => cycle),
  ...spreadColumns("fetch", ({ fetch }) => fetch),
  ...spreadColumns("indicators", ({ indicators }) => indicators),
  ...spreadColumns("signalGeneration", ({ signalGeneration }) => signalGeneration),
  ...spreadColumns("notification", ({ notification }) => notification),
  { name: "delivered", value: ({ delivered }) => delivered.n },
  ...spreadColumns("delivered", ({ delivered }) => delivered),
  { name: "slotsDue", value: ({ slotsDue }) => slotsDue },
  { name: "slotsOnTime", value: ({ slotsOnTime }) => slotsOnTime },
  {
    name: "broken",
    value: ({ promises }) => promises.filter(({ kept }) => kept === false).map(({ promise }) => promise).join(" "),
    json: ({ promises }) => promises
  }
]

/** Fails, which ends the process with 3, when one did not keep what it is held to. */
export const keptOrBroken = (found: ReadonlyArray<Performance>): Effect.Effect<void, PromiseBroken> => {
  const broken = found.filter(({ promises }) => isBroken(promises))
  return broken.length === 0 ? Effect.void : Effect.fail(
    new PromiseBroken({
      detail: broken.map(({ promises, schedule }) =>
        `${schedule} did not keep its ${
          promises.filter(({ kept }) => kept === false).map(({ promise }) => promise).join(", ")
        }`
      ).join("; ")
    })
  )
}

const sinceOf = ({ sla }: Config, now: number, since: number | undefined) => since ?? now - sla.windowDays * day

export const performance = (flags: Flags) =>
  withStore(flags, (zone, given, config) =>
    Effect.gen(function*() {
      const until = yield* (yield* DbClock).now
      const since = sinceOf(config, until, given.since)
      const watches = config.schedules.map((schedule) => watchOf(config, schedule))
      const found = yield* performanceOf(watches, { since, until }, config.sla)
      const days = yield* (yield* DayStore).cycles({ since, until, zone })
      yield* printReport(flags, {
        page: {
          title: "Performance",
          lead: [`From ${timeText(since, zone)} to ${timeText(until, zone)} ${zone}, live runs.`],
          sections: found.map((one) => performanceSection(one, days))
        },
        json: () => jsonText(performanceColumns, found),
        csv: () => csvText(performanceColumns, found)
      })
      yield* keptOrBroken(found)
    }))
