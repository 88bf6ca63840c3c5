/**
 * The one way to Postgres.
 *
 * A unit of work is one statement, so it happens whole or not at all; there are no transactions to lose half-way.
 * Every call ends: the server stops a statement at its time-out, and when no word comes by one and a half times
 * that, the whole client is thrown away, a fresh one takes its place, and the call fails with `SqlTimeout`. A
 * statement that has begun is never cancelled: interrupting its fiber stops the wait, not the work. Lost
 * connections are made anew for ever, after 100 ms doubling to 5 s. Not promised: that what timed out did not happen.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import postgres from "postgres"
import { diskLeft, diskText, isFull } from "./DiskSpace.ts"
import { Gate } from "./Gate.ts"
import { instantOf, instantText } from "./Instant.ts"
import { failureOf, type SqlFailure, SqlTimeout, StoreUnavailable } from "./SqlFailure.ts"

export { type SqlFailure, SqlTimeout, StoreRefused, StoreUnavailable } from "./SqlFailure.ts"

/** The driver's tag function. A timestamptz is a number here, in epoch milliseconds, in both directions. */
export type Client = postgres.Sql<{ instant: number }>

export interface Row {
  readonly [column: string]: unknown
}

export interface SqlOptions {
  /** `?prepare=false` says that a transaction-mode pooler stands in between: then its role carries the time-outs. */
  readonly url: Redacted.Redacted<string>
  /** Whose pool it is: scheduler, api, report. Part of `application_name`. */
  readonly pool: string
  /** Connections at most, and statements at once. 4 unless told. */
  readonly max?: number
  /** Time-out of a statement on the server. 5000 unless told. */
  readonly statementTimeoutMs?: number
  /** Where its data lies, when that is on this machine: then a failure tells of a disk that is full. */
  readonly folder?: string
  /** Brings the server back after it could not be reached, and says where it is now. The statement fails still. */
  readonly revive?: Effect.Effect<Redacted.Redacted<string>, unknown>
}

export class Sql extends Context.Service<Sql, {
  /**
   * Runs one statement; `name` is how errors call it. Text, integers, float8 and jsonb come as they are, a
   * timestamptz as epoch milliseconds; int8 and numeric come as text and arrays in braces, so cast them.
   */
  readonly run: (
    name: string,
    statement: (sql: Client) => PromiseLike<ReadonlyArray<Row>>
  ) => Effect.Effect<ReadonlyArray<Row>, SqlFailure>
}>()("@dgas/db/Sql") {
  static readonly layer = (options: SqlOptions): Layer.Layer<Sql, StoreUnavailable> => Layer.effect(Sql, make(options))
}

const lockTimeoutMs = 2000
const idleInTransactionMs = 10_000
const closeWithinSeconds = 2

const make = Effect.fnUntraced(function*(options: SqlOptions) {
  const { folder, max = 4, statementTimeoutMs = 5000 } = options
  let url = options.url
  let target = yield* targetOf(url)
  const deadlineMs = statementTimeoutMs * 1.5
  const gate = new Gate(max)
  let client = connect({ ...options, url }, max, statementTimeoutMs)
  let reviving = false

  /** A client that does not answer is not asked to finish: its sockets are closed under it. */
  const retire = (stuck: Client) => {
    if (client !== stuck) return
    client = connect({ ...options, url }, max, statementTimeoutMs)
    void stuck.end({ timeout: 0 }).catch(() => undefined)
  }

  const { revive } = options
  const recover = revive === undefined ? Effect.void : Effect.suspend(() => {
    if (reviving) return Effect.void
    reviving = true
    return revive.pipe(
      Effect.flatMap((found) => Effect.map(targetOf(found), (named) => ({ found, named }))),
      Effect.map(({ found, named }) => {
        url = found
        target = named
        retire(client)
      }),
      // It stays away: whoever asks next is told so, and tries again.
      Effect.ignore,
      Effect.ensuring(Effect.sync(() => {
        reviving = false
      }))
    )
  })

  /** A server that has no space left goes down, and then it is only seen that it does not answer. */
  const explained = (error: StoreUnavailable) =>
    Effect.map(folder === undefined ? Effect.succeed(null) : diskLeft(folder), (left) =>
      left === null || !isFull(left)
        ? error
        : new StoreUnavailable({ target: error.target, reason: error.reason, disk: diskText(left) }))

  const run: Sql["Service"]["run"] = (name, statement) =>
    Effect.callback<ReadonlyArray<Row>, SqlFailure>((resume) => {
      const end = (result: Effect.Effect<ReadonlyArray<Row>, SqlFailure>) => {
        clearTimeout(limit)
        resume(result)
      }
      const late = (detail: string) =>
        end(Effect.fail(new SqlTimeout({ statement: name, timeoutMs: deadlineMs, detail })))
      const withdraw = gate.enter((leave) => {
        const used = client
        const deadline = setTimeout(() => {
          // Before whoever waits gets its turn: that one must have the fresh client.
          retire(used)
          leave()
          late("the connection was given up")
        }, deadlineMs)
        const done = (result: Effect.Effect<ReadonlyArray<Row>, SqlFailure>) => {
          clearTimeout(deadline)
          leave()
          end(result)
        }
        Promise.resolve().then(() => statement(used)).then(
          (rows) => done(Effect.succeed(rows)),
          (error: unknown) => {
            const failure = failureOf(error, { statement: name, target, timeoutMs: statementTimeoutMs })
            done(failure === null ? Effect.die(error) : Effect.fail(failure))
          }
        )
      })
      // Of the call, its wait for a connection included; a connection has the whole time for each statement that it is
      // given. One moment longer, so that a call that did not wait is told what became of its connection.
      const limit = setTimeout(() => {
        late(withdraw() ? `all ${max} connections were busy` : "it had waited for a connection")
      }, deadlineMs + 1)
      return Effect.sync(() => {
        clearTimeout(limit)
        withdraw()
      })
    }).pipe(
      // A server that says that its disk is full is there.
      Effect.catchTag("StoreUnavailable", (error) =>
        Effect.andThen(error.disk === undefined ? recover : Effect.void, Effect.flip(explained(error)))),
      Effect.withSpan("Sql.run", { attributes: { statement: name } })
    )

  // Without a time limit `end` may never come back.
  yield* Effect.addFinalizer(() =>
    Effect.promise(() => client.end({ timeout: closeWithinSeconds }).catch(() => undefined))
  )
  return Sql.of({ run })
})

const connect = ({ pool, url }: SqlOptions, max: number, statementTimeoutMs: number): Client => {
  const text = Redacted.value(url)
  return postgres(text, {
    max,
    connect_timeout: 5,
    idle_timeout: 60,
    fetch_types: false,
    onnotice: () => undefined,
    backoff: (retries: number) => jittered(Math.min(0.1 * 2 ** Math.max(0, retries - 1), 5)),
    types: { instant },
    connection: {
      application_name: `dgas/${pool}/${hostname()}/${process.pid}`.slice(0, 63),
      TimeZone: "UTC",
      DateStyle: "ISO",
      ...isPooled(text) ? {} : {
        statement_timeout: statementTimeoutMs,
        lock_timeout: lockTimeoutMs,
        idle_in_transaction_session_timeout: idleInTransactionMs
      }
    }
  })
}

const isPooled = (url: string) => /[?&]prepare=false\b/.test(url)

/** Between a half and the whole of `seconds`, so that workers do not come back in step. */
const jittered = (seconds: number) => seconds * (0.5 + crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 33)

const instant = {
  to: 1184,
  from: [1184],
  serialize: (value: number | string) => typeof value === "number" ? instantText(value) : value,
  parse: instantOf
}

/** host:port/database of a URL, for people. Fails when it is none. */
export const targetOf = (url: Redacted.Redacted<string>): Effect.Effect<string, StoreUnavailable> => {
  const parsed = URL.parse(Redacted.value(url))
  if (
    parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.pathname.length < 2 ||
    /%(?![0-9a-f]{2})/i.test(Redacted.value(url))
  ) {
    const reason = "its address was not of the form postgres://user:password@host:port/database, with % written %25"
    return Effect.fail(new StoreUnavailable({ target: "of DATABASE_URL", reason }))
  }
  return Effect.succeed(`${parsed.hostname}:${parsed.port || "5432"}${parsed.pathname}`)
}

/** Our own tables in a wrong shape are a bug rather than an outcome to handle, so a decoding failure dies. */
export const rowsOf = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(schema))
  return (rows: ReadonlyArray<Row>) => Effect.orDie(decode(rows))
}
