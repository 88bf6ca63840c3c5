/** Every slot has one final state, reached in turn, in time, and under the fence that the slot has. */
import type { Evidence } from "../Evidence.ts"
import type { Entry } from "../Journal.ts"
import { marketAt } from "../Market.ts"
import { type Check, none, zero } from "./Check.ts"

const nameOf = (schedule: string, slotAt: number) => `${schedule} ${new Date(slotAt).toISOString()}`

export const slotChecks = ({ due, idle, lives, main, market, seen }: Evidence): ReadonlyArray<Check> => {
  const rows = new Map<string, Array<Evidence["main"]["slots"][number]>>()
  for (const slot of main.slots) {
    const name = nameOf(slot.schedule, slot.slotAt)
    rows.set(name, [...rows.get(name) ?? [], slot])
  }
  const names = due.map(({ schedule, slotAt }) => nameOf(schedule, slotAt))
  const lost = names.filter((name) => !(rows.get(name) ?? []).some(({ state }) => state !== "running"))
  const unwanted = main.slots.filter(({ state }) => state === "missed" || state === "failed")
  const twice = [...rows].filter(([, of]) => of.length > 1).map(([name, of]) => `${name}: ${of.length} rows`)
  const early = main.slots.filter(({ slotAt, state, updatedAt }) =>
    state !== "running" && marketAt({ ...market, until: null }, updatedAt) < slotAt
  )

  const accepted = lives.flatMap(({ journal }) => journal.filter((entry) => entry.what === "finished"))
  const counted = new Map<string, Array<number>>()
  for (const { fence, schedule, slotAt } of accepted) {
    const name = nameOf(schedule, slotAt)
    counted.set(name, [...counted.get(name) ?? [], fence])
  }
  const stale = [...counted].flatMap(([name, fences]) => {
    const held = rows.get(name)?.map(({ fence }) => fence) ?? []
    return fences.length === 1 && held.includes(fences[0]!)
      ? []
      : [`${name}: finished under fence ${fences.join(" and ")}, the slot has ${held.join(" and ")}`]
  })
  return [
    none("slots without a final state", lost, String(names.length)),
    none(
      "slots missed or failed",
      unwanted.map(({ schedule, slotAt, state }) => `${nameOf(schedule, slotAt)} ${state}`)
    ),
    none("slots with more than one row", twice),
    none("slots run before their bar had closed", early.map(({ schedule, slotAt }) => nameOf(schedule, slotAt))),
    zero("slots run before an older one of their schedule", main.outOfOrder),
    none("slots ended twice, or under an old fence", stale),
    zero("rows half written, at the end", main.halfWritten),
    zero("rows half written, ever seen", seen.halfWritten, `${seen.looks} looks`),
    none("looks at what is half written", seen.looks > 0 ? [] : ["nobody looked"]),
    none("schedules that never had a slot", idle)
  ]
}

/** How often a worker came too late to end a slot and was refused. */
export const refusals = (journals: ReadonlyArray<ReadonlyArray<Entry>>): number =>
  journals.flat().filter(({ what }) => what === "refused").length
