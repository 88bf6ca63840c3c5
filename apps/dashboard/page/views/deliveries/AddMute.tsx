/** Asks of what nobody is to be told, until when, and why. */
import { useSignal } from "@preact/signals"
import { refresh, useAnswer } from "../../answers.ts"
import { call } from "../../client.ts"
import { localText } from "../../localText.ts"
import { now, zone } from "../../now.ts"
import { Dialog } from "../../parts/Dialog.tsx"
import { Choice, Input } from "../../parts/Field.tsx"
import { Form } from "../../parts/Form.tsx"

const hourMs = 3_600_000

export const AddMute = ({ close }: { readonly close: () => void }) => {
  const scheduler = useAnswer("getScheduler", {})
  const destinations = useAnswer("listDestinations", {})
  const symbol = useSignal("")
  const schedule = useSignal("")
  const destination = useSignal("")
  const endsAt = useSignal(localText(now.value + 4 * hourMs))
  const reason = useSignal("")
  const given = (text: string) => text.trim() === "" ? null : text.trim()
  const add = async () => {
    await call("addMute", {
      body: {
        symbol: given(symbol.value),
        schedule: given(schedule.value),
        destination: given(destination.value),
        endsAt: new Date(endsAt.value).toISOString(),
        reason: reason.value
      }
    })
    refresh("listMutes")
    close()
  }
  const choices = (
    names: ReadonlyArray<string> | undefined
  ) => [["", "every one"] as const, ...(names ?? []).map((name) => [name, name] as const)]
  return (
    <Dialog title="Tell nobody for a while" close={close}>
      <Form send={add} submit="Mute">
        <Input label="Symbol (empty for every one)" value={symbol.value} onInput={(text) => (symbol.value = text)} />
        <Choice
          label="Schedule"
          value={schedule.value}
          choices={choices(scheduler.value?.schedules.map(({ name }) => name))}
          onChoose={(text) => (schedule.value = text)}
        />
        <Choice
          label="Destination"
          value={destination.value}
          choices={choices(destinations.value?.items.map(({ name }) => name))}
          onChoose={(text) => (destination.value = text)}
        />
        <Input
          label={`Until (${zone})`}
          type="datetime-local"
          required
          value={endsAt.value}
          onInput={(text) => (endsAt.value = text)}
        />
        <Input label="Why" required maxLength={500} value={reason.value} onInput={(text) => (reason.value = text)} />
        <p class="soft">Messages are kept as suppressed, and can be sent later.</p>
      </Form>
    </Dialog>
  )
}
