/** How each destination does, and what can be done about it. */
import { refresh, useAnswer } from "../../answers.ts"
import { mayWrite } from "../../caller.ts"
import { type AnswerOf, call } from "../../client.ts"
import { Action } from "../../parts/Action.tsx"
import { Card } from "../../parts/Card.tsx"
import { Shown } from "../../parts/Shown.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Ago } from "../../parts/Times.tsx"
import { StateTag } from "../../parts/Words.tsx"
import { hashOf } from "../../Place.ts"
import { plural } from "../../texts.ts"

type Destination = AnswerOf<"listDestinations">["items"][number]

const test = (name: string) => async (): Promise<string> => {
  const { detail, ok } = await call("testDestination", { params: { name } })
  return `${ok ? "✓ taken" : "✕ not taken"}: ${detail}`
}

const enable = (name: string) => async (): Promise<string> => {
  await call("enableDestination", { params: { name } })
  refresh("listDestinations")
  return "asked again"
}

const replay = (name: string) => async (): Promise<string> => {
  const { replayed } = await call("replayDestination", { params: { name } })
  refresh("listDestinations", "listDeliveries")
  return `${plural(replayed, "message")} sent again`
}

const Actions = ({ destination: { configured, dead, disabledAt, name } }: { readonly destination: Destination }) => (
  <div class="actions">
    {configured && <Action quiet act={test(name)}>Send a sample</Action>}
    {disabledAt !== null && <Action quiet act={enable(name)}>Enable</Action>}
    {(dead > 0 || disabledAt !== null) && (
      <Action quiet act={replay(name)} sure="Send all of it now">Send again what it did not take</Action>
    )}
  </div>
)

const columns: ReadonlyArray<Column<Destination>> = [
  {
    title: "destination",
    cell: ({ configured, name }) => (
      <>
        <a href={hashOf("deliveries", null, { destination: name })}>{name}</a>
        {!configured && <span class="soft">(not in the configuration any more)</span>}
      </>
    )
  },
  { title: "channel", cell: ({ channel }) => channel },
  { title: "state", cell: ({ state }) => <StateTag state={state} /> },
  { title: "last taken", cell: ({ lastSuccessAt }) => <Ago at={lastSuccessAt} /> },
  { title: "last refused", cell: ({ lastFailureAt }) => <Ago at={lastFailureAt} /> },
  { title: "waiting", numeric: true, cell: ({ waiting }) => waiting },
  { title: "taken in 24 h", numeric: true, cell: ({ done }) => done },
  { title: "dead in 24 h", numeric: true, cell: ({ dead }) => dead },
  { title: "why", wide: true, cell: ({ reason }) => reason === null ? "" : <span class="reason">{reason}</span> }
]

const allColumns: ReadonlyArray<Column<Destination>> = [
  ...columns,
  { title: "do", wide: true, cell: (destination) => <Actions destination={destination} /> }
]

export const Destinations = () => {
  const answer = useAnswer("listDestinations", {})
  return (
    <Card title="Destinations" wide>
      <Shown answer={answer}>
        {({ items }) => (
          <Table
            label="Destinations"
            columns={mayWrite.value ? allColumns : columns}
            rows={items}
            keyOf={({ name }) => name}
            empty="The configuration names no destinations: signals are stored, and told on the worker's console. docs/channels.md says how to add one."
          />
        )}
      </Shown>
    </Card>
  )
}
