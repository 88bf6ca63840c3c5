/** What nobody is told of for a while. */
import { useSignal } from "@preact/signals"
import { refresh, useAnswer } from "../../answers.ts"
import { mayWrite } from "../../caller.ts"
import { type AnswerOf, call } from "../../client.ts"
import { Action } from "../../parts/Action.tsx"
import { Card } from "../../parts/Card.tsx"
import { Shown } from "../../parts/Shown.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"
import { AddMute } from "./AddMute.tsx"

type Mute = AnswerOf<"listMutes">["items"][number]

const lift = (id: string) => async () => {
  await call("liftMute", { params: { id } })
  refresh("listMutes")
  return null
}

const ofText = ({ destination, schedule, symbol }: Mute): string =>
  [
    symbol ?? "every symbol",
    ...schedule === null ? [] : [`of ${schedule}`],
    destination === null ? "to nobody" : `not to ${destination}`
  ].join(", ")

const columns: ReadonlyArray<Column<Mute>> = [
  { title: "what", cell: (mute) => <strong>{ofText(mute)}</strong> },
  { title: "from", cell: ({ startsAt }) => <Time at={startsAt} /> },
  { title: "until", cell: ({ endsAt }) => <Time at={endsAt} /> },
  { title: "by", cell: ({ author }) => author },
  { title: "why", wide: true, cell: ({ reason }) => reason }
]

const liftColumn: Column<Mute> = {
  title: "do",
  cell: ({ id, liftedAt }) => liftedAt === null ? <Action quiet act={lift(id)}>Lift</Action> : "lifted"
}

export const Mutes = () => {
  const answer = useAnswer("listMutes", {})
  const isOpen = useSignal(false)
  const mayLift = mayWrite.value
  return (
    <Card
      title="Mutes"
      wide
      actions={mayLift && <button type="button" onClick={() => (isOpen.value = true)}>Add a mute</button>}
    >
      <Shown answer={answer}>
        {({ items }) => (
          <Table
            label="Mutes"
            columns={mayLift ? [...columns, liftColumn] : columns}
            rows={items}
            keyOf={({ id }) => id}
            empty="Nothing is muted."
          />
        )}
      </Shown>
      {isOpen.value && <AddMute close={() => (isOpen.value = false)} />}
    </Card>
  )
}
