/** Asks for what a key is for, and shows the key, this once. */
import { useSignal } from "@preact/signals"
import { refresh } from "../../answers.ts"
import { type AskedOf, call } from "../../client.ts"
import { localText } from "../../localText.ts"
import { now } from "../../now.ts"
import { Dialog } from "../../parts/Dialog.tsx"
import { Choice, Input } from "../../parts/Field.tsx"
import { Form } from "../../parts/Form.tsx"

type Scopes = AskedOf<"createKey">["body"]["scopes"]

const rights: ReadonlyArray<readonly [string, string, Scopes]> = [
  ["read", "read", ["read"]],
  ["write", "read and write", ["read", "write"]],
  ["admin", "everything", ["read", "write", "admin"]]
]

const quarterMs = 90 * 86_400_000

export const CreateKey = ({ close }: { readonly close: () => void }) => {
  const name = useSignal("")
  const right = useSignal("read")
  const expires = useSignal(localText(now.value + quarterMs))
  const made = useSignal<string | null>(null)
  const make = async () => {
    const scopes = rights.find(([key]) => key === right.value)?.[2] ?? ["read"]
    const expiresAt = expires.value === "" ? null : new Date(expires.value).toISOString()
    made.value = (await call("createKey", { body: { name: name.value, scopes, expiresAt } })).key
    refresh("listKeys")
  }
  return (
    <Dialog title="Make a key" close={close}>
      {made.value === null
        ? (
          <Form send={make} submit="Make it">
            <Input label="Name" required maxLength={200} value={name.value} onInput={(text) => (name.value = text)} />
            <Choice
              label="May"
              value={right.value}
              choices={rights.map(([key, text]) => [key, text] as const)}
              onChoose={(text) => (right.value = text)}
            />
            <Input
              label="Expires (empty for never)"
              type="datetime-local"
              value={expires.value}
              onInput={(text) => (expires.value = text)}
            />
          </Form>
        )
        : (
          <div role="status">
            <p>This is the key. It is not stored and not shown again: keep it now.</p>
            <p>
              <code class="key">{made.value}</code>
            </p>
          </div>
        )}
    </Dialog>
  )
}
