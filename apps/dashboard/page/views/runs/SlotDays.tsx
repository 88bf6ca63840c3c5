/** A calendar a schedule, and under them in words which days had something missed, and why. */
import type { SlotDay } from "@dgas/contract/Runs"
import { reasonsText, SlotCalendar } from "../../charts/SlotCalendar.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { hashOf } from "../../Place.ts"

const columns: ReadonlyArray<Column<SlotDay>> = [
  {
    title: "day (UTC)",
    cell: ({ day, schedule }) => <a href={hashOf("runs", null, { schedule, day })}>{day}</a>,
    sort: ({ day }) => day
  },
  { title: "schedule", cell: ({ schedule }) => schedule },
  { title: "in time", numeric: true, cell: ({ done }) => done },
  { title: "late", numeric: true, cell: ({ late }) => late, sort: ({ late }) => late },
  { title: "missed", numeric: true, cell: ({ missed }) => missed, sort: ({ missed }) => missed },
  { title: "failed", numeric: true, cell: ({ failed }) => failed, sort: ({ failed }) => failed },
  { title: "why", wide: true, cell: (day) => reasonsText(day) || "late" }
]

const listed = 10

const legend = [
  ["done", "", "all in time"],
  ["late", "–", "some late"],
  ["missed", "×", "some missed"],
  ["failed", "!", "some failed"],
  ["nothing", "", "no bar closes"]
] as const

export const SlotDays = ({ days, from, until }: {
  readonly days: ReadonlyArray<SlotDay>
  readonly from: string
  readonly until: string
}) => {
  if (days.length === 0) {
    return <p class="empty">No live bar closes are stored of that time. They come with the worker: bun run scheduler</p>
  }
  const schedules = [...new Set(days.map(({ schedule }) => schedule))]
  const bad = days.filter(({ failed, late, missed }) => failed + late + missed > 0)
    .toSorted((a, b) => a.day < b.day ? 1 : a.day > b.day ? -1 : 0)
  return (
    <>
      {schedules.map((schedule) => (
        <div key={schedule}>
          <h3>{schedule}</h3>
          <SlotCalendar
            schedule={schedule}
            days={days.filter((day) => day.schedule === schedule)}
            from={from}
            until={until}
          />
        </div>
      ))}
      <p class="legend soft">
        {legend.map(([kind, mark, text]) => (
          <span key={kind}>
            <span class={kind}>{mark}</span>
            {text}
          </span>
        ))}
      </p>
      <h3>What was not in time</h3>
      <Table
        label="Days with bar closes that were late, missed or failed"
        columns={columns}
        rows={bad.slice(0, listed)}
        keyOf={({ day, schedule }) => `${schedule} ${day}`}
        empty="Nothing: every bar close was run in time."
      />
      {bad.length > listed && <p class="soft">and {bad.length - listed} earlier days, which the calendar shows</p>}
    </>
  )
}
