/** Asks for what became of a signal in truth. R and percent are computed by the API. */
import { useSignal } from "@preact/signals"
import { refresh } from "../../answers.ts"
import { type AskedOf, call } from "../../client.ts"
import { localText } from "../../localText.ts"
import { now, zone } from "../../now.ts"
import { Dialog } from "../../parts/Dialog.tsx"
import { Choice, Input } from "../../parts/Field.tsx"
import { Form } from "../../parts/Form.tsx"
import type { Detail } from "../SignalView.tsx"

type Said = AskedOf<"correctOutcome">["body"]

const reasons = [
  ["TARGET", "left at the target"],
  ["STOP", "left at the stop"],
  ["EXIT", "left by an exit"],
  ["TIME", "left as time was over"],
  ["UNFILLED", "never filled"]
] as const

export const Correction = ({ close, signal }: { readonly signal: Detail; readonly close: () => void }) => {
  const reason = useSignal<Said["exitReason"]>(signal.exitReason ?? "TARGET")
  const fill = useSignal(String(signal.fillPrice ?? signal.entryPrice))
  const exit = useSignal(String(signal.exitPrice ?? signal.targetPrice))
  const at = useSignal(localText(signal.decidedAt === null ? now.value : Date.parse(signal.decidedAt)))
  const note = useSignal("")
  const isFilled = reason.value !== "UNFILLED"
  const say = async () => {
    await call("correctOutcome", {
      params: { id: signal.id },
      body: {
        exitReason: reason.value,
        fillPrice: isFilled ? Number(fill.value) : null,
        exitPrice: isFilled ? Number(exit.value) : null,
        decidedAt: new Date(at.value).toISOString(),
        note: note.value
      }
    })
    refresh("getSignal")
    close()
  }
  const choose = (value: string) => {
    reason.value = reasons.find(([one]) => one === value)?.[0] ?? "TARGET"
  }
  return (
    <Dialog title="What became of it in truth" close={close}>
      <Form send={say} submit="Say so">
        <Choice label="What happened" value={reason.value} choices={reasons} onChoose={choose} />
        {isFilled && (
          <Input
            label="Filled at"
            type="number"
            step="any"
            min="0"
            required
            value={fill.value}
            onInput={(text) => (fill.value = text)}
          />
        )}
        {isFilled && (
          <Input
            label="Left at"
            type="number"
            step="any"
            min="0"
            required
            value={exit.value}
            onInput={(text) => (exit.value = text)}
          />
        )}
        <Input
          label={`When (${zone})`}
          type="datetime-local"
          required
          value={at.value}
          onInput={(text) => (at.value = text)}
        />
        <Input label="Note" required maxLength={500} value={note.value} onInput={(text) => (note.value = text)} />
        <p class="soft">The judge leaves a corrected outcome alone, and reports count it. The former one is kept.</p>
      </Form>
    </Dialog>
  )
}
