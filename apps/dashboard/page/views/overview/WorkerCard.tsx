/** The worker, its last and next run, and the schedules that it runs. */
import { mayWrite } from "../../caller.ts"
import type { AnswerOf } from "../../client.ts"
import { Action } from "../../parts/Action.tsx"
import { Facts } from "../../parts/Facts.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Ago, Time } from "../../parts/Times.tsx"
import { StateTag } from "../../parts/Words.tsx"
import { hashOf } from "../../Place.ts"
import { runNow } from "../../runNow.ts"

type Scheduler = AnswerOf<"getScheduler">
type Schedule = Scheduler["schedules"][number]

const columns: ReadonlyArray<Column<Schedule>> = [
  { title: "schedule", cell: ({ name }) => <strong>{name}</strong> },
  {
    title: "bars",
    cell: ({ higher, lower, trading }) => `${trading} with ${higher}${lower === null ? "" : ` and ${lower}`}`
  },
  { title: "source", cell: ({ source }) => source },
  { title: "symbols", numeric: true, cell: ({ symbols }) => symbols },
  {
    title: "last close that was run",
    cell: ({ lastRun }) =>
      lastRun === null
        ? <span class="soft">none yet</span>
        : (
          <a href={hashOf("runs", lastRun.id)}>
            <StateTag state={lastRun.status} /> <Ago at={lastRun.slotAt} />
          </a>
        )
  },
  { title: "next close", cell: ({ nextClose }) => <Ago at={nextClose} /> }
]

export const WorkerCard = ({ scheduler }: { readonly scheduler: Scheduler }) => {
  const { currentRunId, errorMessage, kind, lastRun, nextRun, schedules } = scheduler
  return (
    <>
      <Facts
        large
        facts={[
          { name: "state", value: <StateTag state={kind} /> },
          { name: "last run", value: <Ago at={lastRun} /> },
          { name: "next run", value: nextRun === null ? <span class="soft">not known</span> : <Ago at={nextRun} /> },
          ...currentRunId === null ? [] : [{ name: "running now", value: currentRunId }]
        ]}
      />
      {kind === "none" && (
        <p class="empty">
          No worker has run on this database yet. Start one with: bun run scheduler
        </p>
      )}
      {errorMessage !== null && (
        <div class="trouble">
          <strong>Last error.</strong> {errorMessage}
        </div>
      )}
      {nextRun !== null && (
        <p class="soft">
          Next run <Time at={nextRun} />
        </p>
      )}
      <Table
        label="Schedules"
        columns={columns}
        rows={schedules}
        keyOf={({ name }) => name}
        empty="The configuration has no schedules."
      />
      {mayWrite.value && kind !== "none" && <Action act={runNow(null)}>Look now</Action>}
    </>
  )
}
