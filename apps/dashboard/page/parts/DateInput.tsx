/** A day, or a day and a time, that is looked for once nobody has typed for a moment: the digits of a year are no years. */
import { SearchInput } from "./SearchInput.tsx"

const isMeant = (text: string): boolean => text === "" || /^(19|20)\d\d-/.test(text)

export const DateInput = ({ label, onChoose, type = "date", value }: {
  readonly label: string
  readonly onChoose: (text: string) => void
  readonly type?: "date" | "datetime-local"
  readonly value: string
}) => <SearchInput label={label} type={type} value={value} onSearch={(text) => isMeant(text) && onChoose(text)} />
