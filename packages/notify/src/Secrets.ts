/**
 * The secrets that this process was given, to take them out of whatever it prints.
 *
 * No message is made with one on purpose, so this is the second line: for the words of a driver, of a library, and of
 * errors that nobody foresaw.
 */
import type { Config } from "@dgas/domain/Config"
import * as EffectConfig from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { secretsOf } from "./DestinationSecrets.ts"

/** Takes secrets out of a text. */
export type Hide = (text: string) => string

/** A shorter one is no secret, and would be found in words that are none. */
const shortest = 8
/** A part of a path that is as long is a key rather than a word. */
const shortestPart = 16

const mask = "<secret>"

/** A URL as a whole, what it says of who asks, its path and query, and what in them may be a key. */
const partsOf = (url: string): ReadonlyArray<string> => {
  const parsed = URL.parse(url)
  if (parsed === null) return [url]
  const { password, pathname, search } = parsed
  const parts = [...pathname.split("/"), ...new URLSearchParams(search).values()]
  return [url, password, decoded(password), pathname + search, ...parts.filter((one) => one.length >= shortestPart)]
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const given = (variable: string) =>
  Effect.map(
    Effect.orDie(EffectConfig.option(EffectConfig.Redacted(variable))),
    (found) => Option.match(found, { onNone: () => "", onSome: Redacted.value })
  )

/** A key of Standard Webhooks is as secret without what each of them begins with. */
const formsOf = (secret: string): ReadonlyArray<string> =>
  URL.canParse(secret) ? partsOf(secret) : [secret, secret.replace(/^whsec_/, "")]

/**
 * Of `DATABASE_URL` the password, of the dead-man address all of it, of sources and destinations their keys and addresses,
 * of telemetry its headers.
 */
export const hiding = Effect.fnUntraced(function*({ deadMan, destinations, sources }: Config) {
  const database = URL.parse(yield* given("DATABASE_URL"))?.password ?? ""
  const keys = yield* Effect.forEach(
    Object.values(sources).flatMap((source) => source.kind === "eodhd" ? [source.tokenVariable] : []),
    given
  )
  const headers = (yield* given("OTEL_EXPORTER_OTLP_HEADERS")).split(",").map((one) => one.slice(one.indexOf("=") + 1))
  const collector = URL.parse(yield* given("OTEL_EXPORTER_OTLP_ENDPOINT"))?.password ?? ""
  const told = yield* secretsOf({ destinations })
  const secrets = [
    ...deadMan === null ? [] : partsOf(Redacted.value(deadMan.url)),
    ...told.flatMap((secret) => formsOf(Redacted.value(secret))),
    ...[database, collector, ...keys, ...headers].flatMap((one) => [one, decoded(one)])
  ].filter((one) => one.length >= shortest).toSorted((a, b) => b.length - a.length)
  const hide: Hide = (text) => secrets.reduce((left, secret) => left.replaceAll(secret, mask), text)
  return hide
})
