/**
 * The environment variables of a destination: which it has, what each should hold, and their values.
 *
 * A value is never a part of what is said about it.
 */
import type { Config } from "@dgas/domain/Config"
import type { DestinationConfig } from "@dgas/domain/DestinationConfig"
import * as EffectConfig from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { readTarget } from "./Target.ts"

/** What is wrong with a destination's variable or setting, as a clause that begins with what was found. */
export interface Mistake {
  readonly variable: string
  readonly detail: string
}
export type Mistakes = ReadonlyArray<Mistake>

/** Both, or all that is wrong with either. */
export const both = Effect.fnUntraced(
  function*<A, B>(one: Effect.Effect<A, Mistakes>, other: Effect.Effect<B, Mistakes>) {
    const [first, second] = [yield* Effect.result(one), yield* Effect.result(other)]
    if (Result.isSuccess(first) && Result.isSuccess(second)) return [first.success, second.success] as const
    const mistakes = (result: Result.Result<A | B, Mistakes>) => Result.isFailure(result) ? result.failure : []
    return yield* Effect.fail([...mistakes(first), ...mistakes(second)])
  }
)

/** The value of a variable, looked at; blanks around it are none of it. */
export const readVariable = Effect.fnUntraced(
  function*(variable: string, expected: string, isUsable: (value: string) => boolean = isPlain) {
    const found = yield* given(variable)
    if (Option.isNone(found)) return yield* mistaken(variable, `was not set, expected ${expected}`)
    if (isUsable(Redacted.value(found.value))) return found.value
    return yield* mistaken(variable, `was found to be something else, expected ${expected}`)
  }
)

/** A URL that may be asked; to this machine too, where `allowLoopback` says so. */
export const readUrl = Effect.fnUntraced(function*(variable: string, expected: string, allowLoopback: boolean) {
  const url = yield* readVariable(variable, expected)
  yield* urlCheck(variable, Redacted.value(url), expected, allowLoopback)
  return url
})

/** Of a URL that the configuration itself holds, `variable` is the name of the setting. */
export const urlCheck = (
  variable: string,
  url: string,
  expected: string,
  allowLoopback: boolean
): Effect.Effect<void, Mistakes> => {
  const target = readTarget(url, allowLoopback)
  return Result.isSuccess(target)
    ? Effect.void
    : mistaken(variable, `cannot be used: ${target.failure}; expected ${expected}`)
}

const mistaken = (variable: string, detail: string): Effect.Effect<never, Mistakes> =>
  Effect.fail([{ variable, detail }])

/** Printable, and one word: it becomes a header or a part of an address. */
const isPlain = (value: string): boolean => /^[\x21-\x7e]+$/.test(value)

const given = (variable: string) =>
  Effect.map(
    Effect.orDie(EffectConfig.option(EffectConfig.String(variable))),
    (found) =>
      Option.filter(Option.map(found, (text) => Redacted.make(text.trim())), (value) => Redacted.value(value) !== "")
  )

const variablesOf = (config: DestinationConfig): ReadonlyArray<string> => {
  switch (config.kind) {
    case "webhook":
      return [
        config.urlVariable,
        config.secretVariable,
        ...config.rotation === null ? [] : [config.rotation.oldSecretVariable]
      ]
    case "email":
      return [config.keyVariable]
    case "discord":
      return [config.urlVariable]
    case "slack":
    case "telegram":
      return [config.tokenVariable]
    case "desktop":
      return []
  }
}

/** All secrets of a configuration's destinations that are set, of any kind, to keep them out of whatever is printed. */
export const secretsOf = Effect.fnUntraced(function*({ destinations }: Pick<Config, "destinations">) {
  const variables = new Set(Object.values(destinations).flatMap(variablesOf))
  const found = yield* Effect.forEach(variables, given)
  return found.flatMap(Option.toArray)
})
