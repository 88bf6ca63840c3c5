/** Rows that the tables would refuse are found before the statement and left out, so that they do not lose the others. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isStorable } from "./StorableJson.ts"

/** A row that was not stored, and why. */
export interface Rejected {
  readonly id: string
  readonly reason: string
}

/** Parts `rows` into those fit to be stored and those that `refusalOf` has a reason against. */
export const parted = <Row extends { readonly id: string }>(
  rows: ReadonlyArray<Row>,
  refusalOf: (row: Row) => string | null
) => {
  const fit: Array<Row> = []
  const rejected: Array<Rejected> = []
  for (const row of rows) {
    const reason = refusalOf(row)
    if (reason === null) fit.push(row)
    else rejected.push({ id: String(row.id), reason })
  }
  return { fit, rejected }
}

/** Says in one line what of a row is not as `schema` has it; null when all is. */
export const schemaRefusal = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (row: unknown): string | null => {
    const decoded = decode(row)
    return Result.isFailure(decoded) ? decoded.failure.message.replaceAll(/\s*\n\s*/g, " ") : null
  }
}

const lastMs = Date.UTC(9999, 11, 31)

/** Of `at`, epoch ms. */
export const instantRefusal = (at: number): string | null =>
  at < 0 || at > lastMs ? `expected an instant from 1970 to 9999, found ${at}` : null

/** Of any text in `row`. */
export const textRefusal = (row: unknown): string | null =>
  isStorable(row) ? null : "expected text without NUL characters and half surrogate pairs"
