/** The body of a request: JSON of a limited size, without what no text of the database can hold. */
import * as Effect from "effect/Effect"
import { notAsExpected, type NotUnderstood, TooLarge } from "./ApiError.ts"

/** How long a body may take to come. */
const mostSeconds = 10

/** Whether more may come of a request than is read: its connection serves no other. */
export const isLong = ({ headers }: Request, mostBytes: number): boolean =>
  headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > mostBytes

/** Reads no further than `mostBytes`. */
export const jsonOf = (request: Request, mostBytes: number): Effect.Effect<unknown, NotUnderstood | TooLarge> => {
  const tooLarge = new TooLarge({ mostBytes })
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return Effect.fail(tooLarge)
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) return Effect.fail(expected(json))
  return Effect.tryPromise({
    try: (signal) => read(request, mostBytes, signal),
    catch: () => expected("a body that comes whole")
  }).pipe(
    Effect.timeoutOrElse({
      duration: `${mostSeconds} seconds`,
      orElse: () => Effect.fail(expected(`a body within ${mostSeconds} s`))
    }),
    Effect.flatMap((bytes): Effect.Effect<unknown, NotUnderstood | TooLarge> =>
      bytes === null
        ? Effect.fail(tooLarge)
        : Effect.try({ try: () => JSON.parse(utf8.decode(bytes)) as unknown, catch: () => expected(json) })
    )
  )
}

const json = "JSON, with content-type application/json"

const expected = (expected: string) => notAsExpected("body", [{ where: "body", expected }])

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** Null when there are more. */
const read = async (request: Request, mostBytes: number, signal: AbortSignal): Promise<Uint8Array | null> => {
  const reader = request.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined))
  const parts: Array<Uint8Array> = []
  let size = 0
  while (true) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts)
    size += value.byteLength
    if (size > mostBytes) return null
    parts.push(value)
  }
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
