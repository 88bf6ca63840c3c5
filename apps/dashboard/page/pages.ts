/**
 * A list that is read a page at a time, and stays whole while new rows come on top.
 *
 * When something changes, all rows that are shown (200 at most) are read again at once, so nothing is shown twice and
 * nothing falls between two pages. Whoever comes back to a list finds it as long as it was.
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

interface Kept {
  readonly state: Signal<State<unknown>>
  /** The reading after which the next one may begin: each goes on from what the one before it has brought. */
  reading: Promise<void>
}

/** Lists as they were left, by what they were asked for: whoever comes back finds them so. */
const lists = new Map<string, Kept>()
const mostLists = 20

const listOf = (key: string): Kept => {
  const list = lists.get(key) ?? { state: signal<State<unknown>>(empty), reading: Promise.resolve() }
  // The one that was looked at last stands last.
  lists.delete(key)
  lists.set(key, list)
  for (const old of [...lists.keys()].slice(0, -mostLists)) lists.delete(old)
  return list
}

/** `keyOf` tells rows apart. */
export const usePages = <Name extends Listed>(
  name: Name,
  query: QueryOf<Name>,
  keyOf: (row: RowOf<Name>) => string
): Pages<RowOf<Name>> => {
  const key = JSON.stringify([name, query])
  const list = useMemo(() => listOf(key), [key])
  // Of this key nothing else is kept than rows of this list.
  const state = list.state as Signal<State<RowOf<Name>>>

  const readNow = async (cursor: string | null, limit: number) => {
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

  const read = (cursor: () => string | null, limit: () => number) => {
    list.reading = list.reading.then(() => readNow(cursor(), limit()))
    return list.reading
  }

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    let over = false
    const again = (waitMs: number) => {
      if (over) return
      timer ??= setTimeout(async () => {
        timer = null
        await read(() => null, () => {
          const shown = state.peek().rows?.length ?? 0
          return Math.min(most, Math.max(pageSize, Math.ceil(shown / pageSize) * pageSize))
        })
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
      over = true
      end()
      if (timer !== null) clearTimeout(timer)
    }
  }, [state])

  const { failure, loading, next, rows } = state.value
  const more = () => void read(() => state.peek().next, () => pageSize)
  return { rows, failure, loading, hasMore: next !== null, more }
}
