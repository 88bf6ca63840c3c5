/** One message: what it says, to whom, and every try. */
import { refresh, useAnswer } from "../answers.ts"
import { mayWrite } from "../caller.ts"
import { type AnswerOf, call } from "../client.ts"
import { Action } from "../parts/Action.tsx"
import { Card } from "../parts/Card.tsx"
import { Export } from "../parts/Export.tsx"
import { Facts } from "../parts/Facts.tsx"
import { Shown } from "../parts/Shown.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Time } from "../parts/Times.tsx"
import { Tree } from "../parts/Tree.tsx"
import { StateTag } from "../parts/Words.tsx"
import { hashOf } from "../Place.ts"
import { durationText, words } from "../texts.ts"

type Detail = AnswerOf<"getDelivery">
type Try = Detail["tries"][number]

const columns: ReadonlyArray<Column<Try>> = [
  { title: "try", numeric: true, cell: ({ attempt }) => attempt },
  { title: "at", cell: ({ attemptedAt }) => <Time at={attemptedAt} /> },
  { title: "status", numeric: true, cell: ({ status }) => status ?? "none" },
  { title: "took", numeric: true, cell: ({ durationMs }) => durationText(durationMs) },
  { title: "answer", wide: true, cell: ({ answer }) => <span class="reason">{answer}</span> }
]

const again = new Set<Detail["state"]>(["held", "dead", "expired", "suppressed"])

const replay = (id: string) => async () => {
  await call("replayDelivery", { params: { id } })
  refresh("getDelivery", "listDeliveries")
  return "sent again, with the same id"
}

/** One of those that a failing destination holds is tried each minute; which one, nobody knows before. */
const nextTry = ({ nextAttemptAt, state }: Detail) =>
  state === "pending"
    ? <Time at={nextAttemptAt} />
    : state === "held"
    ? "when its destination takes one again"
    : "none"

const One = ({ message }: { readonly message: Detail }) => (
  <div class="grid">
    <Card title={`Message to ${message.destination}`} actions={<Export name="message" rows={[message]} />}>
      <Facts
        facts={[
          { name: "state", value: <StateTag state={message.state} /> },
          ...message.reason === null ? [] : [{ name: "why", value: words(message.reason) }],
          { name: "channel", value: message.channel },
          { name: "tells of", value: words(message.kind) },
          { name: "made", value: <Time at={message.createdAt} /> },
          { name: "finished", value: <Time at={message.finishedAt} /> },
          { name: "next try", value: nextTry(message) },
          { name: "id", value: <code>{message.id}</code> }
        ]}
      />
      {message.signalIds.length > 0 && (
        <>
          <h3>Signals</h3>
          <ul>
            {message.signalIds.map((id) => (
              <li key={id}>
                <a href={hashOf("signals", id)}>{id}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {mayWrite.value && again.has(message.state) && <Action act={replay(message.id)}>Send it again</Action>}
    </Card>
    <Card title="Tries" actions={<a href={hashOf("deliveries")}>All messages</a>}>
      <Table
        label="Tries"
        columns={columns}
        rows={message.tries}
        keyOf={({ attempt, attemptedAt }) => `${attempt} ${attemptedAt}`}
        empty="It was not tried yet."
      />
    </Card>
    <Card title="What it says" wide>
      <Tree value={message.payload} />
    </Card>
  </div>
)

export const DeliveryView = ({ id }: { readonly id: string }) => {
  const answer = useAnswer("getDelivery", { params: { id } })
  return <Shown answer={answer} gone="There is no such message.">{(message) => <One message={message} />}</Shown>
}
