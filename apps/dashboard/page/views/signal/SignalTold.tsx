/** The messages that tell of a signal, and whether a person has seen it. */
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"
import { StateTag } from "../../parts/Words.tsx"
import { hashOf } from "../../Place.ts"
import type { Detail } from "../SignalView.tsx"

type Message = Detail["deliveries"][number]

const columns: ReadonlyArray<Column<Message>> = [
  { title: "destination", cell: ({ destination, id }) => <a href={hashOf("deliveries", id)}>{destination}</a> },
  { title: "state", cell: ({ state }) => <StateTag state={state} /> },
  { title: "tries", numeric: true, cell: ({ attempts }) => attempts },
  { title: "finished", cell: ({ finishedAt }) => <Time at={finishedAt} /> }
]

export const SignalTold = (
  { signal: { acknowledgedAt, acknowledgedBy, deliveries, origin } }: { readonly signal: Detail }
) => (
  <>
    <Table
      label="Messages that tell of it"
      columns={columns}
      rows={deliveries}
      keyOf={({ id }) => id}
      empty={origin === "LIVE" ? "No message tells of it." : "Signals of replays and of the demo are told to nobody."}
    />
    <p>
      {acknowledgedAt === null
        ? "Nobody has said yet to have seen it."
        : (
          <>
            Seen by {acknowledgedBy ?? "a person"}, <Time at={acknowledgedAt} />
          </>
        )}
    </p>
  </>
)
