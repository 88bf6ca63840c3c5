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
const isInstant = (column: string): boolean => /(At|Timestamp)$/.test(column)

/** A row as JSON has it: instants, whether the driver read them or the server wrote them as JSON, in ISO 8601. */
export const withIsoInstants = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const wire: Record<string, unknown> = { ...row }
  for (const column of Object.keys(row).filter(isInstant)) {
    const at = row[column]
    const instant = typeof at === "string" ? instantOf(at) : at
    if (typeof instant === "number") wire[column] = new Date(instant).toISOString()
  }
  return wire
}
