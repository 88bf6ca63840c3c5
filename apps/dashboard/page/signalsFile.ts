/** Where the API has signals as a file: those that fit the filters, of the 366 days at most that it gives at once. */
import { searchOf } from "./client.ts"

const mostMs = 366 * 86_400_000

/** Up to `newest`, the newest signal that fits, where no end is asked for; the newest part of what is longer. */
export const signalsFile = (
  query: Readonly<Record<string, string | undefined>>,
  newest: string | undefined
): string => {
  const end = query["until"] ?? (newest === undefined ? undefined : new Date(Date.parse(newest) + 1).toISOString())
  if (end === undefined) return `/v1/signals.csv${searchOf(query)}`
  const first = Date.parse(end) - mostMs
  const asked = Date.parse(query["since"] ?? "")
  const start = new Date(asked > first ? asked : first).toISOString()
  return `/v1/signals.csv${searchOf({ ...query, since: start, until: end })}`
}
