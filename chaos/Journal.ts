/**
 * What a worker did, written down at once so that it outlives a SIGKILL: one JSON line an entry, one file a life.
 *
 * `at` is the machine's clock in epoch milliseconds, the one that the database goes by, not the worker's own wrong one.
 */
import * as Schema from "effect/Schema"
import { appendFileSync, readFileSync } from "node:fs"
import { Point } from "./Orders.ts"

const slot = { schedule: Schema.String, slotAt: Schema.Int, fence: Schema.Int }

export const Entry = Schema.Union([
  Schema.Struct({ at: Schema.Int, what: Schema.Literal("started"), owner: Schema.String }),
  Schema.Struct({ at: Schema.Int, what: Schema.Literal("claimed"), ...slot }),
  /** The database has accepted the end of the slot. */
  Schema.Struct({ at: Schema.Int, what: Schema.Literal("finished"), ...slot }),
  /** The fence has refused it. */
  Schema.Struct({ at: Schema.Int, what: Schema.Literal("refused"), ...slot }),
  Schema.Struct({
    at: Schema.Int,
    what: Schema.Literal("obeyed"),
    act: Schema.Literals(["die", "freeze", "jump"]),
    point: Point
  }),
  /** A statement or a cycle of the length `ms`, of those that were long. */
  Schema.Struct({
    at: Schema.Int,
    what: Schema.Literals(["statement", "cycle"]),
    name: Schema.String,
    ms: Schema.Finite
  })
])
export type Entry = typeof Entry.Type

const Line = Schema.fromJsonString(Entry)
const encodeLine = Schema.encodeSync(Line)
const decodeLine = Schema.decodeSync(Line)

export const append = (path: string, entry: Entry): void => appendFileSync(path, `${encodeLine(entry)}\n`)

/** Nothing when the worker has not written yet. A last line that is cut off is left out. */
export const read = (path: string): ReadonlyArray<Entry> => {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch {
    return []
  }
  return text.split("\n").slice(0, -1).map((line) => decodeLine(line))
}
