/**
 * Signals a page at a time, newest first.
 *
 * A page begins after the last row of the one before it, so rows that are stored meanwhile shift nothing.
 */
import type { Place } from "@dgas/domain/Place"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { withIsoInstants } from "./Instant.ts"
import { RowTexts } from "./RowTexts.ts"
import { SignalItem, signalItemColumns } from "./SignalItem.ts"
import { isBounded, nextOf, pageStatement, type SignalPage } from "./SignalPageQuery.ts"
import { type Row, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class SignalPages extends Context.Service<SignalPages, {
  /** `next` is where the page after it begins; null at the end. */
  readonly page: (
    wanted: SignalPage
  ) => Effect.Effect<{ readonly items: ReadonlyArray<SignalItem>; readonly next: Place | null }, SqlFailure>
  /**
   * The same, the items as JSON text of an array, instants in ISO 8601. For whoever only passes it on: rows are written as the
   * driver has them, since to check and to encode each takes longer than to read it, and those that did not change since are
   * not read again.
   */
  readonly pageText: (
    wanted: SignalPage
  ) => Effect.Effect<{ readonly items: string; readonly next: Place | null }, SqlFailure>
  readonly ofRun: (runId: string) => Effect.Effect<ReadonlyArray<SignalItem>, SqlFailure>
  /** Those of `ids` that there are, in no order. */
  readonly some: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<SignalItem>, SqlFailure>
}>()("@dgas/db/SignalPages") {
  static readonly layer = Layer.effect(
    SignalPages,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const texts = new RowTexts(mostTexts, (row) => JSON.stringify(wireOf(row)))

      /** The rows of a page as the driver has them, at most one more than it has, or with the place of the next. */
      const found = Effect.fnUntraced(function*(wanted: SignalPage, columns: string) {
        const { limit } = wanted
        const more = { ...wanted, limit: limit + 1 }
        if (!isBounded(wanted)) {
          const rows = yield* run("page of signals", (sql) => pageStatement(sql, more, columns))
          const shown = rows.slice(0, limit)
          const [last] = rows.length > limit ? yield* decodePlaces(shown.slice(-1)) : []
          return { rows: shown, next: last === undefined ? null : { at: last.signalTimestamp, id: last.id } }
        }
        const rows = yield* run("page of some signals", (sql) =>
          sql`
            with page as (${pageStatement(sql, more, columns)})
            select page.*, ${nextOf(sql, wanted)} as next from (select) as always left join page on true
            order by page."signalTimestamp" desc, page.id desc limit ${limit}`)
        const [end] = yield* decodeEnds(rows)
        return { rows: rows.filter(({ id }) => id !== null), next: end?.next ?? null }
      })

      const page = Effect.fn("SignalPages.page")(function*(wanted: SignalPage) {
        const { next, rows } = yield* found(wanted, signalItemColumns)
        return { items: yield* decodeItems(rows), next }
      })

      const pageText = Effect.fn("SignalPages.pageText")(function*(wanted: SignalPage) {
        const page = yield* found(wanted, keyColumns)
        const known = texts.known(page.rows)
        if (known !== null) return { items: `[${known.join(",")}]`, next: page.next }
        const whole = yield* found(wanted, `${signalItemColumns}, version`)
        return { items: `[${texts.made(whole.rows).join(",")}]`, next: whole.next }
      })

      const ofRun = Effect.fn("SignalPages.ofRun")(function*(runId: string) {
        return yield* run("signals of run", (sql) =>
          sql`
            select ${sql.unsafe(signalItemColumns)} from generated_signals where run_id = ${runId}
            order by confidence desc, id`).pipe(Effect.flatMap(decodeItems))
      })

      const some = Effect.fn("SignalPages.some")(function*(ids: ReadonlyArray<string>) {
        return yield* run("some signals", (sql) =>
          sql`
            select ${sql.unsafe(signalItemColumns)} from generated_signals
            where id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`).pipe(
            Effect.flatMap(decodeItems)
          )
      })

      return SignalPages.of({ page, pageText, ofRun, some })
    })
  )
}

const keyColumns = `id, signal_timestamp as "signalTimestamp", version`

/** Of about a kilobyte and a half each. */
const mostTexts = 4000

/** What only tells versions and pages apart is not of the signal. */
const wireOf = ({ next: _next, version: _version, ...row }: Row): Row => withIsoInstants(row)

const decodeItems = rowsOf(SignalItem)
const End = Schema.Struct({ next: Schema.NullOr(Schema.Struct({ at: Schema.Int, id: Schema.String })) })
const decodeEnds = rowsOf(End)
const decodePlaces = rowsOf(Schema.Struct({ signalTimestamp: Schema.Int, id: Schema.String }))
