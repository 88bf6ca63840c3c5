import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { atomically, snapshot, type Transaction } from "../src/Backup/Transaction.ts"
import { rowsOf, Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { waitFor } from "../src/Wait.ts"

const it = effectTest(TestDatabase.layer)

const decodePid = rowsOf(Schema.Struct({ pid: Schema.Int }))

/** The driver may leave a statement without an answer when its connection is lost, and makes none anew then. */
class Stuck extends Schema.TaggedError<Stuck>()("Stuck", {}) {}

/** What is to be seen once the driver has made a new connection, however often it takes until it does. */
const renewed = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.retry(work, { while: (error) => error instanceof Stuck, times: 5 })

/** Ends the server's side of the transaction, and comes back once the driver has made a new connection. */
const lose = Effect.fnUntraced(function*(own: Transaction) {
  const { run } = yield* Sql
  const pid = own.run("pid", "select pg_backend_pid() as pid").pipe(Effect.flatMap(decodePid))
  const before = (yield* pid)[0]!.pid
  yield* run("lose", (sql) => sql`select pg_terminate_backend(${before})`)
  const other = Effect.map(
    Effect.orElseSucceed(pid, () => []),
    ([row]) => row === undefined || row.pid === before ? null : true
  )
  const isOther = yield* Effect.timeoutOption(waitFor(other, { everyMs: 5, forMs: 4000 }), 5000)
  if (!Option.contains(isOther, true)) return yield* new Stuck()
})

const insert = (own: Transaction, id: string) =>
  own.run("insert", "insert into run_options (id, options) values ($1, '{}')", [id])

const stored = Effect.flatMap(Sql, ({ run }) => run("stored", (sql) => sql`select id from run_options order by id`))

describe("a transaction", () => {
  it.live("is kept whole, or not at all when it fails", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      expect(yield* atomically(url, (own) => Effect.as(insert(own, "a"), 42))).toBe(42)
      const failed = atomically(url, (own) => Effect.andThen(insert(own, "b"), Effect.fail("no")))
      expect(yield* Effect.flip(failed)).toBe("no")
      expect(yield* stored).toEqual([{ id: "a" }])
    }))

  it.live("whose connection was lost writes nothing afterwards", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const error = yield* Effect.flip(renewed(atomically(url, (own) =>
        Effect.gen(function*() {
          yield* insert(own, "before")
          yield* lose(own)
          yield* insert(own, "after")
        }))))
      expect(error.message).toContain("read-only transaction")
      expect(yield* stored).toEqual([])
    }))

  it.live("whose connection was lost before its commit says that nothing was written", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const error = yield* Effect.flip(
        renewed(atomically(url, (own) => Effect.andThen(insert(own, "a"), lose(own))))
      )
      expect(error.message).toContain("the connection was lost before everything was written")
      expect(yield* stored).toEqual([])
    }))

  it.live("that reads tells when its snapshot is no longer the same", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const error = yield* Effect.flip(renewed(snapshot(url, lose)))
      expect(error.message).toContain("the connection was lost in the middle of its snapshot")
      const refused = yield* Effect.flip(snapshot(url, (own) => insert(own, "a")))
      expect(refused.message).toContain("read-only transaction")
    }))
})
