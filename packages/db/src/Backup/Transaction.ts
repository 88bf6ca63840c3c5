/**
 * One transaction on a connection of its own, for the two things that are more than one statement: a backup, which reads
 * one snapshot, and a restore, which happens whole or not at all.
 *
 * The driver makes a lost connection anew without a word, so nothing rests on its staying. Outside of its one transaction
 * the connection may not write; whether a transaction that writes was committed is asked of the server by its number;
 * and one that reads is told by its last statement whether the snapshot is still the first one. A statement that is not
 * answered in time fails, and the connection is thrown away.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import postgres from "postgres"
import { type Row, rowsOf, type SqlFailure, SqlTimeout, StoreUnavailable, targetOf } from "../Sql.ts"
import { failureOf } from "../SqlFailure.ts"

/** Values are sent as text and typed by the statement: `$1::int`. */
export interface Transaction {
  readonly run: (
    name: string,
    statement: string,
    values?: ReadonlyArray<string | number>
  ) => Effect.Effect<ReadonlyArray<Row>, SqlFailure>
  /** Gives the rows of a query page by page, and waits for `each` before it asks for more. */
  readonly pages: <E, R>(
    name: string,
    query: string,
    rowsAtOnce: number,
    each: (rows: ReadonlyArray<Row>) => Effect.Effect<void, E, R>
  ) => Effect.Effect<void, SqlFailure | E, R>
}

/** A page takes less than a second; only to count a table of hundreds of millions of rows takes minutes. */
const answerWithinMs = 600_000
/** A lock that is not granted by then is held by a worker. */
const lockWithinMs = 10_000
// Also where the role brings its own. The server gives up a transaction whose process stands still.
const limits = `set local statement_timeout = 0; set local lock_timeout = ${lockWithinMs};
  set local idle_in_transaction_session_timeout = 600000`

/** Runs `body` in a transaction that sees one snapshot and writes nothing. */
export const snapshot = Effect.fnUntraced(function*<A, E, R>(
  url: Redacted.Redacted<string>,
  body: (transaction: Transaction) => Effect.Effect<A, E, R>
) {
  const target = yield* targetOf(url)
  const own = yield* connect(url, target)
  yield* own.run("begin", `begin isolation level repeatable read read only; ${limits}`)
  const first = yield* own.run("snapshot", snapshotQuery).pipe(Effect.flatMap(decodeText))
  const result = yield* body(own)
  const last = yield* own.run("snapshot", snapshotQuery).pipe(Effect.flatMap(decodeText))
  if (first[0]?.text !== last[0]?.text) {
    return yield* new StoreUnavailable({ target, reason: "the connection was lost in the middle of its snapshot" })
  }
  return result
}, Effect.scoped)

/** Runs `body` in a transaction and commits what it wrote; nothing of it when it fails. */
export const atomically = Effect.fnUntraced(function*<A, E, R>(
  url: Redacted.Redacted<string>,
  body: (transaction: Transaction) => Effect.Effect<A, E, R>
) {
  const target = yield* targetOf(url)
  const own = yield* connect(url, target)
  yield* own.run("begin", `begin read write; ${limits}`)
  const [begun] = yield* own.run("number", "select pg_current_xact_id()::text as text").pipe(Effect.flatMap(decodeText))
  const result = yield* body(own)
  // The answer may be lost though the work is done, and a commit on a new connection commits nothing and says nothing.
  yield* Effect.exit(own.run("commit", "commit"))
  const [ended] = yield* own.run("committed", "select pg_xact_status($1::xid8) as text", [begun!.text]).pipe(
    Effect.flatMap(decodeText)
  )
  if (ended?.text !== "committed") {
    return yield* new StoreUnavailable({ target, reason: "the connection was lost before everything was written" })
  }
  return result
}, Effect.scoped)

// The transaction's start tells snapshots apart that hold the same rows.
const snapshotQuery = "select pg_current_snapshot()::text || ' ' || now() as text"

const decodeText = rowsOf(Schema.Struct({ text: Schema.String }))

const connect = Effect.fnUntraced(function*(url: Redacted.Redacted<string>, target: string) {
  const client = yield* Effect.acquireRelease(
    Effect.sync(() => open(url)),
    (client) => Effect.promise(() => client.end({ timeout: 0 }).catch(() => undefined))
  )

  const answered = <A>(name: string, ask: () => PromiseLike<A>): Effect.Effect<A, SqlFailure> =>
    Effect.callback<A, SqlFailure>((resume) => {
      const deadline = setTimeout(() => {
        void client.end({ timeout: 0 }).catch(() => undefined)
        const detail = "the connection was given up"
        resume(Effect.fail(new SqlTimeout({ statement: name, timeoutMs: answerWithinMs, detail })))
      }, answerWithinMs)
      Promise.resolve().then(ask).then(
        (answer) => resume(Effect.succeed(answer)),
        (error: unknown) => {
          const failure = failureOf(error, { statement: name, target, timeoutMs: lockWithinMs })
          resume(failure === null ? Effect.die(error) : Effect.fail(failure))
        }
      ).finally(() => clearTimeout(deadline))
      return Effect.sync(() => clearTimeout(deadline))
    })

  const run: Transaction["run"] = (name, statement, values = []) =>
    answered(name, () => client.unsafe<Array<Row>>(statement, [...values]))

  const pages: Transaction["pages"] = Effect.fnUntraced(function*(name, query, rowsAtOnce, each) {
    const cursor = client.unsafe<Array<Row>>(query).cursor(rowsAtOnce)[Symbol.asyncIterator]()
    while (true) {
      const { done, value } = yield* answered(name, () => cursor.next())
      if (done === true) return
      yield* each(value)
    }
  })
  return { run, pages } satisfies Transaction
})

const open = (url: Redacted.Redacted<string>) =>
  postgres(Redacted.value(url), {
    max: 1,
    connect_timeout: 10,
    // A connection that is renewed for its age would end the transaction.
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: `dgas/transaction/${hostname()}/${process.pid}`.slice(0, 63),
      TimeZone: "UTC",
      DateStyle: "ISO",
      // The shortest text that reads back as the same number.
      extra_float_digits: 1,
      bytea_output: "hex",
      default_transaction_read_only: true
    }
  })
