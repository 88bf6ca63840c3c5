/** What `sla` promises of each schedule, whether it was kept, and what is left of the budget for errors. */
import type { AnswerOf } from "../../client.ts"
import { Meter } from "../../parts/Meter.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Tag } from "../../parts/Tag.tsx"
import { dash, durationText, numberText, percentText } from "../../texts.ts"

type Performance = AnswerOf<"getPerformance">
type Kept = Performance["schedules"][number]["promises"][number] & { readonly schedule: string }

const valueText = (unit: Kept["unit"], value: number | null): string =>
  value === null ? "not enough data" : unit === "ms" ? durationText(value) : percentText(value, 2)

const budgetText = ({ allowed, n, used }: Kept["budget"]): string =>
  n === 0 ? "nothing counted yet" : `${used} of ${numberText(allowed, allowed < 10 ? 1 : 0)} used, of ${n}`

const columns: ReadonlyArray<Column<Kept>> = [
  { title: "schedule", cell: ({ schedule }) => schedule },
  { title: "promise", cell: ({ promise }) => <strong>{promise}</strong> },
  {
    title: "kept",
    cell: ({ kept }) =>
      kept === null
        ? <Tag>{dash} not known</Tag>
        : <Tag tone={kept ? "good" : "bad"}>{kept ? "✓ kept" : "✕ broken"}</Tag>
  },
  { title: "promised", numeric: true, cell: ({ target, unit }) => valueText(unit, target) },
  { title: "found", numeric: true, cell: ({ found, unit }) => valueText(unit, found) },
  {
    title: "budget for errors",
    wide: true,
    cell: ({ budget }) => (
      <span class="budget">
        <Meter used={budget.used} of={budget.allowed} label={`budget: ${budgetText(budget)}`} />
        <span class="soft">{budgetText(budget)}</span>
      </span>
    )
  }
]

export const Promises = ({ performance: { broken, schedules } }: { readonly performance: Performance }) => {
  const rows = schedules.flatMap(({ promises, schedule }) => promises.map((one) => ({ ...one, schedule })))
  return (
    <>
      {broken && (
        <p>
          <Tag tone="bad">✕ a promise is broken</Tag>
        </p>
      )}
      <Table
        label="Promises"
        columns={columns}
        rows={rows}
        keyOf={({ promise, schedule }) => `${schedule} ${promise}`}
        empty="There is nothing to tell of promises: no schedule has run yet."
      />
    </>
  )
}
