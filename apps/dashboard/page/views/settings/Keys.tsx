/** API keys: who has which rights. A key is shown once, when it is made. */
import { useSignal } from "@preact/signals"
import { refresh, useAnswer } from "../../answers.ts"
import { type AnswerOf, call } from "../../client.ts"
import { now } from "../../now.ts"
import { Action } from "../../parts/Action.tsx"
import { Shown } from "../../parts/Shown.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Tag } from "../../parts/Tag.tsx"
import { Ago, Time } from "../../parts/Times.tsx"
import { CreateKey } from "./CreateKey.tsx"

type Key = AnswerOf<"listKeys">["items"][number]

const revoke = (prefix: string) => async () => {
  await call("revokeKey", { params: { prefix } })
  refresh("listKeys")
  return null
}

const columns: ReadonlyArray<Column<Key>> = [
  { title: "name", cell: ({ name }) => <strong>{name}</strong> },
  { title: "begins with", cell: ({ prefix }) => <code>{prefix}</code> },
  { title: "is", cell: ({ kind }) => kind === "page" ? "a signed-in page" : "a key" },
  { title: "may", cell: ({ scopes }) => scopes.join(", ") },
  { title: "requests a minute", numeric: true, cell: ({ perMinute }) => perMinute ?? "no limit" },
  { title: "made", cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    title: "expires",
    cell: ({ expiresAt }) =>
      expiresAt === null ? "never" : (
        <>
          <Time at={expiresAt} /> {Date.parse(expiresAt) <= now.value && <Tag tone="warn">is over</Tag>}
        </>
      )
  },
  { title: "last used", cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} /> },
  {
    title: "do",
    cell: ({ prefix, revokedAt }) =>
      revokedAt === null ? <Action quiet act={revoke(prefix)} sure="Revoke it for good">Revoke</Action> : (
        <>
          revoked <Ago at={revokedAt} />
        </>
      )
  }
]

export const Keys = () => {
  const answer = useAnswer("listKeys", {})
  const isOpen = useSignal(false)
  return (
    <>
      <Shown answer={answer}>
        {({ items }) => (
          <Table
            label="API keys"
            columns={columns}
            rows={items}
            keyOf={({ prefix }) => prefix}
            empty="There are no keys yet."
          />
        )}
      </Shown>
      <div class="actions">
        <button type="button" onClick={() => (isOpen.value = true)}>Make a key</button>
      </div>
      {isOpen.value && <CreateKey close={() => (isOpen.value = false)} />}
    </>
  )
}
