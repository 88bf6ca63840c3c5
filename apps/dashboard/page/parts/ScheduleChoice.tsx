/** One of the schedules of the configuration, or all; also one that the address names and nobody runs any more. */
import { useAnswer } from "../answers.ts"
import { Choice } from "./Field.tsx"

export const ScheduleChoice = ({ onChoose, value }: {
  readonly value: string
  readonly onChoose: (schedule: string) => void
}) => {
  const names = (useAnswer("getScheduler", {}).value?.schedules ?? []).map(({ name }) => name)
  const all = value === "" || names.includes(value) ? names : [...names, value]
  return (
    <Choice
      label="Schedule"
      value={value}
      choices={[["", "all"], ...all.map((name) => [name, name] as const)]}
      onChoose={onChoose}
    />
  )
}
