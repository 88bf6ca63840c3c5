/** What makes a level event fit to be stored: its Schema, and the rules of the table that the Schema does not have. */
import { LevelEvent } from "@dgas/domain/LevelEvent"
import { instantRefusal, parted, schemaRefusal, textRefusal } from "./Rejection.ts"

/** Parts `events` into those fit to be stored and those that are not. */
export const checkEvents = (events: ReadonlyArray<LevelEvent>) =>
  parted(
    events,
    (event) => fieldRefusal(event) ?? ruleRefusal(event) ?? instantRefusal(event.eventTimestamp) ?? textRefusal(event)
  )

const fieldRefusal = schemaRefusal(LevelEvent)

const ruleRefusal = ({ close, high, low, tick, weight }: LevelEvent): string | null => {
  if (low > high) return `expected low <= high, found low ${low}, high ${high}`
  if (close <= 0) return `expected a close above 0, found ${close}`
  if (weight !== null && weight <= 0) return `expected a weight above 0 or null, found ${weight}`
  if (tick !== null && tick <= 0) return `expected a tick above 0 or null, found ${tick}`
  return null
}
