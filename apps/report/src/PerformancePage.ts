/** How the live worker did and whether it kept its SLA, as sections of a page. */
import type { CycleDay } from "@dgas/db/DayStore"
import type { Performance } from "@dgas/monitor/Performance"
import type { Kept } from "@dgas/monitor/Sla"
import { amountText, budgetLeft, promiseText } from "@dgas/monitor/SlaText"
import { left, right } from "@dgas/notify/Table"
import { type Block, type Grid, grid, type Section, section, words } from "./Page.ts"
import { sparkline } from "./Sparkline.ts"
import { cyclesLabel, cyclesSvg } from "./SvgCycles.ts"

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

const timesGrid = (found: Performance): Grid =>
  grid(
    [left("part"), right("count"), right("p50"), right("p95"), right("p99"), right("longest")],
    parts.map((part) => {
      const { max, n, p50, p95, p99 } = found[part]
      return [partNames[part], String(n), ms(p50), ms(p95), ms(p99), ms(max)]
    })
  )

const leftText = (kept: Kept): string => {
  const share = budgetLeft(kept)
  return share === null ? "" : share < 0 ? "overspent" : `${Math.round(share * 100)} % left`
}

const promisesGrid = (promises: ReadonlyArray<Kept>): Grid =>
  grid(
    [left("promise"), left("kept"), left("found and expected"), left("error budget")],
    promises.map((one) => [
      one.promise,
      one.kept === null ? "unknown" : one.kept ? "yes" : "NO",
      promiseText(one),
      leftText(one)
    ])
  )

export const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`

const summary = (found: Performance): string => {
  const { failed, partial, runs, signals, slotsDue, slotsOnTime, symbolsPerSecond } = found
  const speed = symbolsPerSecond === null
    ? ""
    : `, ${Math.round(symbolsPerSecond).toLocaleString("en")} symbols a second`
  return `${count(runs, "run")}, ${failed} failed, ${partial} partial, ${count(signals, "signal")}${speed}; ` +
    `${slotsOnTime} of ${count(slotsDue, "slot")} done on time.`
}

/** Every day from the first to the last, `2026-01-05`; null where there was no run. */
export const dailyP95 = (
  days: ReadonlyArray<CycleDay>
): ReadonlyArray<{ readonly day: string; readonly p95Ms: number | null }> => {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return []
  const known = new Map(days.map(({ day, p95Ms }) => [day, p95Ms]))
  const all: Array<{ readonly day: string; readonly p95Ms: number | null }> = []
  for (let day = Temporal.PlainDate.from(first.day); day.toString() <= last.day; day = day.add({ days: 1 })) {
    all.push({ day: day.toString(), p95Ms: known.get(day.toString()) ?? null })
  }
  return all
}

/** Of two days on: one is no series. */
const cyclesChart = (found: Performance, days: ReadonlyArray<CycleDay>): ReadonlyArray<Block> => {
  const own = dailyP95(days.filter(({ schedule }) => schedule === found.schedule))
  const [first, last] = [own[0], own.at(-1)]
  if (first === undefined || last === undefined || own.length < 2) return []
  const target = found.promises.find(({ promise }) => promise === "cycle p95")?.target ?? null
  return [{
    kind: "chart",
    label: cyclesLabel,
    text: `p95 of cycles by day, ${first.day} to ${last.day}\n${sparkline(own.map(({ p95Ms }) => p95Ms), 72)}`,
    drawn: cyclesSvg(own, target)
  }]
}

export const performanceSection = (found: Performance, days: ReadonlyArray<CycleDay>): Section =>
  section(
    found.schedule,
    words(summary(found)),
    promisesGrid(found.promises),
    timesGrid(found),
    ...cyclesChart(found, days)
  )
