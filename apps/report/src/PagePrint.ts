/** Prints a report in the form asked for, or writes it to `--out`: the same text either way. */
import { terminalWidth } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Page } from "./Page.ts"
import { pageHtml } from "./PageHtml.ts"
import { pageMarkdown, pageText } from "./PageText.ts"

export interface PageFlags {
  readonly format: "table" | "json" | "csv" | "html" | "md"
  readonly out: Option.Option<string>
}

/** A report for eyes, and its rows for programs. */
export interface Report {
  readonly page: Page
  readonly json: () => string
  readonly csv: () => string
}

export class FileNotWritten extends Schema.TaggedError<FileNotWritten>()("FileNotWritten", {
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `--out: ${this.path} cannot be written: ${this.cause instanceof Error ? this.cause.message : this.cause}`
  }
}

const reportText = (format: PageFlags["format"], { csv, json, page }: Report, width: number): string =>
  format === "json"
    ? json()
    : format === "csv"
    ? csv()
    : format === "html"
    ? pageHtml(page)
    : format === "md"
    ? pageMarkdown(page)
    : pageText(page, width)

export const printReport = ({ format, out }: PageFlags, report: Report): Effect.Effect<void, FileNotWritten> =>
  Option.match(out, {
    onNone: () => Console.log(reportText(format, report, terminalWidth())),
    onSome: (path) =>
      Effect.tryPromise({
        try: () => Bun.write(path, `${reportText(format, report, Infinity).trimEnd()}\n`),
        catch: (cause) => new FileNotWritten({ path, cause })
      }).pipe(Effect.andThen(Console.error(`written to ${path}`)))
  })
