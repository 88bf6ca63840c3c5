/**
 * The configuration as it may be shown: as it is in force, without anything that is a secret or may be one.
 *
 * Secrets are not in a configuration, but somebody may have put one where the name of its variable belongs, in the
 * address of a source or in the text of a webhook.
 */
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type { Config } from "./Config.ts"

const hidden = "hidden"

/** Each text of it goes through `hide`, which knows the secrets of a process. */
export const shownConfig = (
  config: Config,
  hide: (text: string) => string = (text) => text
): { readonly [key: string]: Schema.Json } => shown("", config, hide) as { readonly [key: string]: Schema.Json }

const shown = (key: string, value: unknown, hide: (text: string) => string): Schema.Json => {
  if (Redacted.isRedacted(value)) return hidden
  if (Array.isArray(value)) return value.map((one) => shown(key, one, hide))
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => [name, shown(name, one, hide)])
    )
  }
  if (typeof value === "string") return hide(textShown(key, value))
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) || value === null
    ? value
    : String(value)
}

const textShown = (key: string, text: string): string =>
  /variable$/i.test(key)
    ? variableName.test(text) ? text : hidden
    : /url$/i.test(key)
    ? addressOf(text)
    : key === "body"
    ? hidden
    : text

/** As variables are named; keys of services have small letters or no `_` in them. */
const variableName = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/

/** A part of a path that is as long is a key rather than a word. */
const shortestKey = 16

/** Without what says who asks: name and password, what is asked with, and parts of the path that may be keys. */
const addressOf = (text: string): string => {
  const url = URL.parse(text)
  if (url === null) return hidden
  const path = url.pathname.split("/").map((part) => part.length < shortestKey ? part : hidden).join("/")
  const named = url.username === "" && url.password === "" ? "" : `${hidden}@`
  return `${url.protocol}//${named}${url.host}${path === "/" ? "" : path}${url.search === "" ? "" : `?${hidden}`}`
}
