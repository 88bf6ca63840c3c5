/**
 * Configurations that runs were computed with, under a hash of what they hold.
 *
 * What is stored under an id is what was given first, and stays. A run that names an id needs it to be stored before.
 */
import { RunOptions } from "@dgas/domain/RunInputs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class OptionStore extends Context.Service<OptionStore, {
  /** Stores the options unless the id is known. Text that jsonb does not take is refused: it would not be the same. */
  readonly ensure: (id: string, options: RunOptions) => Effect.Effect<void, SqlFailure>
  /** Keys come in another order than they went in. Null when there is no such id. */
  readonly get: (id: string) => Effect.Effect<RunOptions | null, SqlFailure>
}>()("@dgas/db/OptionStore") {
  static readonly layer = Layer.effect(
    OptionStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const ensure = Effect.fn("OptionStore.ensure")(function*(id: string, options: RunOptions) {
        yield* run("store options", (sql) =>
          sql`
            insert into run_options (id, options) values (${id}, ${JSON.stringify(options)}::text::jsonb)
            on conflict (id) do nothing`)
      })

      const get = Effect.fn("OptionStore.get")(function*(id: string) {
        const [found] = yield* run("options", (sql) => sql`select options from run_options where id = ${id}`).pipe(
          Effect.flatMap(decodeOptions)
        )
        return found?.options ?? null
      })

      return OptionStore.of({ ensure, get })
    })
  )
}

const decodeOptions = rowsOf(Schema.Struct({ options: RunOptions }))
