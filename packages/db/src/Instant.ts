/** Epoch milliseconds as Postgres spells a timestamptz, and back. */

/** Year 1 and year 9999: what lies outside is not an instant of a market, and is spelled as an infinity. */
const firstMs = Date.parse("0001-01-01T00:00:00Z")
const lastMs = Date.parse("9999-12-31T23:59:59.999Z")

/** ISO text in UTC. NaN becomes -infinity. */
export const instantText = (at: number): string =>
  at > lastMs ? "infinity" : at >= firstMs ? new Date(at).toISOString() : "-infinity"

/** Of text in UTC and ISO style, which `Sql` asks of the server. Microseconds are cut off. */
export const instantOf = (text: string): number =>
  text === "infinity"
    ? Infinity
    : text === "-infinity"
    ? -Infinity
    : Math.trunc(Date.parse(text.replace(" ", "T").replace(/\+00$/, "Z")))

/** Whether a column is an instant, by its name. */
export const isInstant = (column: string): boolean => /(At|Timestamp)$/.test(column)

/** A row that the server wrote as JSON, as it comes without: instants in epoch milliseconds. */
export const ofJson = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const plain: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(row)) {
    plain[column] = typeof value === "string" && isInstant(column) ? instantOf(value) : value
  }
  return plain
}
