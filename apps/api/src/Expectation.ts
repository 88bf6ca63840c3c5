/** What a schema complained of, as people are told it: where, and what was expected there; nothing of what was sent. */
import type { NotUnderstood } from "./ApiError.ts"

interface Complaint {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

const inWords: Readonly<Record<string, string>> = {
  "Missing key": "a value, found none",
  "Expected no excess property": "no such name"
}

/** `part` is what they are of: the path, the query or the body. */
export const mistakesOf = (part: string, complaints: ReadonlyArray<Complaint>): NotUnderstood["mistakes"] => {
  const mistakes = complaints.map(({ message, path = [] }) => {
    const names = path.map((one) => String(typeof one === "object" ? one.key : one))
    // What is in a cursor is nobody's business.
    return part === "query" && names[0] === "cursor"
      ? { where: "query.cursor", expected: "the `next` of the page before" }
      : { where: [part, ...names].join("."), expected: inWords[message] ?? message.replace(/^Expected /, "") }
  })
  const same = (one: (typeof mistakes)[number]) => (other: (typeof mistakes)[number]) =>
    one.where === other.where && one.expected === other.expected
  return mistakes.filter((one, index) => mistakes.findIndex(same(one)) === index)
}
