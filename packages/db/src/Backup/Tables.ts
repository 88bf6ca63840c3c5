/**
 * The tables of a database and the order in which they can be filled.
 *
 * They are read from the catalogue, so a table that a migration adds is part of the next backup without a word here. What
 * was applied of `migrations` is told by the head of a backup instead of being one of its tables. Tables that are written by
 * triggers on others are not kept: unlogged ones, and `outcome_versions`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rowsOf } from "../Sql.ts"
import type { Transaction } from "./Transaction.ts"

export const Table = Schema.Struct({
  name: Schema.String,
  /** The name as SQL takes it. */
  quoted: Schema.String,
  /** Names of other tables that must be filled before. */
  needs: Schema.Array(Schema.String),
  /** Columns, as SQL takes them, that name another row of this very table. */
  ownReferences: Schema.Array(Schema.String),
  /** Columns that a sequence numbers. */
  identities: Schema.Array(Schema.Struct({ name: Schema.String, quoted: Schema.String }))
})
export type Table = typeof Table.Type

const query = `
  select relname as name, quote_ident(relname) as quoted,
    (select coalesce(jsonb_agg(distinct other.relname), '[]') from pg_constraint as key
      join pg_class as other on other.oid = key.confrelid
      where key.conrelid = one.oid and key.contype = 'f' and other.oid <> one.oid) as needs,
    (select coalesce(jsonb_agg(quote_ident(attname)), '[]') from pg_constraint as key
      join pg_attribute as part on part.attrelid = one.oid and part.attnum = any(key.conkey)
      where key.conrelid = one.oid and key.contype = 'f' and key.confrelid = one.oid) as "ownReferences",
    (select coalesce(jsonb_agg(jsonb_build_object('name', attname, 'quoted', quote_ident(attname))), '[]')
      from pg_attribute where attrelid = one.oid and attnum > 0 and not attisdropped and attidentity <> '') as identities
  from pg_class as one
  where relnamespace = current_schema()::regnamespace and relkind = 'r' and relpersistence = 'p'
    and relname not in ('migrations', 'outcome_versions')
  order by relname`

/** Every table but `migrations`, each after those that it refers to. */
export const readTables = (transaction: Transaction) =>
  transaction.run("tables", query).pipe(Effect.flatMap(decodeTables), Effect.map(inOrder))

/** Rows that the migrations themselves put into an empty database. */
export const filledByMigrations: ReadonlySet<string> = new Set(["scheduler_state"])

const decodeTables = rowsOf(Table)

/** Tables that wait for each other in a circle, of which there are none, would come last. */
const inOrder = (tables: ReadonlyArray<Table>): ReadonlyArray<Table> => {
  const names = new Set(tables.map(({ name }) => name))
  const placed = new Set<string>()
  const ordered: Array<Table> = []
  let waiting = tables
  while (waiting.length > 0) {
    const ready = waiting.filter(({ needs }) => needs.every((name) => placed.has(name) || !names.has(name)))
    for (const table of ready.length > 0 ? ready : waiting) {
      ordered.push(table)
      placed.add(table.name)
    }
    waiting = waiting.filter(({ name }) => !placed.has(name))
  }
  return ordered
}
