/** What the commands about the database share. */
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import type * as Effect from "effect/Effect"

export type Format = "text" | "json"

export const format = Flag.Literals("format", ["text", "json"]).pipe(
  Flag.withDescription("lines for people, or one JSON object for programs"),
  Flag.withDefault("text")
)

/** Prints the result of a command. */
export const tell = (format: Format, result: object, lines: ReadonlyArray<string>): Effect.Effect<void> =>
  Console.log(format === "json" ? JSON.stringify(result, null, 2) : lines.join("\n"))

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`
