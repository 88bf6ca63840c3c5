/** The body of a request: JSON of a limited size, without what no text of the database can hold. */
import * as Effect from "effect/Effect"
import { NotUnderstood, TooLarge } from "./ApiError.ts"

/** Reads no further than `mostBytes`. */
export const jsonOf = (request: Request, mostBytes: number): Effect.Effect<unknown, NotUnderstood | TooLarge> => {
  const tooLarge = new TooLarge({ mostBytes })
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return Effect.fail(tooLarge)
  if (!/^application\/json(\s*;|$)/i.test(request.headers.get("content-type") ?? "")) return Effect.fail(notJson)
  return Effect.tryPromise({
    try: async () => {
      const bytes = await read(request, mostBytes)
      return bytes === null ? null : { json: JSON.parse(utf8.decode(bytes)) as unknown }
    },
    catch: () => notJson
  }).pipe(Effect.flatMap((parsed) => parsed === null ? Effect.fail(tooLarge) : Effect.succeed(parsed.json)))
}

const notJson = new NotUnderstood({
  detail: "the body is not as expected",
  mistakes: [{ where: "body", expected: "JSON, with content-type application/json" }]
})

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** Null when there are more. */
const read = async (request: Request, mostBytes: number): Promise<Uint8Array | null> => {
  const parts: Array<Uint8Array> = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.byteLength
    if (size > mostBytes) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Whether a text in a value, or the name of a part, has a NUL. */
export const hasNul = (value: unknown): boolean => {
  const left = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next === "string" && next.includes("\0")) return true
    if (typeof next !== "object" || next === null) continue
    for (const [name, part] of Object.entries(next)) left.push(name, part)
  }
  return false
}
