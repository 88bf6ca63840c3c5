/** Something to be filled in or chosen, under its name. */
import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"

export const Field = ({ children, label }: {
  readonly label: string
  readonly children: (id: string) => ComponentChildren
}) => {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
    </div>
  )
}

export const Choice = ({ choices, label, onChoose, value }: {
  readonly label: string
  readonly value: string
  readonly choices: ReadonlyArray<readonly [value: string, text: string]>
  readonly onChoose: (value: string) => void
}) => (
  <Field label={label}>
    {(id) => (
      <select id={id} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {choices.map(([choice, text]) => <option key={choice} value={choice}>{text}</option>)}
      </select>
    )}
  </Field>
)

export const Input = ({ label, list, onInput, type = "text", ...given }: {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: "text" | "date" | "datetime-local" | "number" | "search"
  readonly list?: ReadonlyArray<string>
  readonly required?: boolean
  readonly min?: string
  readonly max?: string
  readonly step?: string
  readonly maxLength?: number
  readonly placeholder?: string
}) => (
  <Field label={label}>
    {(id) => (
      <>
        <input
          id={id}
          type={type}
          autocomplete="off"
          list={list === undefined ? undefined : `${id}-list`}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
          {...given}
        />
        {list !== undefined && (
          <datalist id={`${id}-list`}>{list.map((one) => <option key={one} value={one} />)}</datalist>
        )}
      </>
    )}
  </Field>
)
