/**
 * What a worker says: lines for people on a terminal, one JSON object a line for programs.
 *
 * An object has the time, level and message, and of what else was said only the fields that are listed here, so a value
 * gets into a log because somebody meant it to. Secrets are taken out of either.
 */
import type { Hide } from "@dgas/notify/Secrets"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

export const logFormats = ["human", "json"] as const
export type Format = typeof logFormats[number]

/** How this process logs: for people unless told. */
export const LogFormat = Context.Reference<Format>("@dgas/scheduler/LogFormat", { defaultValue: () => "human" })

const fields = ["schedule", "slot", "run", "owner", "status", "signals", "ms", "kind", "message_id", "text"] as const

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

const wordsOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message]).filter(isPlain).map(String).join(" ")

/** One JSON object, without a line break. `level` is debug, info, warn, error or fatal. */
export const jsonLine = (
  hide: Hide,
  entry: { readonly time: Date; readonly level: string; readonly message: string; readonly error?: string },
  annotations: Readonly<Record<string, unknown>> = {}
): string => {
  const { error, level, message, time } = entry
  const kept = fields.flatMap((name) => {
    const value = annotations[name]
    return isPlain(value) ? [[name, typeof value === "string" ? hide(value) : value] as const] : []
  })
  return JSON.stringify({
    time: time.toISOString(),
    level: level.toLowerCase(),
    message: hide(message),
    ...Object.fromEntries(kept),
    ...error === undefined ? {} : { error: hide(error) }
  })
}

const heads: Readonly<Record<string, string>> = { Warn: "warning: ", Error: "error: ", Fatal: "error: " }

const loggerOf = (format: Format, hide: Hide) =>
  Logger.make(({ cause, date, fiber, logLevel, message }) => {
    const console = fiber.getRef(Console.Console)
    const error = cause.reasons.length > 0 ? Cause.pretty(cause) : undefined
    if (format === "json") {
      const entry = { time: date, level: logLevel, message: wordsOf(message), ...error === undefined ? {} : { error } }
      console.log(jsonLine(hide, entry, fiber.getRef(References.CurrentLogAnnotations)))
      return
    }
    const head = heads[logLevel]
    const line = hide([`${head ?? ""}${wordsOf(message)}`, ...error === undefined ? [] : [error]].join("\n"))
    if (head === undefined) console.log(line)
    else console.error(line)
  })

/** In place of Effect's own loggers. What people read of warnings and errors goes to standard error. */
export const layer = (format: Format, hide: Hide): Layer.Layer<never> =>
  Layer.merge(Logger.layer([loggerOf(format, hide)]), Layer.succeed(LogFormat, format))
