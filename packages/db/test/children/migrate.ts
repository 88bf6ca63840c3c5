/** Migrates the database given and prints what it applied. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { migrate } from "../../src/Migrator.ts"
import { Sql } from "../../src/Sql.ts"

const url = Redacted.make(process.argv[2]!)
const applied = await Effect.runPromise(
  Effect.flatMap(Sql, (sql) => migrate(url, sql)).pipe(Effect.provide(Sql.layer({ url, pool: "child", max: 1 })))
)
process.stdout.write(JSON.stringify(applied))
