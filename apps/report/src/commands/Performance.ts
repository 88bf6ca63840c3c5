/**
 * `report performance [--since 7d]`: how long cycles and deliveries took, what failed, and whether it was what `sla` of the
 * configuration asks for. Ends with 3 when it was not.
 */
import { PromiseBroken } from "@dgas/cli/PromiseBroken"
import { DbClock } from "@dgas/db/DbClock"
import type { Spread } from "@dgas/db/PerformanceStore"
import type { Config } from "@dgas/domain/Config"
import { watchOf } from "@dgas/engine/Watch"
import { type Performance, performanceOf } from "@dgas/monitor/Performance"
import { isBroken, type Kept } from "@dgas/monitor/Sla"
import { amountText, budgetLeft, promiseText } from "@dgas/monitor/SlaText"
import { left, right } from "@dgas/notify/Table"
import * as Table from "@dgas/notify/Table"
import { timeText } from "@dgas/notify/TimeText"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { type Column, csvText, type Format, jsonText } from "../Rows.ts"
import { withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly since: Option.Option<string>
}

const day = 86_400_000

const spreadColumns = (name: string, of: (one: Performance) => Spread): ReadonlyArray<Column<Performance>> =>
  (["p50", "p95", "p99", "max"] as const).map((part) => ({
    name: `${name}${part.toUpperCase()}Ms`,
    value: (one) => of(one)[part]
  }))

const columns: ReadonlyArray<Column<Performance>> = [
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

const parts = ["cycle", "fetch", "indicators", "signalGeneration", "notification", "delivered"] as const
const partNames: Readonly<Record<typeof parts[number], string>> = {
  cycle: "whole cycle",
  fetch: "fetching bars",
  indicators: "indicators",
  signalGeneration: "signals",
  notification: "rendering messages",
  delivered: "bar close to delivered"
}

const ms = (value: number | null): string => value === null ? "" : amountText(value, "ms")

const timesTable = (found: Performance): string =>
  Table.render(
    [left("part"), right("count"), right("p50"), right("p95"), right("p99"), right("longest")],
    parts.map((part) => {
      const { max, n, p50, p95, p99 } = found[part]
      return [partNames[part], String(n), ms(p50), ms(p95), ms(p99), ms(max)]
    }),
    Table.terminalWidth()
  )

const leftText = (kept: Kept): string => {
  const share = budgetLeft(kept)
  return share === null ? "" : share < 0 ? "overspent" : `${Math.round(share * 100)} % left`
}

const promisesTable = (promises: ReadonlyArray<Kept>): string =>
  Table.render(
    [left("promise"), left("kept"), left(""), left("error budget")],
    promises.map((one) => [
      one.promise,
      one.kept === null ? "unknown" : one.kept ? "yes" : "NO",
      promiseText(one),
      leftText(one)
    ]),
    Table.terminalWidth()
  )

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`

const section = (found: Performance): string => {
  const { failed, partial, runs, schedule, signals, slotsDue, slotsOnTime, symbolsPerSecond } = found
  const speed = symbolsPerSecond === null
    ? ""
    : `, ${Math.round(symbolsPerSecond).toLocaleString("en")} symbols a second`
  const head =
    `${schedule}: ${count(runs, "run")}, ${failed} failed, ${partial} partial, ${count(signals, "signal")}${speed}; ` +
    `${slotsOnTime} of ${count(slotsDue, "slot")} done on time`
  return [head, "", timesTable(found), "", promisesTable(found.promises)].join("\n")
}

const sinceOf = ({ sla }: Config, now: number, since: number | undefined) => since ?? now - sla.windowDays * day

export const performance = (flags: Flags) =>
  withStore(flags, (zone, given, config) =>
    Effect.gen(function*() {
      const until = yield* (yield* DbClock).now
      const since = sinceOf(config, until, given.since)
      const watches = config.schedules.map((schedule) => watchOf(config, schedule))
      const found = yield* performanceOf(watches, { since, until }, config.sla)
      yield* Console.log(
        flags.format === "json"
          ? jsonText(columns, found)
          : flags.format === "csv"
          ? csvText(columns, found)
          : [`From ${timeText(since, zone)} to ${timeText(until, zone)} ${zone}, live runs`, ...found.map(section)]
            .join("\n\n")
      )
      const broken = found.filter(({ promises }) => isBroken(promises))
      if (broken.length === 0) return
      return yield* new PromiseBroken({
        detail: broken.map(({ promises, schedule }) =>
          `${schedule} did not keep its ${
            promises.filter(({ kept }) => kept === false).map(({ promise }) => promise).join(", ")
          }`
        ).join("; ")
      })
    }))
