/** Cycles that ran, newest first. */
import { mayWrite } from "../../caller.ts"
import type { AnswerOf } from "../../client.ts"
import { usePages } from "../../pages.ts"
import { Action } from "../../parts/Action.tsx"
import { Card } from "../../parts/Card.tsx"
import { Export } from "../../parts/Export.tsx"
import { Choice } from "../../parts/Field.tsx"
import { More } from "../../parts/More.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Tag } from "../../parts/Tag.tsx"
import { Time } from "../../parts/Times.tsx"
import { StateTag } from "../../parts/Words.tsx"
import { hashOf, origin, place, setFilters } from "../../Place.ts"
import { runNow } from "../../runNow.ts"
import { durationText, plural, words } from "../../texts.ts"

export type Run = AnswerOf<"listRuns">["items"][number]

const columns: ReadonlyArray<Column<Run>> = [
  {
    title: "bar close",
    cell: ({ id, slotAt }) => (
      <a href={hashOf("runs", id)}>
        <Time at={slotAt} />
      </a>
    ),
    sort: ({ slotAt }) => slotAt
  },
  {
    title: "schedule",
    cell: ({ origin: from, schedule }) => (
      <>{schedule} {origin.value === "ALL" && from !== "LIVE" && <Tag>{words(from)}</Tag>}</>
    )
  },
  { title: "status", cell: ({ status }) => <StateTag state={status} />, sort: ({ status }) => status },
  {
    title: "symbols",
    numeric: true,
    cell: ({ symbolsProcessed, symbolsRequested }) => `${symbolsProcessed} / ${symbolsRequested}`
  },
  {
    title: "signals",
    numeric: true,
    cell: ({ signalsGenerated }) => signalsGenerated,
    sort: ({ signalsGenerated }) => signalsGenerated
  },
  {
    title: "took",
    numeric: true,
    cell: ({ executionTimeMs }) => durationText(executionTimeMs),
    sort: ({ executionTimeMs }) => executionTimeMs
  },
  { title: "late", numeric: true, cell: ({ lateMs }) => lateMs === null ? "" : durationText(lateMs) },
  {
    title: "why",
    wide: true,
    cell: ({ barsRevised, errors, status }) => {
      const nothing = status === "FAILED" && errors.length === 0 ? ["no symbol had a bar"] : []
      const told = [...errors, ...nothing, ...barsRevised > 0 ? [`${plural(barsRevised, "bar")} revised since`] : []]
      return told.length === 0 ? "" : <span class="reason">{told.join("; ")}</span>
    }
  }
]

export const RunList = ({ schedule }: { readonly schedule: string }) => {
  const status = place.value.filters["status"] ?? ""
  const known = (["SUCCESS", "PARTIAL", "FAILED"] as const).find((one) => one === status)
  const pages = usePages("listRuns", {
    origin: origin.value,
    ...schedule === "" ? {} : { schedule },
    ...known === undefined ? {} : { status: known }
  }, ({ id }) => id)
  const { rows } = pages
  return (
    <Card
      title="Runs"
      wide
      actions={
        <>
          {mayWrite.value && <Action act={runNow(schedule === "" ? null : schedule)}>Look now</Action>}
          <Choice
            label="status"
            value={status}
            choices={[["", "any"], ["SUCCESS", "success"], ["PARTIAL", "partial"], ["FAILED", "failed"]]}
            onChoose={(text) => setFilters({ status: text })}
          />
          {rows !== null && <Export name="runs" rows={rows} />}
        </>
      }
    >
      {rows !== null && (
        <Table
          label="Runs"
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          empty={known === undefined
            ? `No ${origin.value === "ALL" ? "" : `${origin.value} `}cycles are stored yet.`
            : "No cycle fits these filters."}
        />
      )}
      <More pages={pages} word="run" />
    </Card>
  )
}
