/** The columns of `generated_signals` that hold what became of a signal, as statements of several stores name them. */
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import { instantText } from "./Instant.ts"

const columns: ReadonlyArray<readonly [field: keyof OutcomeUpdate, column: string, type: string]> = [
  ["outcome", "outcome", "signal_outcome"],
  ["exitReason", "exit_reason", "exit_reason"],
  ["filled", "filled", "boolean"],
  ["ambiguous", "ambiguous", "boolean"],
  ["fillPrice", "fill_price", "float8"],
  ["exitPrice", "exit_price", "float8"],
  ["actualHigh", "actual_high", "float8"],
  ["actualLow", "actual_low", "float8"],
  ["actualClose", "actual_close", "float8"],
  ["pnlPct", "pnl_pct", "float8"],
  ["r", "r", "float8"],
  ["rIfLoss", "r_if_loss", "float8"],
  ["rIfWin", "r_if_win", "float8"],
  ["mfe", "mfe", "float8"],
  ["mae", "mae", "float8"],
  ["barsHeld", "bars_held", "int"],
  ["barsMissing", "bars_missing", "int"],
  ["costPct", "cost_pct", "float8"],
  ["decidedAt", "decided_at", "timestamptz"],
  ["evaluatedAt", "evaluated_at", "timestamptz"]
]

/** Select list whose names are those of the `OutcomeUpdate` schema, without the signal's id. */
export const outcomeColumns = columns.map(([field, column]) => `${column} as "${field}"`).join(", ")

/** The outcome of a row of `signal` as the `OutcomeUpdate` schema has it. */
export const outcomeObject = `jsonb_build_object('signalId', signal.id, ${
  columns.map(([field, column, type]) =>
    `'${field}', ${type === "timestamptz" ? `(extract(epoch from signal.${column}) * 1000)::int8` : `signal.${column}`}`
  ).join(", ")
})`

/** What an update sets, from rows of `given`. */
export const outcomeSets = columns.map(([, column]) => `${column} = given.${column}`).join(", ")

/** What an update sets where nothing is known any more. */
export const outcomeNulls = columns.map(([, column]) => `${column} = null`).join(", ")

/** For `jsonb_to_recordset`. `read_over` is when the outcome that it is written over was read. */
export const outcomeRecordTypes = [
  "id text",
  "read_over timestamptz",
  ...columns.map(([, column, type]) => `${column} ${type}`)
].join(", ")

/** An outcome of which not everything is known. */
export type PartOfOutcome =
  & { readonly [Field in keyof OutcomeUpdate]: OutcomeUpdate[Field] | null }
  & Pick<OutcomeUpdate, "signalId" | "evaluatedAt">

/** The record of an outcome. */
export const outcomeRecord = (update: PartOfOutcome, readOver: number | null) => ({
  id: update.signalId,
  read_over: textOf(readOver),
  ...Object.fromEntries(columns.map(([field, column]) => [column, update[field]])),
  decided_at: textOf(update.decidedAt),
  evaluated_at: instantText(update.evaluatedAt)
})

const textOf = (instant: number | null) => instant === null ? null : instantText(instant)
