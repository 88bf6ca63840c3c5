/** The live bar closes of one day and what became of each: those that the calendar counts. */
import type { AnswerOf } from "../../client.ts"
import { usePages } from "../../pages.ts"
import { Card } from "../../parts/Card.tsx"
import { Export } from "../../parts/Export.tsx"
import { More } from "../../parts/More.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"
import { StateTag } from "../../parts/Words.tsx"
import { hashOf, setFilters } from "../../Place.ts"
import { durationText, slotReason } from "../../texts.ts"

type Slot = AnswerOf<"listSlots">["items"][number]

const columns: ReadonlyArray<Column<Slot>> = [
  {
    title: "bar close",
    cell: ({ runId, slotAt }) =>
      runId === null ? <Time at={slotAt} /> : (
        <a href={hashOf("runs", runId)}>
          <Time at={slotAt} />
        </a>
      )
  },
  { title: "schedule", cell: ({ schedule }) => schedule },
  { title: "state", cell: ({ state }) => <StateTag state={state} /> },
  { title: "why", cell: ({ reason }) => reason === null ? "" : slotReason(reason) },
  { title: "how late", numeric: true, cell: ({ lateMs }) => lateMs === null ? "" : durationText(lateMs) },
  { title: "by", wide: true, cell: ({ owner }) => <span class="soft">{owner}</span> }
]

const dayMs = 86_400_000

export const DaySlots = ({ day, schedule }: { readonly day: string; readonly schedule: string }) => {
  const start = Date.parse(day)
  const isDay = !Number.isNaN(start)
  const pages = usePages("listSlots", {
    origin: "LIVE",
    ...schedule === "" ? {} : { schedule },
    ...isDay ? { since: new Date(start).toISOString(), until: new Date(start + dayMs).toISOString() } : {}
  }, ({ origin: from, schedule: name, slotAt }) => `${from} ${name} ${slotAt}`)
  const { rows } = pages
  return (
    <Card
      title={`Bar closes of ${isDay ? day : "all days"} (UTC)`}
      wide
      actions={
        <>
          {rows !== null && <Export name={`slots-${day}`} rows={rows} />}
          <button type="button" class="quiet" onClick={() => setFilters({ day: "" })}>Close</button>
        </>
      }
    >
      {rows !== null && (
        <Table
          label={`Bar closes of ${day}`}
          columns={columns}
          rows={rows}
          keyOf={({ origin: from, schedule: name, slotAt }) => `${from} ${name} ${slotAt}`}
          empty="No bar closes of that day are stored."
        />
      )}
      <More pages={pages} word="bar close" />
    </Card>
  )
}
