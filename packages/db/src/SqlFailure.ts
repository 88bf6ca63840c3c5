/**
 * What can become of a statement, sorted by what the caller can do about it.
 *
 * `SqlTimeout`: try again, a write may have happened. `StoreUnavailable`: try again later. `StoreRefused`: do not
 * try again, the row is wrong. Anything else is a mistake in our own SQL and dies.
 */
import * as Schema from "effect/Schema"

/** No answer in time. Writes carry deterministic keys, so a retry of what was in truth committed changes nothing. */
export class SqlTimeout extends Schema.TaggedError<SqlTimeout>()("SqlTimeout", {
  statement: Schema.String,
  timeoutMs: Schema.Finite,
  detail: Schema.String
}) {
  override get message() {
    return `statement ${this.statement} was not answered in ${this.timeoutMs} ms (${this.detail}), try again`
  }
}

/**
 * The database cannot be used. `target` is host:port/database, without user and password. `disk` tells of its disk when
 * that is full.
 */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  target: Schema.String,
  reason: Schema.String,
  disk: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const what = `database ${this.target} is not available: ${this.reason}`
    return this.disk === undefined
      ? `${what}; check that it runs and that DATABASE_URL names it`
      : `${what}; ${this.disk}, free some space`
  }
}

/** A row that the tables do not take. `constraint` is empty where the value itself could not be read. */
export class StoreRefused extends Schema.TaggedError<StoreRefused>()("StoreRefused", {
  statement: Schema.String,
  constraint: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    const rule = this.constraint === "" ? "its type" : `constraint ${this.constraint}`
    return `statement ${this.statement} was refused by ${rule}: ${this.detail}`
  }
}

export type SqlFailure = SqlTimeout | StoreUnavailable | StoreRefused

/** As threads tell each other. */
export const SqlFailureJson = Schema.toCodecJson(Schema.Union([SqlTimeout, StoreUnavailable, StoreRefused]))

/** What the driver throws: an SQLSTATE or a code of the socket, and the parts that a server adds. */
interface DriverError {
  readonly code: string
  readonly message: string
  readonly constraint_name?: string
}

const isDriverError = (error: unknown): error is DriverError =>
  error instanceof Error && "code" in error && typeof error.code === "string"

const diskFull = "53100"
/** Statement cancelled by statement_timeout; lock not granted within lock_timeout. */
const timeouts = new Set(["57014", "55P03"])
/** Connection, authorization, unknown database, rollback by conflict, resources, operator, system, read-only. */
const unavailable = /^(08|28|3D|40|53|57|58|25006|25P03)/
/** Value that does not fit its type; constraint that it breaks. */
const refused = /^2[23]/
/** Codes of sockets, of name look-up and of the driver's own connection. */
const connection =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT|EACCES|EADDR|ERR_|CONNECT|SASL|DEPTH_|SELF_SIGNED|CERT_)/

/** The failure that `error` stands for, or null when it is a mistake of ours. */
export const failureOf = (
  error: unknown,
  { statement, target, timeoutMs }: { readonly statement: string; readonly target: string; readonly timeoutMs: number }
): SqlFailure | null => {
  if (!isDriverError(error)) return null
  const { code } = error
  // Only the first line: some errors of the driver append where they were thrown.
  const detail = error.message.split("\n", 1)[0] ?? code
  if (timeouts.has(code)) return new SqlTimeout({ statement, timeoutMs, detail })
  if (code === diskFull) return new StoreUnavailable({ target, reason: detail, disk: "its disk is full" })
  if (unavailable.test(code) || connection.test(code)) return new StoreUnavailable({ target, reason: detail || code })
  return refused.test(code) ? new StoreRefused({ statement, constraint: error.constraint_name ?? "", detail }) : null
}
