/** How values travel: instants as ISO 8601 texts in UTC, numbers of a query as texts, and the pages of a list. */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** Of the years 1900 to 2200: what is further away is a mistake. */
const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: -2_208_988_800_000, maximum: 7_258_118_400_000 }))

/** A parser takes February 31 for March 3. */
const isDay = (text: string): boolean => {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number)
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
}

/** Epoch milliseconds in code. */
export const Instant = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/, {
    expected: "an ISO 8601 instant with its zone, like 2026-03-02T14:30:00Z, or a date"
  }),
  Schema.makeFilter(isDay, { expected: "a day that the calendar has" })
).annotate({ format: "date-time" }).pipe(
  Schema.decodeTo(
    Milliseconds,
    SchemaTransformation.transform({
      decode: (text: string) => Date.parse(text),
      encode: (instant: number) => new Date(instant).toISOString()
    })
  )
)

/** A number in a query. */
export const NumberText = Schema.FiniteFromString

/** Rows of a page: 1 to 200. */
export const Limit = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 200 }))

/** Bars of a chart: 1 to 1,000. */
export const SeriesLimit = Schema.FiniteFromString.check(
  Schema.isInt(),
  Schema.isBetween({ minimum: 1, maximum: 1000 })
)

/** True or false in a query. */
export const Flag = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({
      decode: (text: "true" | "false") => text === "true",
      encode: (flag: boolean) => flag ? "true" as const : "false" as const
    })
  )
)

/** The row after which a page begins: its instant and its id. Opaque to whoever sends it back. */
export interface Place {
  readonly at: number
  readonly id: string
}

const PlaceText = Schema.fromJsonString(Schema.Tuple([Milliseconds, Schema.String]))

export const Cursor = Schema.StringFromBase64Url.pipe(
  Schema.decodeTo(PlaceText),
  Schema.decodeTo(
    Schema.Struct({ at: Schema.Int, id: Schema.String }),
    SchemaTransformation.transform({
      decode: ([at, id]: readonly [number, string]) => ({ at, id }),
      encode: ({ at, id }: Place): readonly [number, string] => [at, id]
    })
  )
)

/** The parts of a query that lists share. */
export const paging = { limit: Schema.optionalKey(Limit), cursor: Schema.optionalKey(Cursor) }

/** `next` asks for the rows after these as `cursor`; null at the end. */
export const pageOf = <S extends Schema.Top>(item: S) =>
  Schema.Struct({ items: Schema.Array(item), next: Schema.NullOr(Cursor) })

/** Which rows: those of the live worker unless another origin is asked for. */
export const OriginQuery = Schema.Literals(["LIVE", "REPLAY", "DEMO", "ALL"])

/** A name of the configuration or of a source. */
export const Name = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))
