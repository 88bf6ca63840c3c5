/**
 * How a page of signals is found: newest first, by the close of their bar, and of one bar by id.
 *
 * Indexes find signals by symbol, schedule or outcome; for the other filters a page looks at so many rows at most, so it may
 * have fewer than were asked for, or none, and one that goes on behind them.
 */
import type { Origin } from "@dgas/domain/Origin"
import type { Outcome } from "@dgas/domain/Outcome"
import type { Place } from "@dgas/domain/Place"
import type { SignalType, Tier } from "@dgas/domain/Signal"
import { newest } from "./Newest.ts"
import { versionColumn } from "./RowTexts.ts"
import { signalItemColumns } from "./SignalItem.ts"
import type { Client } from "./Sql.ts"

/** What is left out does not filter. `since` and, not included, `until` in epoch milliseconds. */
export interface SignalPage {
  readonly symbol?: string
  readonly schedule?: string
  readonly type?: SignalType
  readonly tier?: Tier
  /** PENDING: also entries that nobody has looked at yet. */
  readonly outcome?: Outcome
  readonly minConfidence?: number
  readonly since?: number
  readonly until?: number
  readonly origin: Origin | "ALL"
  readonly after?: Place
  readonly limit: number
}

/** Rows that a page looks at where no index knows all of its filters. */
export const mostLooked = 2000

const newestFirst = "signal_timestamp desc, id desc"

/** An index has outcomes, but none has those of a symbol or schedule, or entries that nobody has looked at yet. */
const isOutcomeFound = ({ outcome, schedule, symbol }: SignalPage): boolean =>
  symbol === undefined && schedule === undefined && outcome !== "PENDING"

/** Whether a page has filters that no index knows. */
export const isBounded = (wanted: SignalPage): boolean =>
  [wanted.type, wanted.tier, wanted.minConfidence, isOutcomeFound(wanted) ? undefined : wanted.outcome]
    .some((one) => one !== undefined)

/** By filters that indexes find, and those that are asked of each row. */
const partsOf = (sql: Client, wanted: SignalPage) => {
  const { after, minConfidence, origin, outcome, schedule, since, symbol, tier, type, until } = wanted
  const ofOutcome = outcome === undefined
    ? sql``
    : outcome === "PENDING"
    ? sql`and (outcome = 'PENDING' or outcome is null and signal_type in ('LONG', 'SHORT'))`
    : sql`and outcome = ${outcome}::signal_outcome`
  const where = sql`
    ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${isOutcomeFound(wanted) ? ofOutcome : sql``}
    ${since === undefined ? sql`` : sql`and signal_timestamp >= ${since}::timestamptz`}
    ${until === undefined ? sql`` : sql`and signal_timestamp < ${until}::timestamptz`}
    ${after === undefined ? sql`` : sql`and (signal_timestamp, id) < (${after.at}::timestamptz, ${after.id})`}`
  return {
    looked: (limit: number) =>
      newest(sql, {
        table: "generated_signals",
        columns: `*, ${versionColumn}`,
        origin,
        where,
        order: newestFirst,
        limit
      }),
    asked: sql`
      ${type === undefined ? sql`` : sql`and signal_type = ${type}::signal_type`}
      ${tier === undefined ? sql`` : sql`and tier = ${tier}::signal_tier`}
      ${isOutcomeFound(wanted) ? sql`` : ofOutcome}
      ${minConfidence === undefined ? sql`` : sql`and confidence >= ${minConfidence}::float8`}`
  }
}

/** The statement of a page, which a benchmark runs as well. `columns` may name the `version` of a row. */
export const pageStatement = (sql: Client, wanted: SignalPage, columns = signalItemColumns) => {
  const { limit } = wanted
  const { asked, looked } = partsOf(sql, wanted)
  return sql`
    select ${sql.unsafe(columns)} from (${looked(isBounded(wanted) ? mostLooked : limit)}) as looked
    where true ${asked} order by ${sql.unsafe(newestFirst)} limit ${limit}`
}

/** Where the page after `page` begins, which has one row more than `wanted` says if there is one. */
export const nextOf = (sql: Client, wanted: SignalPage) => {
  const { limit } = wanted
  return sql`
    case when (select count(*) from page) > ${limit} then (
      select ${place(sql, "\"signalTimestamp\"")} from page
      order by "signalTimestamp" desc, id desc offset ${limit - 1} limit 1
    ) else (
      select ${place(sql, "signal_timestamp")} from (${partsOf(sql, wanted).looked(mostLooked)}) as looked
      order by ${sql.unsafe(newestFirst)} offset ${mostLooked - 1} limit 1
    ) end`
}

const place = (sql: Client, at: string) =>
  sql.unsafe(`jsonb_build_object('at', (extract(epoch from ${at}) * 1000)::int8, 'id', id)`)
