/** By which map each schedule turns confidence into a probability. */
import type { AnswerOf } from "../../client.ts"
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"

type Map = AnswerOf<"getCalibration">["maps"][number]

const columns: ReadonlyArray<Column<Map>> = [
  { title: "schedule", cell: ({ schedule }) => schedule },
  { title: "map", cell: ({ kind }) => kind },
  { title: "fills", numeric: true, cell: ({ fills }) => fills },
  { title: "in force from", cell: ({ inForceFrom }) => <Time at={inForceFrom} /> },
  { title: "why", wide: true, cell: ({ reason }) => reason }
]

export const Maps = ({ maps }: { readonly maps: ReadonlyArray<Map> }) => (
  <Table
    label="Maps in force"
    columns={columns}
    rows={maps}
    keyOf={({ schedule, version }) => `${schedule} ${version}`}
    empty="No map from confidence to probability is in force yet."
  />
)
