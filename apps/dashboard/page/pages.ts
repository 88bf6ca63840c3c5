/**
 * A list that is read a page at a time, and stays whole while new rows come on top.
 *
 * When something changes, all rows that are shown (200 at most) are read again at once, so nothing is shown twice and
 * nothing falls between two pages.
 */
import { type Signal, signal } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import { type AnswerOf, type AskedOf, call, Failure } from "./client.ts"
import { type Kind, onChange } from "./live.ts"

type Listed = "listSignals" | "listRuns" | "listSlots" | "listDeliveries"
type QueryOf<Name extends Listed> = AskedOf<Name> extends { readonly query: infer Query } ? Query : never
type RowOf<Name extends Listed> = AnswerOf<Name>["items"][number]

export interface Pages<Row> {
  readonly rows: ReadonlyArray<Row> | null
  readonly failure: Failure | null
  readonly loading: boolean
  readonly hasMore: boolean
  readonly more: () => void
}

const pageSize = 50
const most = 200
const gatherMs = 400

const changedBy: { readonly [Name in Listed]: ReadonlyArray<Kind> } = {
  listSignals: ["signal", "outcome", "reset"],
  listRuns: ["run", "reset"],
  listSlots: ["run", "reset"],
  listDeliveries: ["delivery", "reset"]
}

interface State<Row> {
  readonly rows: ReadonlyArray<Row> | null
  readonly next: string | null
  readonly failure: Failure | null
  readonly loading: boolean
}

const empty = { rows: null, next: null, failure: null, loading: true }

/** `keyOf` tells rows apart. */
export const usePages = <Name extends Listed>(
  name: Name,
  query: QueryOf<Name>,
  keyOf: (row: RowOf<Name>) => string
): Pages<RowOf<Name>> => {
  const key = JSON.stringify(query)
  const state: Signal<State<RowOf<Name>>> = useMemo(() => signal(empty), [name, key])

  const read = async (cursor: string | null, limit: number) => {
    const before = state.peek()
    state.value = { ...before, loading: true }
    try {
      const place = { limit: String(limit), ...cursor === null ? {} : { cursor } }
      const asked: unknown = { query: Object.assign({}, query, place) }
      const { items, next }: AnswerOf<Name> = await call(name, asked as AskedOf<Name>)
      const found: ReadonlyArray<RowOf<Name>> = items
      const old = before.rows ?? []
      if (cursor !== null) {
        const known = new Set(found.map(keyOf))
        const rows = [...old.filter((row) => !known.has(keyOf(row))), ...found]
        state.value = { rows, next, failure: null, loading: false }
      } else {
        // The rest of a long list goes on where what was read again ends; where it does not, it is let go. A page of rare
        // rows may be empty, and then all that was found behind it is the rest.
        const last = found.at(-1)
        const end = last === undefined ? -1 : old.findIndex((row) => keyOf(row) === keyOf(last))
        const rest = end >= 0 ? old.slice(end + 1) : last === undefined && next !== null ? old : []
        state.value = {
          rows: [...found, ...rest],
          next: rest.length > 0 ? before.next : next,
          failure: null,
          loading: false
        }
      }
    } catch (thrown) {
      const failure = thrown instanceof Failure ? thrown : new Failure(0, String(thrown))
      state.value = { ...state.peek(), failure, loading: false }
    }
  }

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const again = (waitMs: number) => {
      timer ??= setTimeout(async () => {
        timer = null
        const shown = state.peek().rows?.length ?? 0
        await read(null, Math.min(most, Math.max(pageSize, Math.ceil(shown / pageSize) * pageSize)))
        retry()
      }, waitMs)
    }
    const retry = () => {
      const { failure } = state.peek()
      if (failure !== null && [0, 429, 503].includes(failure.status)) again(Math.max(2, failure.retryAfterS) * 1000)
    }
    again(0)
    const end = onChange(({ kind }) => {
      if (changedBy[name].includes(kind)) again(gatherMs)
    })
    return () => {
      end()
      if (timer !== null) clearTimeout(timer)
    }
  }, [state])

  const { failure, loading, next, rows } = state.value
  return { rows, failure, loading, hasMore: next !== null, more: () => void read(next, pageSize) }
}
