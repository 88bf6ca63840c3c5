/** A field whose text is looked for once nobody has typed for a moment, so that each letter is no question of its own. */
import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import { Input } from "./Field.tsx"

const pauseMs = 400

export const SearchInput = ({ label, onSearch, type = "search", value }: {
  readonly label: string
  readonly type?: "search" | "date" | "datetime-local"
  readonly value: string
  readonly onSearch: (text: string) => void
}) => {
  const text = useSignal(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // What the address says otherwise, as after Clear, is what stands there.
  useEffect(() => {
    text.value = value
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const take = (typed: string) => {
    text.value = typed
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSearch(typed.trim()), pauseMs)
  }
  return <Input label={label} type={type} value={text.value} onInput={take} />
}
