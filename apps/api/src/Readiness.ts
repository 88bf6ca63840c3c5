/** Whether the API can do its work: the database answers within a second and has the schema of this version. */
import { checkSchema, type Migration, schemaState } from "@dgas/db/Migrator"
import { Sql } from "@dgas/db/Sql"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"

const answerMs = 1000

/** What is wrong, in words; neither addresses nor errors of a driver are in it. */
export const problemsOf = (migrations: ReadonlyArray<Migration>): Effect.Effect<ReadonlyArray<string>, never, Sql> =>
  Effect.flatMap(Sql, (sql) => schemaState("of this API", sql, migrations)).pipe(
    Effect.flatMap((state) => checkSchema("of this API", state)),
    Effect.as([]),
    Effect.timeout(answerMs),
    Effect.catch((error) =>
      Effect.succeed([
        Match.valueTags(error, {
          SchemaMismatch: ({ message }) => message,
          TimeoutError: () => `the database did not answer within ${answerMs} ms`,
          SqlTimeout: () => `the database did not answer within ${answerMs} ms`,
          StoreUnavailable: () => "the database cannot be reached",
          StoreRefused: () => "the database refused to tell its schema"
        })
      ])
    )
  )
