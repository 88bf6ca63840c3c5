/**
 * Rows under named columns. Numbers stand at the right; a column that can be sorted by has a button for a title.
 *
 * A wide table scrolls in its place; on a phone each row is a card. Roles are written out since a browser forgets them
 * where a row is laid out as something else.
 */
import { type Signal, signal, useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useEffect, useMemo, useRef } from "preact/hooks"
import { countText, plural } from "../texts.ts"

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  readonly numeric?: boolean
  /** Takes what is left of the line, and shows no more than fits there. */
  readonly fill?: boolean
  /** Takes the whole width of a card. */
  readonly wide?: boolean
  readonly sort?: (row: Row) => number | string | null
}

interface Order {
  readonly title: string
  readonly falling: boolean
}

/** How each table is sorted, by its label: other filters, and another view in between, leave it so. */
const orders = new Map<string, Signal<Order | null>>()

const orderOf = (label: string): Signal<Order | null> => {
  const order = orders.get(label) ?? signal<Order | null>(null)
  orders.set(label, order)
  return order
}

const ordered = <Row extends object>(
  rows: ReadonlyArray<Row>,
  columns: ReadonlyArray<Column<Row>>,
  order: Order | null
) => {
  const sort = order === null ? undefined : columns.find(({ title }) => title === order.title)?.sort
  if (order === null || sort === undefined) return rows
  const way = order.falling ? -1 : 1
  // What has no value is last in both orders.
  return rows.toSorted((one, two) => {
    const [a, b] = [sort(one), sort(two)]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    return a < b ? -way : a > b ? way : 0
  })
}

const classOf = (is: { readonly [Name in "fill" | "numeric" | "wide"]: boolean | undefined }): string | undefined =>
  Object.entries(is).flatMap(([name, yes]) => yes === true ? [name] : []).join(" ") || undefined

export const Table = <Row extends object>({ cards = true, columns, empty, keyOf, label, most, rows }: {
  /** What the table is of, for those who do not see it. */
  readonly label: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  readonly keyOf: (row: Row) => string
  /** Said where there are no rows. */
  readonly empty: string
  readonly cards?: boolean
  /** Rows that are shown until all are asked for: thousands would keep a browser busy for seconds. */
  readonly most?: number
}) => {
  const order = useMemo(() => orderOf(label), [label])
  const known = useRef<ReadonlySet<string> | null>(null)
  const keys = rows.map(keyOf)
  // Those above what was there before; what "more" brings is below it.
  const old = known.current
  const came = old === null ? [] : keys.slice(0, Math.max(0, keys.findIndex((key) => old.has(key))))
  const fresh = new Set(came.length < keys.length ? came : [])
  useEffect(() => {
    known.current = new Set(keys)
  })
  const isWhole = useSignal(false)
  if (rows.length === 0) return <p class="empty">{empty}</p>
  const all = ordered(rows, columns, order.value)
  const shown = isWhole.value || most === undefined ? all : all.slice(0, most)
  return (
    <>
      <div class="scroll" role="region" aria-label={label} tabIndex={0}>
        <table role="table" class={cards ? "cards" : undefined}>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column) => <Title key={column.title} column={column} order={order} />)}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {shown.map((row) => (
              <tr role="row" key={keyOf(row)} class={fresh.has(keyOf(row)) ? "came" : undefined}>
                {columns.map(({ cell, fill, numeric, title, wide }) => (
                  <td
                    role="cell"
                    key={title}
                    data-title={title}
                    class={classOf({ fill, numeric, wide })}
                  >
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < all.length && (
        <p class="more">
          <span class="soft">{countText(shown.length)} of {plural(all.length, "row")}</span>
          <button type="button" onClick={() => (isWhole.value = true)}>Show all</button>
        </p>
      )}
    </>
  )
}

const Title = <Row extends object>({ column: { numeric, sort, title }, order }: {
  readonly column: Column<Row>
  readonly order: { value: Order | null }
}) => {
  const current = order.value?.title === title ? order.value : null
  const kind = numeric === true ? "numeric" : undefined
  if (sort === undefined) return <th role="columnheader" scope="col" class={kind}>{title}</th>
  const next = current === null ? { title, falling: numeric === true } : { title, falling: !current.falling }
  return (
    <th
      role="columnheader"
      scope="col"
      class={kind}
      aria-sort={current === null ? "none" : current.falling ? "descending" : "ascending"}
    >
      <button type="button" class="sort" onClick={() => (order.value = next)}>
        {title}
        <span aria-hidden="true">{current === null ? " ↕" : current.falling ? " ↓" : " ↑"}</span>
      </button>
    </th>
  )
}
