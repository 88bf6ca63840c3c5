/** Messages, newest first. */
import type { AnswerOf } from "../../client.ts"
import { usePages } from "../../pages.ts"
import { Card } from "../../parts/Card.tsx"
import { Export } from "../../parts/Export.tsx"
import { Choice } from "../../parts/Field.tsx"
import { More } from "../../parts/More.tsx"
import { SearchInput } from "../../parts/SearchInput.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"
import { StateTag } from "../../parts/Words.tsx"
import { hashOf, place, setFilters } from "../../Place.ts"
import { answerText, words } from "../../texts.ts"

type Message = AnswerOf<"listDeliveries">["items"][number]

const states = ["pending", "leased", "done", "held", "dead", "expired", "suppressed"] as const

const columns: ReadonlyArray<Column<Message>> = [
  {
    title: "made",
    cell: ({ createdAt, id }) => (
      <a href={hashOf("deliveries", id)}>
        <Time at={createdAt} />
      </a>
    ),
    sort: ({ createdAt }) => createdAt
  },
  { title: "destination", cell: ({ destination }) => destination, sort: ({ destination }) => destination },
  {
    title: "tells of",
    cell: ({ kind, signalIds }) => signalIds.length > 1 ? `${words(kind)} (${signalIds.length})` : words(kind)
  },
  { title: "state", cell: ({ state }) => <StateTag state={state} />, sort: ({ state }) => state },
  { title: "tries", numeric: true, cell: ({ attempts }) => attempts, sort: ({ attempts }) => attempts },
  { title: "next try", cell: ({ nextAttemptAt, state }) => state === "pending" ? <Time at={nextAttemptAt} /> : "" },
  {
    title: "answer",
    wide: true,
    cell: (message) => {
      const text = answerText(message)
      return text === "" ? "" : <span class="reason">{text}</span>
    }
  }
]

export const MessageList = () => {
  const { destination = "", state = "" } = place.value.filters
  const known = states.find((one) => one === state)
  const pages = usePages("listDeliveries", {
    ...destination === "" ? {} : { destination },
    ...known === undefined ? {} : { state: known }
  }, ({ id }) => id)
  const { rows } = pages
  const isFiltered = destination !== "" || known !== undefined
  return (
    <Card title="Messages" wide actions={rows !== null && <Export name="deliveries" rows={rows} />}>
      <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
        <SearchInput label="Destination" value={destination} onSearch={(text) => setFilters({ destination: text })} />
        <Choice
          label="State"
          value={state}
          choices={[["", "any"], ...states.map((one) => [one, one] as const)]}
          onChoose={(text) => setFilters({ state: text })}
        />
      </form>
      {rows !== null && (
        <Table
          label="Messages"
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          empty={isFiltered
            ? "No message fits these filters."
            : "No messages yet: they are made with the first live signal that a destination wants."}
        />
      )}
      <More pages={pages} word="message" />
    </Card>
  )
}
