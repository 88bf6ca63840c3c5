/** What a worker said: the lines of its log, of which some are messages that were delivered. */
import * as Schema from "effect/Schema"

export const Line = Schema.Struct({
  level: Schema.String,
  message: Schema.String,
  /** Of a message: its id and its text as it was rendered. */
  message_id: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String),
  error: Schema.optionalKey(Schema.String)
})
export type Line = typeof Line.Type

const decode = Schema.decodeSync(Schema.fromJsonString(Line))

/** A line that is none is one of level `none`. What the process had not written to its end is left out. */
export const linesOf = (out: string): ReadonlyArray<Line> =>
  out.split("\n").slice(0, -1).map((text) => {
    try {
      return decode(text)
    } catch {
      return { level: "none", message: text }
    }
  })
