/**
 * A text body that the user wrote, filled in for one signal: `{{ticker}} {{action}} at {{entry}}`.
 *
 * The words are those of TradingView's alerts where it has one. A template that is JSON stays so whatever is filled in: inside a
 * string a value is escaped, by itself it becomes a number, a string or null. What a signal does not have is empty. A word that
 * is not known is told when the template is read.
 */
import type { SignalType } from "@dgas/domain/Signal"
import { isoText } from "@dgas/domain/TimeText"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AlertSignal, ShownPrice } from "./Alert.ts"

type Value = string | number | null
/** A price keeps the decimals of its tick, as a number too. */
type Filled = Value | ShownPrice

const actions: Record<SignalType, "buy" | "sell"> = {
  LONG: "buy",
  SHORT: "sell",
  EXIT_LONG: "sell",
  EXIT_SHORT: "buy"
}
const positions: Record<SignalType, "long" | "short" | "flat"> = {
  LONG: "long",
  SHORT: "short",
  EXIT_LONG: "flat",
  EXIT_SHORT: "flat"
}

const words = {
  ticker: ({ symbol }) => symbol,
  symbol: ({ symbol }) => symbol,
  action: ({ type }) => actions[type],
  position: ({ type }) => positions[type],
  type: ({ type }) => type,
  /** Price of the alert; of an exit it is the last close. */
  close: ({ entry }) => entry,
  entry: ({ entry }) => entry,
  stop: ({ stop }) => stop,
  target: ({ target }) => target,
  riskReward: ({ riskReward }) => riskReward,
  confidence: ({ confidence }) => confidence,
  tier: ({ tier }) => tier,
  interval: ({ timeframe }) => timeframe,
  time: ({ barClose }) => isoText(barClose),
  timeText: ({ barCloseText }) => barCloseText,
  reason: ({ reason }) => reason.slice(0, longestReason).toWellFormed(),
  schedule: ({ schedule }) => schedule,
  id: ({ id }) => id,
  closes: ({ closesSignalId }) => closesSignalId
} satisfies Record<string, (signal: AlertSignal) => Filled>

const fills = new Map<string, (signal: AlertSignal) => Filled>(Object.entries(words))

export interface Template {
  readonly contentType: string
  readonly fill: (signal: AlertSignal) => string
}

/** The template, or a clause that says what is wrong with it. */
export const readTemplate = (text: string): Result.Result<Template, string> => {
  if (text.length > longestTemplate) {
    return Result.fail(`it has ${text.length} characters, expected at most ${longestTemplate}`)
  }
  const found = [...text.matchAll(placeholder)]
  const reasons = found.filter(([, word]) => word === "reason").length
  if (found.length > mostPlaceholders || reasons > mostReasons) {
    return Result.fail(
      `it has ${found.length} placeholders, ${reasons} of them {{reason}}, expected at most ${mostPlaceholders} and ${mostReasons}`
    )
  }
  const unknown = found.find(([, word = ""]) => !fills.has(word))
  if (unknown !== undefined) {
    return Result.fail(`${unknown[0]} is no placeholder, expected one of ${[...fills.keys()].join(", ")}`)
  }
  return Result.succeed(
    Result.isSuccess(decodeJson(text.replaceAll(placeholder, "0")))
      ? { contentType: "application/json", fill: (signal) => filledJson(text, signal) }
      : { contentType: "text/plain; charset=utf-8", fill: (signal) => filled(text, signal, plain) }
  )
}

/** With these, it stays within the 20 kB of a body whatever is filled in. */
const longestTemplate = 4000
const mostPlaceholders = 40
const mostReasons = 3
const longestReason = 500
const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g
/** An object or an array: a word alone is text. */
const decodeJson = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Union([Schema.Record(Schema.String, Schema.Json), Schema.Array(Schema.Json)]))
)

const filled = (text: string, signal: AlertSignal, shown: (value: Filled) => string): string =>
  text.replaceAll(placeholder, (_whole, word: string) => shown(fills.get(word)?.(signal) ?? null))

const filledJson = (text: string, signal: AlertSignal): string =>
  // A string, or what is between two.
  text.replaceAll(/"(?:[^"\\]|\\.)*"|[^"]+/g, (piece) => filled(piece, signal, piece.startsWith("\"") ? escaped : bare))

const plain = (value: Filled): string => value === null ? "" : typeof value === "object" ? value.text : String(value)

const escaped = (value: Filled): string => JSON.stringify(plain(value)).slice(1, -1)

const bare = (value: Filled): string => value !== null && typeof value === "object" ? value.text : JSON.stringify(value)
