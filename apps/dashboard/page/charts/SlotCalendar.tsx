/** A square for each day of a schedule, a column a week: whether its bar closes were run. */
import type { SlotDay } from "@dgas/contract/Runs"
import { useEffect, useRef } from "preact/hooks"
import { hashOf } from "../Place.ts"
import { slotReason } from "../texts.ts"

const dayMs = 86_400_000

/** What a day counts as is its worst slot. */
const kindOf = (day: SlotDay | undefined) => {
  if (day === undefined) return { kind: "nothing", mark: "", text: "no bar closes" }
  const { done, failed, late, missed, running } = day
  const counts = Object.entries({ done, late, missed, failed, running })
    .filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`).join(", ")
  if (failed > 0) return { kind: "failed", mark: "!", text: counts }
  if (missed > 0) return { kind: "missed", mark: "×", text: counts }
  if (late > 0) return { kind: "late", mark: "–", text: counts }
  return { kind: "done", mark: "", text: counts === "" ? "no bar closes" : counts }
}

export const reasonsText = ({ reasons }: Pick<SlotDay, "reasons">): string =>
  reasons.map(({ count, reason }) => `${count} ${slotReason(reason)}`).join(", ")

/** Days in UTC, from the Monday of the week of `from` to `until`, both `2026-01-05`. */
export const SlotCalendar = ({ days, from, schedule, until }: {
  readonly schedule: string
  readonly days: ReadonlyArray<SlotDay>
  readonly from: string
  readonly until: string
}) => {
  const known = new Map(days.map((day) => [day.day, day]))
  const start = Date.parse(from) - (new Date(from).getUTCDay() + 6) % 7 * dayMs
  const weeks = Math.floor((Date.parse(until) - start) / (7 * dayMs)) + 1
  const dayAt = (week: number, weekday: number) =>
    new Date(start + (week * 7 + weekday) * dayMs).toISOString().slice(0, 10)
  const bad = days.filter(({ failed, late, missed }) => failed + late + missed > 0)
  const label = `Bar closes of ${schedule} by day (UTC), ${from} to ${until}: ${days.length} days with bar closes, ${
    bad.length === 0 ? "all run in time" : `${bad.length} with some that were late, missed or failed`
  }`
  // Where not all of it fits, as on a phone, the newest days are the ones to see.
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (place.current !== null) place.current.scrollLeft = place.current.scrollWidth
  }, [until])
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0} ref={place}>
      <table class="calendar">
        <caption class="hidden">{label}</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: weeks }, (_, week) => {
              const day = dayAt(week, 0)
              // The month of its first whole week, so that names of months do not touch.
              const isNew = day.slice(8) <= "07"
              return <td key={day}>{isNew ? <span>{day.slice(0, 7)}</span> : null}</td>
            })}
          </tr>
        </thead>
        <tbody>
          {["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((name, weekday) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {Array.from({ length: weeks }, (_, week) => {
                const day = dayAt(week, weekday)
                if (day < from || day > until) return <td key={day} />
                const { kind, mark, text } = kindOf(known.get(day))
                const title = `${day}: ${text}`
                return (
                  <td key={day} class={kind} title={title}>
                    {mark === ""
                      ? <span class="hidden">{title}</span>
                      : <a href={hashOf("runs", null, { schedule, day })} aria-label={title}>{mark}</a>}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
