/** How values travel: instants as ISO 8601 texts in UTC, numbers of a query as texts, and the pages of a list. */
import { parseInstant } from "@dgas/domain/InstantText"
import type { Place } from "@dgas/domain/Place"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** What is further away is a mistake. */
const earliest = Date.UTC(1900, 0, 1)
const latest = Date.UTC(2200, 0, 1)
const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: earliest, maximum: latest }))

const isInstant = (text: string): boolean => {
  const at = parseInstant(text)
  return at !== null && at >= earliest && at <= latest
}

/** Epoch milliseconds in code. */
export const Instant = Schema.String.annotate({ format: "date-time" }).check(
  Schema.isPattern(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/, {
    expected: "an ISO 8601 instant with its zone, like 2026-03-02T14:30:00Z, or a date"
  }).abort(),
  Schema.makeFilter(isInstant, {
    expected: "a day that the calendar has, a time that a day has, of the years 1900 to 2200"
  })
).pipe(
  Schema.decodeTo(
    Milliseconds,
    SchemaTransformation.transform({
      decode: (text: string) => Date.parse(text),
      encode: (instant: number) => new Date(instant).toISOString()
    })
  )
)

/** A number in a query; what it is told to be is for people. */
export const numberText = (description: string) =>
  Schema.String.annotate({ description }).pipe(
    Schema.decodeTo(Schema.Finite, SchemaTransformation.numberFromString)
  )

const wholeText = (most: number) =>
  numberText(`A whole number from 1 to ${most}`).check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: most }))

/** Rows of a page. */
export const Limit = wholeText(200)

/** Bars of a chart. */
export const SeriesLimit = wholeText(1000)

const PlaceText = Schema.fromJsonString(Schema.Tuple([Milliseconds, Schema.String]))

/** A place, opaque to whoever sends it back. */
export const Cursor = Schema.String.annotate({ description: "What the page before had as `next`" }).pipe(
  Schema.decodeTo(Schema.String, SchemaTransformation.stringFromBase64UrlString),
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

/** What a person says, which is more than spaces. */
export const words = (most: number) =>
  Schema.String.check(Schema.isPattern(/\S/, { expected: "words" }), Schema.isMaxLength(most))

/** A query with a time that ends before it begins is a mistake, and no empty list. */
export const ordered = <
  const Fields extends
    & Schema.Struct.Fields
    & Readonly<Record<"since" | "until", Schema.optionalKey<typeof Instant>>>
>(fields: Fields) =>
  Schema.Struct(fields).check(
    Schema.makeFilter(({ since, until }: { readonly since?: number; readonly until?: number }) =>
      since === undefined || until === undefined || since <= until
        ? undefined
        : { path: ["since"], issue: "an instant before until" }
    )
  )
