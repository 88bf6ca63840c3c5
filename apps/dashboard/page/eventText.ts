/** Server-sent events out of the text of a stream, however it was cut on its way. */
export interface StreamEvent {
  /** Null of a comment, and of a place without anything that happened there. */
  readonly name: string | null
  readonly data: string
  /** Where to go on from after it. */
  readonly id: string | null
}

const valuesOf = (block: string, field: string): ReadonlyArray<string> =>
  block.split(/\r?\n/).flatMap((line) =>
    line.startsWith(`${field}:`) ? [line.slice(field.length + 1).replace(/^ /, "")] : []
  )

const eventOf = (block: string): StreamEvent => ({
  name: valuesOf(block, "event").at(-1) ?? null,
  data: valuesOf(block, "data").join("\n"),
  id: valuesOf(block, "id").at(-1) ?? null
})

/** Takes what came, gives the events that are whole by it. */
export const eventReader = (): (text: string) => ReadonlyArray<StreamEvent> => {
  let rest = ""
  return (text) => {
    const blocks = (rest + text).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ""
    return blocks.map(eventOf)
  }
}
