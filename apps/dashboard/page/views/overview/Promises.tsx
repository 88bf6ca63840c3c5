/** What `sla` promises of each schedule, whether it was kept, and what is left of the budget for errors. */
import type { AnswerOf } from "../../client.ts"
import { Meter } from "../../parts/Meter.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Tag } from "../../parts/Tag.tsx"
import { Time } from "../../parts/Times.tsx"
import { budgetText, dash, durationText, percentText } from "../../texts.ts"

type Performance = AnswerOf<"getPerformance">
type Kept = Performance["schedules"][number]["promises"][number] & { readonly schedule: string }

const valueText = (unit: Kept["unit"], value: number | null): string =>
  value === null ? "not enough data" : unit === "ms" ? durationText(value) : percentText(value, 2)

/** Of fewer cases nobody can tell, see `sla`. */
const leastCases = 30

const columns: ReadonlyArray<Column<Kept>> = [
  { title: "schedule", cell: ({ schedule }) => schedule },
  { title: "promise", cell: ({ promise }) => <strong>{promise}</strong> },
  {
    title: "kept",
    cell: ({ budget: { n }, kept }) =>
      kept === null
        ? <Tag>{dash} not known{n === 0 ? "" : `: ${n} of ${leastCases}`}</Tag>
        : <Tag tone={kept ? "good" : "bad"}>{kept ? "✓ kept" : "✕ broken"}</Tag>
  },
  { title: "promised", numeric: true, cell: ({ target, unit }) => valueText(unit, target) },
  { title: "found", numeric: true, cell: ({ found, unit }) => valueText(unit, found) },
  {
    title: "fell short",
    wide: true,
    cell: ({ budget }) => (
      <span class="budget">
        <Meter used={budget.used} of={budget.allowed} label={`fell short: ${budgetText(budget)}`} />
        <span class="soft">{budgetText(budget)}</span>
      </span>
    )
  }
]

export const Promises = ({ performance: { broken, schedules, since } }: { readonly performance: Performance }) => {
  const rows = schedules.flatMap(({ promises, schedule }) => promises.map((one) => ({ ...one, schedule })))
  return (
    <>
      {broken && (
        <p>
          <Tag tone="bad">✕ a promise is broken</Tag>
        </p>
      )}
      <p class="soft">
        Of live runs since <Time at={since} />. Of fewer than {leastCases} cases it is not known whether one was kept.
      </p>
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
